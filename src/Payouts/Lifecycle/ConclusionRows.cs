using Dapper;
using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Verdicts as the arrays that travel to the database.</summary>
internal sealed class ConclusionRows
{
    public required long[] Ids { get; init; }
    public required long[] Tokens { get; init; }
    public required string[] States { get; init; }
    public required string?[] Hashes { get; init; }
    public required string[] Proofs { get; init; }
    public required Guid[] Payouts { get; init; }

    private readonly List<(
        long Transaction,
        int Position,
        string Outcome,
        string? Evidence
    )> _rides = [];
    private readonly List<Retry> _retries = [];

    public static ConclusionRows From(IReadOnlyList<Conclusion> conclusions)
    {
        var rows = new ConclusionRows
        {
            Ids = conclusions.Select(c => c.Transaction.Id).ToArray(),
            Tokens = conclusions.Select(c => c.Transaction.Token).ToArray(),
            States = conclusions.Select(c => c is Conclusion.Landed ? "landed" : "dead").ToArray(),
            Hashes = conclusions
                .Select(c => (c as Conclusion.Landed)?.Seen.TransactionId)
                .ToArray(),
            Proofs = conclusions.Select(Proof).ToArray(),
            Payouts = conclusions.SelectMany(c => c.Transaction.Riders).Distinct().ToArray(),
        };
        foreach (Conclusion conclusion in conclusions)
            rows.Add(conclusion);
        return rows;
    }

    public DynamicParameters Parameters(long[] decided, string actor)
    {
        var parameters = new DynamicParameters();
        parameters.Add("Decided", decided);
        parameters.Add("Actor", actor);
        parameters.Add("TransactionIds", _rides.Select(r => r.Transaction).ToArray());
        parameters.Add("Positions", _rides.Select(r => r.Position).ToArray());
        parameters.Add("Outcomes", _rides.Select(r => r.Outcome).ToArray());
        parameters.Add("Evidences", _rides.Select(r => r.Evidence).ToArray());
        parameters.Add("RetryIds", _retries.Select(r => r.Transaction).ToArray());
        parameters.Add("RetryPositions", _retries.Select(r => r.Position).ToArray());
        parameters.Add("RetryAfters", _retries.Select(r => r.After).ToArray());
        parameters.Add("FailedRides", _retries.Select(r => r.FailedRides).ToArray());
        parameters.Add("WaitDetails", _retries.Select(r => r.NeedsOperator).ToArray());
        return parameters;
    }

    private void Add(Conclusion conclusion)
    {
        long id = conclusion.Transaction.Id;
        switch (conclusion)
        {
            case Conclusion.Landed landed:
                for (int i = 0; i < landed.Seen.Transfers.Count; i++)
                {
                    TransferResult transfer = landed.Seen.Transfers[i];
                    _rides.Add((id, i, transfer.Paid ? "paid" : "not_paid", transfer.Proof.Json));
                    if (!transfer.Paid)
                        _retries.Add(Retry.Of(landed, i, transfer));
                }
                break;
            case Conclusion.Dead dead:
                for (int i = 0; i < dead.Transaction.Riders.Count; i++)
                {
                    _rides.Add((id, i, "not_paid", null));
                    _retries.Add(Retry.Of(dead, i));
                }
                break;
            default:
                throw new InvalidOperationException($"{conclusion.GetType().Name} is no verdict.");
        }
    }

    private static string Proof(Conclusion conclusion) =>
        conclusion switch
        {
            Conclusion.Landed landed => landed.Seen.Proof.Json,
            Conclusion.Dead dead => dead.Seen.Proof.Json,
            _ => throw new InvalidOperationException($"{conclusion.GetType().Name} is no verdict."),
        };

    // A rider that goes back in the queue, or waits for a person.
    private sealed record Retry(
        long Transaction,
        int Position,
        TimeSpan After,
        int FailedRides,
        string? NeedsOperator
    )
    {
        // A landed transaction that skipped a rider: the rider failed on its own account. Where it may have been paid by another,
        // that is nobody's failure.
        public static Retry Of(Conclusion.Landed landed, int position, TransferResult transfer) =>
            transfer.NeedsOperator is { } because
                ? new(landed.Transaction.Id, position, landed.ParkFor, 0, because)
                : new(landed.Transaction.Id, position, TimeSpan.Zero, 1, null);

        public static Retry Of(Conclusion.Dead dead, int position) =>
            new(
                dead.Transaction.Id,
                position,
                dead.RetryAfter,
                // A payment that no node took would fare no better the next time.
                dead.Seen.Reason == NeverReason.Reverted
                || dead.Transaction.Asked == Ask.Fill
                    ? 1
                    : 0,
                null
            );
    }
}

using Settlement.Chains;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>An adapter that makes one of the mistakes that others made before us.</summary>
public sealed class MutantAdapter(IChainAdapter honest, Flaw flaws) : IChainAdapter
{
    public NetworkId Network => honest.Network;
    public string Sender => honest.Sender;
    public ChainLimits Limits => honest.Limits;

    public string Asset => honest.Asset;

    public bool PaysIn(string asset) => honest.PaysIn(asset);

    public Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct) =>
        honest.VerifyIdentityAsync(ct);

    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct) => honest.ReadNextNonceAsync(ct);

    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct) =>
        honest.ReadNonceCountsAsync(ct);

    public Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct) =>
        honest.ReadBalancesAsync(ct);

    public Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    ) => honest.PreflightAsync(transfers, ct);

    public async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        SigningOutcome outcome = await honest.SignAsync(order, ct);
        if (
            flaws.HasFlag(Flaw.BroadcastBeforeStore)
            && outcome is SigningOutcome.Signed { Transaction: { } signed }
        )
        {
            var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);
            await honest.BroadcastAsync(attempt, again: false, ct);
        }
        return outcome;
    }

    public async Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct)
    {
        ReplacementOutcome outcome = await honest.ReplaceAsync(order, ct);
        if (
            flaws.HasFlag(Flaw.BumpBeforeStore)
            && outcome is ReplacementOutcome.Signed { Transaction: { } signed }
        )
        {
            var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);
            await honest.BroadcastAsync(attempt, again: false, ct);
        }
        return outcome;
    }

    public Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    ) => honest.BroadcastAsync(attempt, again, ct);

    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        IReadOnlyList<Observation> seen = await honest.ObserveAsync(transactions, ct);
        return seen.Select((s, i) => Misread(s, transactions[i])).ToList();
    }

    public Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    ) => honest.FindTransferAsync(transactionId, order, ct);

    public Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct) =>
        honest.ReadOwnTransactionsAsync(cursor, ct);

    public Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    ) => honest.ExplainAsync(transaction, ct);

    private Observation Misread(Observation seen, OpenTransaction transaction) =>
        seen switch
        {
            Observation.NotSeen when flaws.HasFlag(Flaw.NotFoundIsDead) => new Observation.Never(
                NeverReason.Expired,
                new Evidence("{}")
            ),
            Observation.Included when flaws.HasFlag(Flaw.InclusionIsFinal) =>
                new Observation.Landed(
                    transaction.Attempts[^1].TransactionId,
                    transaction
                        .Transfers.Select(_ => new TransferResult(true, new Evidence("{}")))
                        .ToList(),
                    new Evidence("{}")
                ),
            Observation.Landed landed when flaws.HasFlag(Flaw.BatchIsAllPaid) => landed with
            {
                Transfers = [.. landed.Transfers.Select(t => t with { Paid = true })],
            },
            _ => seen,
        };
}

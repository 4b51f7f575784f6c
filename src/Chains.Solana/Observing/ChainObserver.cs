using System.Globalization;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Observing;

/// <summary>Asks one node about open transactions: few status calls for all, some more calls for each that
/// ended.</summary>
internal sealed class ChainObserver
{
    /// <summary>Landed transactions that are read at a time.</summary>
    private const int Parallelism = 8;

    private readonly LandingProof _landing;
    private readonly ExpiryProof _expiry;

    internal ChainObserver(SolanaNetwork network)
    {
        _landing = new LandingProof(network);
        _expiry = new ExpiryProof(network, _landing);
    }

    internal async Task<IReadOnlyList<Observation>> ObserveAsync(
        SolanaRpcClient node,
        ChainHead head,
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        var observations = new Observation[transactions.Count];
        List<Watched> watched = [];
        for (int i = 0; i < transactions.Count; i++)
        {
            if (WhyUnreadable(transactions[i]) is { } problem)
                observations[i] = new Observation.Unknown(problem);
            else
                watched.Add(new Watched(i, transactions[i]));
        }
        if (watched.Count == 0)
            return observations;

        string[] signatures = [.. watched.Select(w => w.Signature).Distinct()];
        NodeAnswer<Look> answer = await Look.TakeAsync(node, head, signatures, ct);
        if (answer is NodeAnswer<Look>.Known look)
            await JudgeAsync(look.Value, watched, observations, ct);
        foreach (Watched one in watched)
            observations[one.Index] ??= new Observation.Unknown(answer.Trouble ?? "");
        return observations;
    }

    private async Task JudgeAsync(
        Look look,
        List<Watched> watched,
        Observation[] observations,
        CancellationToken ct
    )
    {
        List<Watched> ended = [];
        List<Watched> missing = [];
        foreach (Watched one in watched)
        {
            SignatureStatus? status = look.Seen[one.Signature].Status;
            if (status is { Commitment: Commitment.Finalized })
                ended.Add(one);
            else if (status is not null)
                observations[one.Index] = new Observation.Included(Describe(status));
            else if (look.Head.BlockHeight <= one.LastValidBlockHeight)
                observations[one.Index] = new Observation.NotSeen(Describe(look, one));
            else
                missing.Add(one);
        }

        await Parallel.ForEachAsync(
            ended,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct },
            async (one, stop) =>
            {
                SignatureStatus status = look.Seen[one.Signature].Status!;
                observations[one.Index] = await _landing.ReadAsync(
                    look.Node,
                    one.Transaction,
                    status,
                    stop
                );
            }
        );
        if (missing.Count > 0)
            await _expiry.TryAsync(look, missing, observations, ct);
    }

    // What we would not have stored. Nothing may be concluded from it.
    private static string? WhyUnreadable(OpenTransaction transaction)
    {
        if (transaction.Attempts.Count != 1)
            return "On Solana a transaction has exactly one attempt.";
        if (transaction.LastValidBlockHeight is null)
            return "The last valid block height is missing.";
        if (!PublicKey.TryParse(transaction.Sender, out _))
            return "The sender is not a Solana address.";
        if (transaction.Transfers.Any(t => !PublicKey.TryParse(t.Destination, out _)))
            return "A destination is not a Solana address.";
        StoredAttempt attempt = transaction.Attempts[0];
        return WireTransaction.IdOf(attempt.Bytes.Span) == attempt.TransactionId
            ? null
            : "The stored bytes carry another signature than the stored id.";
    }

    private static string Describe(SignatureStatus status)
    {
        string failed = status.Fault is { } fault ? $", failed there: {fault}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Commitment} in slot {status.Slot}{failed}"
        );
    }

    private static string Describe(Look look, Watched one) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Not seen; it can land up to block height {one.LastValidBlockHeight}, finalized is {look.Head.BlockHeight}."
        );
}

/// <summary>A transaction that can be asked about, and its place in the question.</summary>
internal sealed record Watched(int Index, OpenTransaction Transaction)
{
    internal string Signature => Transaction.Attempts[0].TransactionId;

    internal ulong LastValidBlockHeight => Transaction.LastValidBlockHeight!.Value;

    /// <summary>The block hash that the bytes were signed with; null where they are not ours.</summary>
    internal PublicKey? Blockhash =>
        WireTransaction.BlockhashOf(Transaction.Attempts[0].Bytes.Span);

    /// <summary>The slot of the block hash, as the signed memo tells it; null where it does not.</summary>
    internal ulong? BlockhashSlot =>
        WireTransaction.TryReadMemo(Transaction.Attempts[0].Bytes.Span, out string? memo)
            ? PayoutMemo.SlotOf(memo)
            : null;
}

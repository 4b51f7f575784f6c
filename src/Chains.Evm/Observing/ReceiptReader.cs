using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Looks for a transaction among its attempts' receipts at one endpoint.</summary>
internal static class ReceiptReader
{
    /// <summary>Asks for every attempt, as any of them may be the one that got in.</summary>
    internal static async Task<Sighting> LookAsync(
        EvmEndpoint endpoint,
        IReadOnlyList<StoredAttempt> attempts,
        CancellationToken ct
    )
    {
        Sighting last = Sighting.Absent.Instance;
        foreach (StoredAttempt attempt in attempts)
        {
            Sighting sighting = await LookAsync(endpoint, attempt.TransactionId, ct);
            if (sighting is Sighting.Found)
                return sighting;
            // A doubt outweighs an absence: the attempt in doubt may be in a block.
            if (last is not Sighting.Doubtful && sighting is not Sighting.Absent)
                last = sighting;
        }
        return last;
    }

    private static async Task<Sighting> LookAsync(
        EvmEndpoint endpoint,
        string hash,
        CancellationToken ct
    )
    {
        EvmReply<EvmReceipt?> reply = await endpoint.Rpc.ReceiptAsync(hash, ct);
        if (!reply.IsAnswer(out EvmReceipt? receipt, out string cause))
            return new Sighting.Doubtful($"{endpoint.Name}: {cause}");
        if (receipt is null)
            return Sighting.Absent.Instance;
        EvmReply<EvmBlock?> block = await endpoint.Rpc.BlockAsync(receipt.BlockNumber, ct);
        if (!block.IsAnswer(out EvmBlock? canonical, out cause))
            return new Sighting.Doubtful($"{endpoint.Name}: {cause}");
        if (canonical is null)
        {
            return new Sighting.Doubtful(
                $"{endpoint.Name} has a receipt in block {receipt.BlockNumber}, but not the block"
            );
        }
        return canonical.Hash == receipt.BlockHash
            ? new Sighting.Found(receipt)
            : new Sighting.Reorganised(receipt.BlockNumber);
    }
}

/// <summary>What one endpoint shows of a transaction.</summary>
internal abstract record Sighting
{
    private Sighting() { }

    /// <summary>It is in a block of the canonical chain.</summary>
    internal sealed record Found(EvmReceipt Receipt) : Sighting;

    /// <summary>It was in a block that the chain has abandoned.</summary>
    internal sealed record Reorganised(ulong BlockNumber) : Sighting;

    /// <summary>No receipt. This proves nothing.</summary>
    internal sealed record Absent : Sighting
    {
        internal static readonly Absent Instance = new();
    }

    /// <summary>No usable answer.</summary>
    internal sealed record Doubtful(string Cause) : Sighting;
}

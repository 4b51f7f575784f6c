namespace Settlement.Chains;

/// <summary>What the chain shows of a transaction, whoever made it, when it is asked whether it made one transfer.</summary>
public abstract record TransferSighting
{
    private TransferSighting() { }

    /// <summary>Final, and it made exactly this transfer. Next: believe it, once for each place.</summary>
    /// <param name="TransactionId">The transaction, in the network's own spelling.</param>
    /// <param name="Places">Where in the transaction; each is one transfer, and pays one payout. At least one, always in the same
    /// order and spelling.</param>
    /// <param name="Proof">Block, finality policy, endpoint, the transfers.</param>
    public sealed record Made(string TransactionId, IReadOnlyList<string> Places, Evidence Proof)
        : TransferSighting;

    /// <summary>Final and successful, and it made no such transfer. This can no longer change.</summary>
    /// <param name="Difference">What differs.</param>
    /// <param name="Detail">One sentence.</param>
    /// <param name="Proof">What was seen.</param>
    public sealed record Other(TransferDifference Difference, string Detail, Evidence Proof)
        : TransferSighting;

    /// <summary>It executed, failed as a whole, and that is final: it paid nobody.</summary>
    public sealed record Failed(string Detail, Evidence Proof) : TransferSighting;

    /// <summary>In a block that is not final yet. Next: ask again later.</summary>
    public sealed record Pending(string Detail) : TransferSighting;

    /// <summary>The node does not know it. It may come, or the node may be behind: nothing follows from it.</summary>
    public sealed record Missing(string Detail) : TransferSighting;

    /// <summary>No usable answer. Nothing follows from it.</summary>
    public sealed record Unknown(string Cause) : TransferSighting;
}

/// <summary>What a transaction has that the transfer in question has not.</summary>
public enum TransferDifference
{
    /// <summary>The destination got another amount of the asset.</summary>
    Amount,

    /// <summary>The destination got none of the asset.</summary>
    Destination,

    /// <summary>The destination got another token.</summary>
    Asset,
}

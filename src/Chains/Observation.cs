namespace Settlement.Chains;

/// <summary>What the chain says about an open transaction. Three outcomes: landed, proven never, unknown.</summary>
public abstract record Observation
{
    private Observation() { }

    /// <summary>Final under the network's policy, and the effect itself was seen. Next: conclude.</summary>
    /// <param name="TransactionId">The attempt that landed.</param>
    /// <param name="Transfers">One result for each rider, by position.</param>
    /// <param name="Proof">Block, hash, finality policy, endpoint.</param>
    public sealed record Landed(
        string TransactionId,
        IReadOnlyList<TransferResult> Transfers,
        Evidence Proof
    ) : Observation;

    /// <summary>Proven: none of its attempts paid anybody, and none can any more. Next: conclude; riders go back in the queue.</summary>
    /// <param name="Reason">How it died.</param>
    /// <param name="Proof">What shows it.</param>
    public sealed record Never(NeverReason Reason, Evidence Proof) : Observation;

    /// <summary>Included in a block that is not final yet. Next: look again; send nothing.</summary>
    public sealed record Included(string Detail) : Observation;

    /// <summary>Not seen, and it may still land. Next: send the same bytes again and look again.</summary>
    public sealed record NotSeen(string Detail) : Observation;

    /// <summary>No usable answer. Next: look again later; nothing follows from it.</summary>
    public sealed record Unknown(string Cause) : Observation;

    /// <summary>The chain contradicts what we signed: a foreign transaction took our nonce, or the effect is not the order's.
    /// Next: freeze the wallet, tell an operator, keep observing.</summary>
    public sealed record Contradiction(string Detail, Evidence Proof) : Observation;
}

/// <summary>What became of one rider of a landed transaction.</summary>
/// <param name="Paid">Whether exactly the ordered transfer was seen.</param>
/// <param name="Proof">Token, from, to, amount, log index or balance change.</param>
public sealed record TransferResult(bool Paid, Evidence Proof)
{
    /// <summary>Why a person must look before it is taken up again, where this transaction did not pay it and another may have;
    /// null: it was not paid, and may be paid again.</summary>
    public string? NeedsOperator { get; init; }
}

/// <summary>How a transaction was proven never to pay.</summary>
public enum NeverReason
{
    /// <summary>Solana: its blockhash expired at finality and history does not know it.</summary>
    Expired,

    /// <summary>It executed, failed as a whole, and that is final. It paid nobody; trying again the same way may fail again.</summary>
    Reverted,

    /// <summary>EVM: another transaction of ours took the nonce, at finality.</summary>
    Replaced,
}

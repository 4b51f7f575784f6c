namespace Settlement.Chains;

/// <summary>What we know after a send. None of these ends a payout: only an observation does.</summary>
public abstract record BroadcastOutcome
{
    private BroadcastOutcome() { }

    /// <summary>A node took it, or already had it. Next: observe.</summary>
    public sealed record Taken : BroadcastOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Taken Instance = new();
    }

    /// <summary>The node refused these bytes. Another node may hold them all the same. Next: observe; send the same bytes again.</summary>
    /// <param name="Reason">The class of the refusal.</param>
    /// <param name="NodeText">What the node said.</param>
    public sealed record Refused(RefusalReason Reason, string NodeText) : BroadcastOutcome;

    /// <summary>No usable answer: the bytes may be on the network. Next: observe; send the same bytes again.</summary>
    /// <param name="Cause">What happened.</param>
    public sealed record Unknown(string Cause) : BroadcastOutcome;
}

/// <summary>Classes of refusals. They steer alarms and fees, never the payout's outcome.</summary>
public enum RefusalReason
{
    /// <summary>The nonce is already used on the chain: one of ours landed, or a foreign transaction. The observation tells.</summary>
    NonceTooLow,

    /// <summary>An earlier nonce is missing at this node.</summary>
    NonceGap,

    /// <summary>Another transaction with this nonce is pending at a higher price.</summary>
    ReplacementUnderpriced,

    /// <summary>The fee is below what this node relays.</summary>
    Underpriced,

    /// <summary>The wallet cannot pay the fee.</summary>
    InsufficientGas,

    /// <summary>The node's own limit on fees forbids it.</summary>
    NodeFeeCap,

    /// <summary>The bytes break a rule of the protocol: a bug of ours.</summary>
    Malformed,

    /// <summary>The node is too busy.</summary>
    PoolPressure,

    /// <summary>Wrong chain or wrong signer: a fault of configuration.</summary>
    WrongChain,

    /// <summary>Simulation failed at the node: on a first send it did not forward the bytes; on a later one it says nothing.</summary>
    SimulationFailed,

    /// <summary>The blockhash is unknown to this node: expired, or the node lags.</summary>
    BlockhashNotFound,

    /// <summary>Any other text.</summary>
    Other,
}

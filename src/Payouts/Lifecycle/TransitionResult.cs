namespace Settlement.Payouts.Lifecycle;

/// <summary>What came of asking for a change of status.</summary>
public abstract record TransitionResult
{
    private TransitionResult() { }

    /// <summary>The status changed, and the money moved with it.</summary>
    public sealed record Applied : TransitionResult
    {
        /// <summary>The only value.</summary>
        public static readonly Applied Instance = new();
    }

    /// <summary>No payout has this id. Nothing changed.</summary>
    public sealed record NotFound : TransitionResult
    {
        /// <summary>The only value.</summary>
        public static readonly NotFound Instance = new();
    }

    /// <summary>The idempotency key was used by another request at the same time. Nothing changed; the other's answer is stored.</summary>
    public sealed record KeyTaken : TransitionResult
    {
        /// <summary>The only value.</summary>
        public static readonly KeyTaken Instance = new();
    }

    /// <summary>The payout is not in a state from which this may happen. Nothing changed.</summary>
    /// <param name="Because">Why.</param>
    /// <param name="Status">The status that was found.</param>
    /// <param name="TransactionId">The transaction that stands in the way, or the one that settled the payout.</param>
    /// <param name="SafeAfter">About when the transaction can no longer land, where that is known.</param>
    public sealed record Refused(
        RefusedBecause Because,
        PayoutStatus Status,
        string? TransactionId,
        DateTimeOffset? SafeAfter
    ) : TransitionResult
    {
        /// <summary>The payout's version, where another was expected.</summary>
        public int? Version { get; init; }

        /// <summary>The chain transaction to decide, where it contradicts the chain.</summary>
        public long? ContradictedId { get; init; }
    }
}

/// <summary>Why a change of status was refused.</summary>
public enum RefusedBecause
{
    /// <summary>The payout has ended.</summary>
    Final,

    /// <summary>A signed transaction of ours may still land.</summary>
    TransactionInFlight,

    /// <summary>The stated hash is our own transaction's; the pipeline marks the payout itself once that is final.</summary>
    AwaitingFinality,

    /// <summary>The stated hash is that of a transaction of ours which is proven not to have paid this payout.</summary>
    ProvenUnpaid,

    /// <summary>Every such transfer of the stated transaction has paid another payout.</summary>
    TransferCounted,

    /// <summary>A final transaction that this database has forgotten has paid it: the user would have the money twice.</summary>
    PaidElsewhere,

    /// <summary>The payout was taken up; it can no longer be called off.</summary>
    TakenUp,

    /// <summary>A transaction of ours carries the payout, and the chain shows something that we did not sign: a person must decide it.</summary>
    ChainContradicts,

    /// <summary>An operator holds the payout back.</summary>
    OnHold,

    /// <summary>Nobody holds the payout back.</summary>
    NotOnHold,

    /// <summary>The amount is above the threshold, and nobody has approved the payout.</summary>
    AwaitingApproval,

    /// <summary>The amount is not above the threshold, or the payout is approved already.</summary>
    ApprovalNotRequired,

    /// <summary>Whoever approved the payout may not override it too.</summary>
    SelfApproval,

    /// <summary>No transaction of ours is under way for the payout.</summary>
    NothingToCheck,

    /// <summary>The chain does not contradict the transaction: the worker decides it by proof.</summary>
    NotContradicted,

    /// <summary>The transaction was decided already.</summary>
    AlreadyDecided,

    /// <summary>The stated hash is none of the transaction's signed attempts.</summary>
    NotOurTransaction,

    /// <summary>A payout that was said to be paid is not on the transaction.</summary>
    NotARider,

    /// <summary>On this network no transaction can take another's place.</summary>
    NotReplaceable,

    /// <summary>The transaction is in a block: nothing can take its place unless the block is abandoned.</summary>
    AlreadyIncluded,

    /// <summary>A higher price or a cancel is asked for already; a worker acts on it.</summary>
    AlreadyAsked,

    /// <summary>The fee policy allows no higher price.</summary>
    FeeCap,

    /// <summary>The payout has changed since the caller looked.</summary>
    VersionMismatch,
}

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
    ) : TransitionResult;
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

    /// <summary>The payout was taken up; it can no longer be called off.</summary>
    TakenUp,
}

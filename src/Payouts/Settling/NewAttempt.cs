using Settlement.Chains;

namespace Settlement.Payouts.Settling;

/// <summary>A dearer attempt to store.</summary>
/// <param name="Transaction">As it was claimed; refused when its token is stale.</param>
/// <param name="Signed">At the same place, both fees higher by a tenth at least.</param>
/// <param name="Owner">Who works on it, for people.</param>
public sealed record NewAttempt(
    ClaimedTransaction Transaction,
    SignedTransaction Signed,
    string Owner
)
{
    /// <summary>A cancel that nobody asked for: no node takes the payment, and those behind it wait.</summary>
    public bool IsFiller { get; init; }
}

/// <summary>What came of storing an attempt.</summary>
public abstract record AttemptOutcome
{
    private AttemptOutcome() { }

    /// <summary>Stored: now, and only now, the bytes may be sent.</summary>
    public sealed record Stored : AttemptOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Stored Instance = new();
    }

    /// <summary>Somebody else has taken the transaction up, it is decided, or the network was paused. Nothing was stored; the bytes
    /// must never be sent.</summary>
    public sealed record Fenced : AttemptOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Fenced Instance = new();
    }
}

/// <summary>What is to be signed next at the place of an open transaction. It stays until it is done.</summary>
public enum Ask
{
    /// <summary>A person wants it sooner, at a higher price.</summary>
    SpeedUp,

    /// <summary>A person wants a payout on it called off. What lands decides; it is never taken back.</summary>
    Cancel,

    /// <summary>No node takes the payment: the nonce is to be used up by nothing.</summary>
    Fill,
}

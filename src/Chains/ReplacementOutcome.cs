namespace Settlement.Chains;

/// <summary>An attempt to be replaced by a dearer one at the same place.</summary>
/// <param name="Transaction">As it was stored; the newest attempt is the dearest.</param>
/// <param name="Kind">What the new attempt does: the same payments again, or nothing but using up the nonce.</param>
public sealed record ReplacementOrder(OpenTransaction Transaction, AttemptKind Kind)
{
    /// <summary>Also while earlier nonces are open, without which it cannot land at any price.</summary>
    public bool EvenBehindOthers { get; init; }

    /// <summary>A node held a dearer one than the newest attempt, or wants more than a tenth on top: the step is larger.</summary>
    public bool WasUnderpriced { get; init; }
}

/// <summary>What came of replacing. Nothing has been sent in any case, and all earlier attempts may still land.</summary>
public abstract record ReplacementOutcome
{
    private ReplacementOutcome() { }

    /// <summary>Signed at the same place, at least a tenth dearer in both fees, and not below the market. Next: store, then broadcast.</summary>
    public sealed record Signed(SignedTransaction Transaction) : ReplacementOutcome;

    /// <summary>The policy allows no higher price, or the market is above it. Next: send the newest attempt again and tell people.</summary>
    /// <param name="Detail">One sentence with the figures.</param>
    public sealed record AtCap(string Detail) : ReplacementOutcome;

    /// <summary>A higher price would not help now, or cannot be paid. Next: send the newest attempt again.</summary>
    /// <param name="Detail">Why.</param>
    public sealed record NotNow(string Detail) : ReplacementOutcome;

    /// <summary>Node or signer gave no usable answer. Next: send the newest attempt again; nothing follows from it.</summary>
    public sealed record Unknown(string Cause) : ReplacementOutcome;
}

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>Something that happens to one affiliate. A number chooses among what is there.</summary>
public abstract record AffiliateStep
{
    private AffiliateStep() { }

    /// <param name="IsHeld">Nothing pays it before somebody approves it.</param>
    public sealed record Earn(int Cents, int Month, bool IsHeld = false) : AffiliateStep;

    public sealed record Reverse(int Nth) : AffiliateStep;

    /// <param name="Becomes">approved, held, released or rejected.</param>
    public sealed record Judge(int Nth, string Becomes) : AffiliateStep;

    public sealed record Gather(int Month) : AffiliateStep;

    /// <param name="Becomes">pending, approved, paid, void or written_off.</param>
    public sealed record Move(int Nth, string Becomes) : AffiliateStep;

    /// <summary>Asks for it to be paid on a chain.</summary>
    public sealed record Pay(int Nth) : AffiliateStep;

    /// <summary>A payout on a chain ends.</summary>
    /// <param name="Becomes">sent, failed or cancelled.</param>
    public sealed record End(int Nth, string Becomes) : AffiliateStep;
}

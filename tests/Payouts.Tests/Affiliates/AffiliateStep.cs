namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>Something that happens to one affiliate. A number chooses among what is there.</summary>
public abstract record AffiliateStep
{
    private AffiliateStep() { }

    public sealed record Earn(int Cents, int Month) : AffiliateStep;

    public sealed record Reverse(int Nth) : AffiliateStep;

    public sealed record Gather(int Month) : AffiliateStep;

    /// <param name="Becomes">pending, approved, paid or void.</param>
    public sealed record Move(int Nth, string Becomes) : AffiliateStep;
}

using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Simulation.Tests;

/// <summary>A simulation that finds nothing proves nothing: each of these mistakes must be found.</summary>
public sealed class MutantSpecs(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Flaw.BroadcastBeforeStore, "BROADCAST-BEFORE-STORE", 100)]
    [InlineData(Flaw.NotFoundIsDead, "PAID-TWICE", 1_000)]
    [InlineData(Flaw.NoRideLaw | Flaw.RidersStayDue, "PAID-TWICE", 1_000)]
    [InlineData(Flaw.NoFence, "STALE-WRITE", 1_000)]
    [InlineData(Flaw.NoFence | Flaw.NoRideLaw, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.InclusionIsFinal, "NEVER-PAID", 1_000)]
    [InlineData(Flaw.RevertIsFinal, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.BumpAtNewNonce, "PAID-TWICE", 1_000)]
    [InlineData(Flaw.ReplacedIsFinal, "PAID-BUT-Cancelled", 1_000)]
    [InlineData(Flaw.BumpBeforeStore, "BROADCAST-BEFORE-STORE", 1_000)]
    [InlineData(Flaw.CancelIsPayment, "NEVER-PAID", 1_000)]
    [InlineData(Flaw.HoldOnlySkips, "PAID-ON-HOLD", 1_000)]
    [InlineData(Flaw.NoApprovalLaw, "UNAPPROVED", 1_000)]
    [InlineData(Flaw.AnyVerdict, "PAID-TWICE", 1_000)]
    [InlineData(Flaw.NoKeyCheck, "FOREIGN-UNSEEN", 1_000)]
    [InlineData(Flaw.SilenceIsFailure, "PAID-BUT-Failed", 1_000)]
    [InlineData(Flaw.ExpiryByNewestBlock, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.OneNodeIsEnough, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.StatusBeforeHeight | Flaw.OneNodeIsEnough, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.StatusCacheIsHistory, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.HeightOfAnotherCall, "PAID-TWICE", 20_000)]
    [InlineData(Flaw.BatchIsAllPaid, "NEVER-PAID", 20_000)]
    public void A_mistake_that_others_made_is_found(Flaw flaws, string violation, int withinSeeds)
    {
        long? found = null;
        string said = "";
        for (long seed = 0; seed < withinSeeds && found is null; seed++)
        {
            IReadOnlyList<string> violations = new History(seed, flaws).Run();
            if (violations.FirstOrDefault(v => Names(v, violation)) is { } first)
                (found, said) = (seed, first);
        }

        output.WriteLine($"{flaws}: found after {found + 1} seeds: {said}");
        found.ShouldNotBeNull($"{flaws} went unnoticed for {withinSeeds} seeds.");
    }

    [Theory]
    [InlineData(Flaw.NoFence)]
    [InlineData(Flaw.NoRideLaw)]
    [InlineData(Flaw.RidersStayDue)]
    public void Where_one_law_is_missing_the_others_still_keep_the_money(Flaw flaw)
    {
        for (long seed = 0; seed < 1_000; seed++)
        {
            // A write under a lost token may still hold up a payout; it must not move money.
            new History(seed, flaw)
                .Run()
                .ShouldAllBe(v => Names(v, "STALE-WRITE") || Names(v, "STUCK"));
        }
    }

    private static bool Names(string said, string violation) =>
        said.Contains(violation, StringComparison.Ordinal);
}

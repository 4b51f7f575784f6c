using Settlement.Simulation.Tests.Networks;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Simulation.Tests;

/// <summary>The vault's own memory: the last wall, which holds when everything before it has given way.</summary>
public sealed class VaultBitSpecs(ITestOutputHelper output)
{
    // The mistake that pays twice soonest: whatever is not found counts as dead.
    private const Flaw Mistake = Flaw.NotFoundIsDead;

    [Fact]
    public void A_worker_that_is_wrong_about_the_dead_pays_nobody_twice_through_a_vault()
    {
        int skipped = 0;
        foreach ((History history, IReadOnlyList<string> violations) in Vaults(Mistake, 400))
        {
            skipped += ((EvmNetwork)history.Network).Skipped;
            violations.ShouldAllBe(v => !IsPaidTwice(v), $"seed {history.Seed}");
        }

        output.WriteLine($"{skipped} payments kept back");
        skipped.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void A_vault_that_forgets_whom_it_paid_is_found()
    {
        (History history, _) = Vaults(Mistake | Flaw.VaultForgets, 400)
            .First(h => h.Violations.Any(IsPaidTwice));

        output.WriteLine($"VaultForgets: found after {history.Seed + 1} seeds");
    }

    private static IEnumerable<(History History, IReadOnlyList<string> Violations)> Vaults(
        Flaw flaws,
        int seeds
    ) =>
        from seed in Enumerable.Range(0, seeds)
        let history = new History(seed, flaws)
        where history.Network is EvmNetwork { UsesVault: true }
        select (history, history.Run());

    private static bool IsPaidTwice(string violation) =>
        violation.Contains("PAID-TWICE", StringComparison.Ordinal);
}

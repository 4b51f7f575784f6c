using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Simulation.Tests;

public sealed class SwarmSpecs(ITestOutputHelper output)
{
    [Fact]
    public void K12_K13_K14_K19_K20_P9_R30_V1_V7_V8_V9_V26_V27_No_history_pays_twice_loses_a_payout_or_tells_an_untruth()
    {
        var swarm = new Swarm(Settings.Flaws);

        swarm.Run(Settings.FirstSeed, Settings.Seeds);

        output.WriteLine(swarm.Total.ToString());
        Console.WriteLine($"Simulation: {swarm.Total}");
        swarm.Failures.ShouldBeEmpty(Explain(swarm));
        ItWasBadEnough(swarm.Total);
    }

    /// <summary>Histories in which nothing happens prove nothing.</summary>
    private static void ItWasBadEnough(Figures total)
    {
        if (total.Seeds < 10_000)
            return;
        total.Sent.ShouldBeGreaterThan(total.Seeds * 5);
        total.Crashes.ShouldBeGreaterThan(total.Seeds);
        total.Pauses.ShouldBeGreaterThan(total.Seeds);
        total.Forks.ShouldBeGreaterThan(total.Seeds / 2);
        total.FencedWrites.ShouldBeGreaterThan(total.Seeds / 10);
        total.Replacements.ShouldBeGreaterThan(total.Seeds / 2);
        total.CalledOff.ShouldBeGreaterThan(0);
        total.TooLate.ShouldBeGreaterThan(0);
        total.Approved.ShouldBeGreaterThan(total.Seeds / 2);
        total.Decided.ShouldBeGreaterThan(0);
        total.Frozen.ShouldBeGreaterThan(0);
        total.Conflicts.ShouldBeGreaterThan(0);
    }

    private static string Explain(Swarm swarm) =>
        string.Join(
            '\n',
            swarm.Failures.Select(f =>
                $"seed {f.Seed}: {string.Join(" | ", f.Violations.Take(3))}\n  replay: "
                + $"SETTLEMENT_SIMULATION_REPLAY={f.Seed} dotnet test tests/Simulation.Tests"
            )
        );
}

using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Simulation.Tests;

public sealed class SwarmSpecs(ITestOutputHelper output)
{
    [Fact]
    public void No_history_pays_twice_loses_a_payout_or_tells_an_untruth()
    {
        var swarm = new Swarm();

        swarm.Run(Settings.FirstSeed, Settings.Seeds);

        output.WriteLine(swarm.Total.ToString());
        Console.WriteLine($"Simulation: {swarm.Total}");
        swarm.Failures.ShouldBeEmpty(Explain(swarm));
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

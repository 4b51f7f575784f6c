using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Settlement.Simulation.Tests;

/// <summary>Tells one history in full, to understand a seed that failed.</summary>
public sealed class ReplaySpecs(ITestOutputHelper output)
{
    [Fact]
    public void The_seed_to_replay_ends_well()
    {
        if (Settings.Replay is not { } seed)
            return;
        using var trace = new StringWriter();
        var history = new History(seed, Settings.Flaws, trace);

        IReadOnlyList<string> violations = history.Run();

        output.WriteLine(trace.ToString());
        violations.ShouldBeEmpty();
    }
}

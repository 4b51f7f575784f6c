using Shouldly;
using Xunit;

namespace Settlement.Simulation.Tests;

public sealed class SimulateCommandSpecs
{
    [Fact]
    public void It_reads_what_is_asked_for()
    {
        var command = SimulateCommand.Read([
            "--seeds",
            "12",
            "--first",
            "3",
            "--flaw",
            "NoFence,NoRideLaw",
        ]);

        command.ShouldBe(new SimulateCommand(3, 12, null, Flaw.NoFence | Flaw.NoRideLaw));
    }

    [Theory]
    [InlineData("--seeds")]
    [InlineData("--seeds", "0")]
    [InlineData("--seeds", "-1")]
    [InlineData("--replay", "x")]
    [InlineData("--flaw", "None such")]
    [InlineData("--flaw", "4")]
    [InlineData("--help")]
    public void It_refuses_what_it_does_not_understand(params string[] args) =>
        SimulateCommand.Read(args).ShouldBeNull();

    [Fact]
    public void It_tells_figures_and_that_everything_held()
    {
        using var output = new StringWriter();

        bool held = new SimulateCommand(0, 20, null, Flaw.None).Run(output);

        held.ShouldBeTrue();
        output.ToString().ShouldContain("simulated years: 20 seeds");
        output.ToString().ShouldContain("Everything held");
    }

    [Fact]
    public void It_fails_with_a_seed_to_replay_when_something_did_not_hold()
    {
        using var output = new StringWriter();

        bool held = new SimulateCommand(0, 50, null, Flaw.BroadcastBeforeStore).Run(output);

        held.ShouldBeFalse();
        output.ToString().ShouldContain("--flaw BroadcastBeforeStore");
    }

    [Fact]
    public void It_tells_one_history_in_full()
    {
        using var output = new StringWriter();

        bool held = new SimulateCommand(0, 1, Replay: 7, Flaw.None).Run(output);

        held.ShouldBeTrue();
        output.ToString().ShouldContain(" s  w0 starts");
    }
}

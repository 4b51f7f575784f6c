using System.Globalization;

namespace Settlement.Simulation.Tests;

/// <summary>The simulation as a command, for more seeds than a test has time for.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Replay">One seed to tell in full, instead of many.</param>
/// <param name="Flaws">Mistakes to run with.</param>
public sealed record SimulateCommand(long First, long Seeds, long? Replay, Flaw Flaws)
{
    public const string Usage =
        "Usage: ./simulate [--seeds N] [--first S] [--replay SEED] [--flaw NAME[,NAME…]]";

    /// <summary>Reads the command line.</summary>
    /// <returns>Null when it is not understood.</returns>
    public static SimulateCommand? Read(IReadOnlyList<string> args)
    {
        var command = new SimulateCommand(0, 100_000, null, Flaw.None);
        for (int i = 0; i < args.Count; i += 2)
        {
            string value = i + 1 < args.Count ? args[i + 1] : "";
            bool isNumber = long.TryParse(
                value,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long number
            );
            bool isFlaw = Enum.TryParse(value, out Flaw flaws) && !isNumber;
            SimulateCommand? read = args[i] switch
            {
                "--seeds" when isNumber && number > 0 => command with { Seeds = number },
                "--first" when isNumber => command with { First = number },
                "--replay" when isNumber => command with { Replay = number },
                "--flaw" when isFlaw => command with { Flaws = flaws },
                _ => null,
            };
            if (read is null)
                return null;
            command = read;
        }
        return command;
    }

    /// <summary>Runs what was asked for.</summary>
    /// <returns>Whether everything held that must hold.</returns>
    public bool Run(TextWriter output) => Replay is { } seed ? Tell(seed, output) : RunAll(output);

    private bool Tell(long seed, TextWriter output)
    {
        var history = new History(seed, Flaws, output);
        IReadOnlyList<string> violations = history.Run();
        foreach (string violation in violations)
            output.WriteLine($"VIOLATION {violation}");
        output.WriteLine(violations.Count == 0 ? "Everything held." : "");
        return violations.Count == 0;
    }

    private bool RunAll(TextWriter output)
    {
        var swarm = new Swarm(Flaws);
        using var progress = new SimulateProgress(swarm, Seeds, output);

        swarm.Run(First, Seeds);

        progress.Finish();
        foreach ((long seed, IReadOnlyList<string> violations) in swarm.Failures)
        {
            output.WriteLine($"seed {seed}: {string.Join(" | ", violations.Take(3))}");
            string flaws = Flaws == Flaw.None ? "" : $" --flaw {Flaws.ToString().Replace(" ", "")}";
            output.WriteLine($"  in full: ./simulate --replay {seed}{flaws}");
        }
        return swarm.Failures.Count == 0;
    }
}

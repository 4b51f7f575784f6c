using Settlement.Chains;

namespace Settlement.Worker.Rounds;

/// <summary>Makes rounds and loops with this process's clock, log and budget.</summary>
public sealed class RoundFactory(WorkerOptions options, TimeProvider clock, ILogger<SafeRound> log)
{
    public SafeRound Round(string work, NetworkId network) =>
        new(work, network, options.RoundBudget, clock, log);

    public RoundLoop Loop(string work, NetworkId network, Func<TimeSpan> pause) =>
        new(Round(work, network), pause, clock);
}

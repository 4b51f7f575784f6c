using System.Diagnostics;
using System.Globalization;

namespace Settlement.Bench.Scenarios;

/// <summary>Who spends the processors' time. Other programs on the machine make everything slower, but hardly make it cost
/// more: of all figures this one is disturbed the least.</summary>
internal sealed class ProcessorTime
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _machineBefore = Machine();
    private readonly Dictionary<string, TimeSpan> _before = Read();

    /// <summary>What was spent since, for each piece of work.</summary>
    public Spent Since(int pieces)
    {
        (string Name, double Milliseconds)[] parts =
        [
            .. Read()
                .Select(now => (now.Key, (now.Value - _before[now.Key]).TotalMilliseconds))
                .OrderByDescending(part => part.TotalMilliseconds),
        ];
        double ours = parts.Sum(part => part.Milliseconds);
        double others = (Machine() - _machineBefore).TotalMilliseconds - ours;
        return new Spent(
            ours / pieces,
            string.Join(
                ", ",
                parts
                    .Where(part => part.Milliseconds / pieces >= 0.01)
                    .Select(part =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{part.Name} {part.Milliseconds / pieces:F2}"
                        )
                    )
            ),
            Math.Max(0, others / Stopwatch.GetElapsedTime(_began).TotalMilliseconds)
        );
    }

    private static Dictionary<string, TimeSpan> Read()
    {
        Dictionary<string, TimeSpan> now = Settings.Processes.ToDictionary(
            process => process.Key,
            process => Gauges.ProcessorOf(process.Value),
            StringComparer.Ordinal
        );
        now["generator"] = Environment.CpuUsage.TotalTime;
        return now;
    }

    // "cpu user nice system idle iowait irq softirq …" in hundredths of a second.
    private static TimeSpan Machine()
    {
        long[] ticks =
        [
            .. File.ReadLines("/proc/stat")
                .First()
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(field => long.Parse(field, CultureInfo.InvariantCulture)),
        ];
        return TimeSpan.FromMilliseconds(
            (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) * 10
        );
    }
}

/// <summary>Processor time.</summary>
/// <param name="Each">Milliseconds for a piece of work.</param>
/// <param name="Parts">The same by process, dearest first.</param>
/// <param name="OtherCores">Cores that programs beside ours kept busy meanwhile.</param>
internal sealed record Spent(double Each, string Parts, double OtherCores)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Each:F2} ms: {Parts}; others kept {OtherCores:F1} of {Environment.ProcessorCount} cores busy"
        );
}

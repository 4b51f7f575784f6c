using System.Globalization;

namespace Settlement.Bench.Scenarios;

/// <summary>Who spends the processor's time. Other programs on the machine make everything slower, but hardly make it cost
/// more: of all figures this one is disturbed the least.</summary>
internal sealed class ProcessorTime
{
    private readonly Dictionary<string, TimeSpan> _before = Read();

    /// <summary>What was spent since, in milliseconds per piece of work, dearest first.</summary>
    public (double Total, string Parts) Since(int pieces)
    {
        (string Name, double Spent)[] spent =
        [
            .. Read()
                .Select(now => (now.Key, (now.Value - _before[now.Key]).TotalMilliseconds / pieces))
                .OrderByDescending(part => part.Item2),
        ];
        IEnumerable<string> parts = spent
            .Where(part => part.Spent >= 0.01)
            .Select(part =>
                string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Spent:F2}")
            );
        return (spent.Sum(part => part.Spent), string.Join(", ", parts));
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
}

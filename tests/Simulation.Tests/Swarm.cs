using System.Diagnostics;
using System.Globalization;

namespace Settlement.Simulation.Tests;

/// <summary>Many histories on all cores, and what they add up to.</summary>
public sealed class Swarm(Flaw flaws = Flaw.None)
{
    /// <summary>How many failing seeds are kept.</summary>
    private const int MostFailures = 10;

    private readonly Lock _gate = new();
    private readonly List<(long Seed, IReadOnlyList<string> Violations)> _failures = [];
    private long _next;

    public IReadOnlyList<(long Seed, IReadOnlyList<string> Violations)> Failures => _failures;
    public Figures Total { get; } = new();

    /// <summary>Runs seeds until the count is reached, or until enough have failed.</summary>
    public void Run(long firstSeed, long count)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        _next = firstSeed;
        Thread[] threads = Enumerable
            .Range(0, Environment.ProcessorCount)
            .Select(_ => new Thread(() => Work(firstSeed + count)))
            .ToArray();
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Total.Elapsed = Stopwatch.GetElapsedTime(started);
        Total.Cpu = Environment.CpuUsage.TotalTime - cpu;
        _failures.Sort((a, b) => a.Seed.CompareTo(b.Seed));
    }

    private void Work(long end)
    {
        var mine = new Figures();
        while (true)
        {
            long seed = Interlocked.Increment(ref _next) - 1;
            if (seed >= end || _failures.Count >= MostFailures)
                break;
            var history = new History(seed, flaws);
            IReadOnlyList<string> violations = history.Run();
            mine.Add(history);
            if (violations.Count == 0)
                continue;
            lock (_gate)
                _failures.Add((seed, violations));
        }
        lock (_gate)
            Total.Add(mine);
    }
}

/// <summary>What histories add up to.</summary>
public sealed class Figures
{
    public long Seeds { get; private set; }
    public long Payouts { get; private set; }
    public long Sent { get; private set; }
    public long Transactions { get; private set; }
    public long Events { get; private set; }
    public long SimulatedMs { get; private set; }
    public long Crashes { get; private set; }
    public long Pauses { get; private set; }
    public long Forks { get; private set; }
    public long FencedWrites { get; private set; }
    public TimeSpan Elapsed { get; set; }

    /// <summary>Of all cores together; another program on the machine does not blur it.</summary>
    public TimeSpan Cpu { get; set; }

    public void Add(History history)
    {
        Seeds++;
        Payouts += history.Database.Payouts.Count;
        Sent += history.Database.Payouts.Count(p => p.PaidBy is not null);
        Transactions += history.Database.Transactions.Count;
        Events += history.Events;
        SimulatedMs += history.EndedAt;
        Crashes += history.Crashes;
        Pauses += history.Pauses;
        Forks += history.Network.Forks;
        FencedWrites += history.Database.FencedWrites;
    }

    public void Add(Figures other)
    {
        Seeds += other.Seeds;
        Payouts += other.Payouts;
        Sent += other.Sent;
        Transactions += other.Transactions;
        Events += other.Events;
        SimulatedMs += other.SimulatedMs;
        Crashes += other.Crashes;
        Pauses += other.Pauses;
        Forks += other.Forks;
        FencedWrites += other.FencedWrites;
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Seeds:N0} seeds, {Payouts:N0} payouts ({Sent:N0} paid on the chain), {Transactions:N0} transactions, "
                + $"{SimulatedMs / 3_600_000.0:N0} simulated hours, {Crashes:N0} crashes, {Pauses:N0} pauses, "
                + $"{Forks:N0} forgotten inclusions, {FencedWrites:N0} fenced writes, {Events:N0} events, "
                + $"{Elapsed.TotalSeconds:F1} s, {Seeds / Elapsed.TotalSeconds:N0} seeds/s, "
                + $"{Seeds / Cpu.TotalSeconds:N0} seeds per core and second"
        );
}

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
    private long _done;
    private long _simulatedMs;

    /// <summary>How many seeds have been run so far.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>How much time has passed in them.</summary>
    public long SimulatedMs => Interlocked.Read(ref _simulatedMs);

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
            Interlocked.Increment(ref _done);
            Interlocked.Add(ref _simulatedMs, history.EndedAt);
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

    /// <summary>Dearer attempts, cancels among them.</summary>
    public long Replacements { get; private set; }
    public long Cancels { get; private set; }

    /// <summary>Payouts that a cancel in flight has ended, and those that were paid before it could.</summary>
    public long CalledOff { get; private set; }
    public long TooLate { get; private set; }

    /// <summary>Approvals and verdicts by people.</summary>
    public long Approved { get; private set; }
    public long Decided { get; private set; }

    /// <summary>Histories whose wallet is frozen to the end.</summary>
    public long Frozen { get; private set; }

    /// <summary>Payouts that an operator failed by force and that were paid all the same, as recorded.</summary>
    public long Conflicts { get; private set; }

    /// <summary>The longest time from the end of the foul weather until all was quiet.</summary>
    public long LongestAfterMs { get; private set; }
    public long LongestSeed { get; private set; }
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
        Replacements += history.Database.Replacements;
        Cancels += history.Database.Cancels;
        CalledOff += history.Database.CalledOff;
        TooLate += history.Database.TooLate;
        Approved += history.Database.Approved;
        Decided += history.Database.Decided;
        Frozen += history.Database.FrozenReason is null ? 0 : 1;
        Conflicts += history.Database.Payouts.Count(p => p.Conflict);
        NoteLongest(history.EndedAt - history.ClearsAt, history.Seed);
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
        Replacements += other.Replacements;
        Cancels += other.Cancels;
        CalledOff += other.CalledOff;
        TooLate += other.TooLate;
        Approved += other.Approved;
        Decided += other.Decided;
        Frozen += other.Frozen;
        Conflicts += other.Conflicts;
        NoteLongest(other.LongestAfterMs, other.LongestSeed);
    }

    private void NoteLongest(long afterMs, long seed)
    {
        if (afterMs > LongestAfterMs)
            (LongestAfterMs, LongestSeed) = (afterMs, seed);
    }

    public override string ToString() =>
        string.Join(
            ", ",
            Invariant($"{Seeds:N0} seeds"),
            Invariant($"{Payouts:N0} payouts ({Sent:N0} paid on the chain)"),
            Invariant($"{Transactions:N0} transactions"),
            Invariant($"{SimulatedMs / 3_600_000.0:N0} simulated hours"),
            Invariant($"{Crashes:N0} crashes"),
            Invariant($"{Pauses:N0} pauses"),
            Invariant($"{Forks:N0} forgotten inclusions"),
            Invariant($"{FencedWrites:N0} fenced writes"),
            Invariant($"{Replacements:N0} replacements ({Cancels:N0} of them cancels)"),
            Invariant($"{CalledOff:N0} payouts cancelled in flight, {TooLate:N0} too late"),
            Invariant($"{Approved:N0} approvals, {Decided:N0} verdicts by people"),
            Invariant($"{Frozen:N0} frozen wallets"),
            Invariant($"{Conflicts:N0} forced failures that were paid"),
            Invariant($"{Events:N0} events"),
            Invariant($"quiet {LongestAfterMs / 60_000.0:F0} min after foul weather at most"),
            Invariant($"{Elapsed.TotalSeconds:F1} s"),
            Invariant($"{Seeds / Elapsed.TotalSeconds:N0} seeds/s"),
            Invariant($"{Seeds / Cpu.TotalSeconds:N0} seeds per core and second")
        );

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

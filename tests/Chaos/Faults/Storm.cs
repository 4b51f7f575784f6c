using System.Collections.Concurrent;

namespace Settlement.Chaos.Faults;

/// <summary>Faults at random times, drawn from the seed; each kind at least once. They overlap as they fall.</summary>
internal sealed class Storm(IReadOnlyDictionary<string, Strike> strikes, int seed)
{
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(8);

    /// <summary>What came of it.</summary>
    public ConcurrentQueue<Fault> Faults { get; } = new();

    /// <summary>What could not be carried out, and why: a fault of this driver.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    public async Task RunAsync(TimeSpan length, int count)
    {
        TimeSpan step = (length - s_before - s_after) / count;
        long began = Environment.TickCount64;
        var running = new List<Task>();
        int i = 0;
        foreach ((string kind, int ownSeed, double jitter) in Draw(count))
        {
            TimeSpan due = s_before + (step * (i++ + jitter));
            TimeSpan early = due - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            running.Add(OneAsync(kind, new Dice(ownSeed)));
        }
        await Task.WhenAll(running);
    }

    private List<(string Kind, int Seed, double Jitter)> Draw(int count)
    {
        var dice = new Dice(seed);
        var kinds = new List<string>();
        while (kinds.Count < count)
            kinds.AddRange(dice.Shuffled(strikes.Keys));
        return kinds
            .Take(count)
            .Select(kind => (kind, dice.Next(0, int.MaxValue), dice.Seconds(0, 0.8).TotalSeconds))
            .ToList();
    }

    private async Task OneAsync(string kind, Dice dice)
    {
        // Its own dice: what one fault draws changes no other one.
        DateTimeOffset at = TimeProvider.System.GetUtcNow();
        try
        {
            string? detail = await strikes[kind](dice);
            if (detail is not null)
                Faults.Enqueue(new Fault(kind, at, TimeProvider.System.GetUtcNow(), detail));
        }
        catch (Exception e)
        {
            Failures.Enqueue($"{kind}: {e.Message}");
        }
    }
}

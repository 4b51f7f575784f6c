using System.Collections.Concurrent;
using System.Diagnostics;

namespace Settlement.Bench.Load;

/// <summary>What a number of clients got done, each sending its next request when the last one was answered.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Latencies">Sorted.</param>
internal sealed record LoadRun(int Requests, TimeSpan Elapsed, TimeSpan[] Latencies)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public TimeSpan Percentile(int percent) =>
        Latencies[Math.Min(Latencies.Length - 1, Latencies.Length * percent / 100)];

    /// <summary>Runs clients until a condition ends them.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="goOn">Asked before each request.</param>
    /// <param name="makeAsync">Makes a client: a function that sends one request, given its number.</param>
    public static async Task<LoadRun> OfAsync(
        int clients,
        Func<bool> goOn,
        Func<Task<Func<int, Task>>> makeAsync
    )
    {
        Func<int, Task>[] sends = await Task.WhenAll(
            Enumerable.Range(0, clients).Select(_ => makeAsync())
        );
        var all = new ConcurrentBag<List<TimeSpan>>();
        int number = -1;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            sends.Select(send =>
                Task.Run(async () =>
                {
                    var mine = new List<TimeSpan>();
                    while (goOn())
                    {
                        long sent = Stopwatch.GetTimestamp();
                        await send(Interlocked.Increment(ref number));
                        mine.Add(Stopwatch.GetElapsedTime(sent));
                    }
                    all.Add(mine);
                })
            )
        );
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        TimeSpan[] latencies = [.. all.SelectMany(l => l).Order()];
        return new LoadRun(latencies.Length, elapsed, latencies);
    }
}

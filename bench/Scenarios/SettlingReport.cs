using Npgsql;

namespace Settlement.Bench.Scenarios;

/// <summary>Payouts end to end on each network beside what the chain itself could take, commits per payout, memory.</summary>
internal static class SettlingReport
{
    // What the worker lets a node's pool hold, and the development chains' pace.
    private const int EvmInFlight = 16;
    private const int EvmBlockSeconds = 1;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(20);

    public static async Task WriteAsync(Table table, NpgsqlDataSource database, User[] users)
    {
        var scenario = new SettleScenario(database, users);
        var ceiling = new SolanaCeiling(users);
        int payouts = Settings.Scaled(16_000);

        // Warm: the users' token accounts exist, the code is compiled.
        await scenario.RunAsync("solana", users.Length * 2);
        double idlePerSecond = await IdleAsync(database);

        double before = await ceiling.RunAsync(payouts);
        long commits = await Gauges.CommitsAsync(database);
        var processor = new ProcessorTime();
        Settled solana = await scenario.RunAsync("solana", payouts);
        Spent spent = processor.Since(payouts);
        double idle = idlePerSecond * (solana.Elapsed.TotalSeconds + 11);
        double perPayout = (await Gauges.CommitsAsync(database) - commits - idle) / payouts;
        int[] memory =
        [
            Gauges.MemoryOf(Settings.Processes["api"]),
            Gauges.PeakOf(Settings.Processes["api"]),
            Gauges.MemoryOf(Settings.Processes["worker"]),
            Gauges.PeakOf(Settings.Processes["worker"]),
        ];
        double after = await ceiling.RunAsync(payouts);

        table.Add("Solana, end to end", Describe(solana), "≥ 300/s");
        table.Add(
            "– beside the chain's own ceiling",
            $"{solana.PerSecond / Math.Max(before, after):F2} of {Math.Max(before, after):F0}/s (before {before:F0}, after {after:F0})"
        );
        table.Add("– commits per payout", $"{perPayout:F2} ({idlePerSecond:F1}/s idle)");
        table.Add("– processor time per payout", $"{spent}");
        foreach (string network in (string[])["ethereum", "polygon"])
        {
            Settled evm = await scenario.RunAsync(network, Settings.Scaled(300));
            table.Add($"{network}, end to end", Describe(evm));
            table.Add(
                "– beside 16 in flight a block",
                $"{evm.PerSecond * EvmBlockSeconds / EvmInFlight:F2}"
            );
        }
        table.Add("API, memory after the load", $"{memory[0]} MB (peak {memory[1]})", "< 250 MB");
        table.Add(
            "worker, memory after the load",
            $"{memory[2]} MB (peak {memory[3]})",
            "< 250 MB"
        );
    }

    private static string Describe(Settled run) =>
        $"{run.PerSecond:F1}/s ({run.Payouts} in {run.FirstToLast.TotalSeconds:F1} s, {run.Transactions} transactions; "
        + $"in between {run.Sustained:F1}/s; request to sent p50 {run.Median.TotalSeconds:F1} s, p99 {run.Slowest.TotalSeconds:F1} s)";

    private static async Task<double> IdleAsync(NpgsqlDataSource database)
    {
        long before = await Gauges.CommitsAsync(database);
        await Task.Delay(s_idle);
        long after = await Gauges.CommitsAsync(database);
        return (after - before) / (s_idle.TotalSeconds + 11);
    }
}

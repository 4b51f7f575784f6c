using System.Diagnostics;
using Npgsql;
using Settlement.Bench.Load;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Bench.Scenarios;

/// <summary>Accepts over HTTP beside the same accepts made straight in the database, in turn, so that what disturbs the one
/// disturbs the other. The worker does not run.</summary>
internal sealed class AcceptScenario(NpgsqlDataSource database, User[] users)
{
    private const string Network = "solana";
    private const int Rounds = 5;
    private readonly AcceptPayout _accept = new(database);

    public async Task RunAsync(Table table)
    {
        TimeSpan length = TimeSpan.FromSeconds(4 * Settings.Scale);
        // The first rounds of a process are the compiler's.
        await OverHttpAsync(8, length);
        await DirectlyAsync(8, length);
        foreach (int clients in (int[])[8, 32])
        {
            var rounds = new List<(LoadRun Http, LoadRun Direct)>();
            var processor = new ProcessorTime();
            for (int i = 0; i < Rounds; i++)
            {
                LoadRun direct = await DirectlyAsync(clients, length);
                rounds.Add((await OverHttpAsync(clients, length), direct));
            }
            Report(table, clients, rounds);
            int all = rounds.Sum(r => r.Http.Requests + r.Direct.Requests);
            table.Add("– processor time per accept of either kind", $"{processor.Since(all)}");
        }
    }

    private static void Report(
        Table table,
        int clients,
        List<(LoadRun Http, LoadRun Direct)> rounds
    )
    {
        double[] ratios = [.. rounds.Select(r => r.Http.PerSecond / r.Direct.PerSecond).Order()];
        table.Add(
            $"accepts, {clients} clients: HTTP / direct",
            $"{ratios[Rounds / 2]:F2} ({ratios[0]:F2} to {ratios[^1]:F2})",
            "≥ 0.50"
        );
        table.Add($"– over HTTP", Describe(rounds.ConvertAll(r => r.Http)));
        table.Add($"– directly", Describe(rounds.ConvertAll(r => r.Direct)));
    }

    private static string Describe(List<LoadRun> runs)
    {
        LoadRun median = runs.OrderBy(r => r.PerSecond).ElementAt(runs.Count / 2);
        return $"{median.PerSecond:F0}/s, p50 {median.Percentile(50).TotalMilliseconds:F1} ms, "
            + $"p99 {median.Percentile(99).TotalMilliseconds:F1} ms";
    }

    private Task<LoadRun> OverHttpAsync(int clients, TimeSpan length) =>
        LoadRun.OfAsync(
            clients,
            For(length),
            async () =>
            {
                Connection connection = await Connection.OpenAsync(Settings.Api);
                return async number =>
                {
                    User user = users[number % users.Length];
                    string key = Guid.NewGuid().ToString();
                    int status = await connection.AskAsync(
                        Users.Request(user, Network, Settings.Api, key)
                    );
                    if (status != 202)
                        throw new InvalidOperationException($"The API answered {status}.");
                };
            }
        );

    private Task<LoadRun> DirectlyAsync(int clients, TimeSpan length) =>
        LoadRun.OfAsync(clients, For(length), () => Task.FromResult<Func<int, Task>>(AcceptAsync));

    private async Task AcceptAsync(int number)
    {
        User user = users[number % users.Length];
        AcceptOutcome outcome = await _accept.ExecuteAsync(
            new PayoutRequest(
                user.Id,
                Users.AmountMicro,
                Network,
                user.SolanaAddress,
                "USDC",
                Settings.Token(Network),
                AssetDecimals: 6,
                ClientReference: null,
                Guid.NewGuid().ToString(),
                $"req_{Guid.CreateVersion7():N}"
            ),
            default
        );
        if (outcome is not AcceptOutcome.Accepted)
            throw new InvalidOperationException($"The accept ended as {outcome}.");
    }

    private static Func<bool> For(TimeSpan length)
    {
        long began = Stopwatch.GetTimestamp();
        return () => Stopwatch.GetElapsedTime(began) < length;
    }
}

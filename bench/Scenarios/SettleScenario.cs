using System.Diagnostics;
using Dapper;
using Npgsql;
using Settlement.Bench.Load;

namespace Settlement.Bench.Scenarios;

/// <summary>Payouts from their request over HTTP to <c>sent</c>, with everything on the same cores: API, worker, PostgreSQL,
/// RabbitMQ, the chain and this generator.</summary>
internal sealed class SettleScenario(NpgsqlDataSource database, User[] users)
{
    private const int Clients = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public async Task<Settled> RunAsync(string network, int payouts)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        long from = await connection.ExecuteScalarAsync<long>(
            "SELECT coalesce(max(number), 0) FROM settlement.payouts"
        );
        int left = payouts;
        long began = Stopwatch.GetTimestamp();
        LoadRun requests = await LoadRun.OfAsync(
            Clients,
            () => Interlocked.Decrement(ref left) >= 0,
            () => ClientAsync(network)
        );
        await WaitAsync(connection, from, payouts);
        return await ReadAsync(connection, from, Stopwatch.GetElapsedTime(began), requests);
    }

    private async Task<Func<int, Task>> ClientAsync(string network)
    {
        Connection connection = await Connection.OpenAsync(Settings.Api);
        return async number =>
        {
            User user = users[number % users.Length];
            string key = Guid.NewGuid().ToString();
            int status = await connection.AskAsync(Users.Request(user, network, Settings.Api, key));
            if (status != 202)
                throw new InvalidOperationException($"The API answered {status}.");
        };
    }

    private static async Task WaitAsync(NpgsqlConnection connection, long from, int payouts)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            int sent = await connection.ExecuteScalarAsync<int>(
                "SELECT count(*) FROM settlement.payouts WHERE number > @from AND status = 'sent'",
                new { from }
            );
            if (sent == payouts)
                return;
            if (Stopwatch.GetElapsedTime(began) > s_patience)
                throw new TimeoutException($"{sent} of {payouts} payouts were sent in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private static async Task<Settled> ReadAsync(
        NpgsqlConnection connection,
        long from,
        TimeSpan elapsed,
        LoadRun requests
    )
    {
        List<(DateTime Requested, DateTime Sent)> times = (
            await connection.QueryAsync<(DateTime, DateTime)>(
                "SELECT requested_at, completed_at FROM settlement.payouts WHERE number > @from ORDER BY completed_at",
                new { from }
            )
        ).ToList();
        int transactions = await connection.ExecuteScalarAsync<int>(
            """
            SELECT count(DISTINCT r.transaction_id) FROM settlement.transaction_payouts r
              JOIN settlement.payouts p ON p.id = r.payout_id WHERE p.number > @from
            """,
            new { from }
        );
        TimeSpan[] waits = [.. times.Select(t => t.Sent - t.Requested).Order()];
        return new Settled(
            times.Count,
            times[^1].Sent - times.Min(t => t.Requested),
            times[times.Count * 9 / 10].Sent - times[times.Count / 10].Sent,
            elapsed,
            requests,
            waits[waits.Length / 2],
            waits[waits.Length * 99 / 100],
            transactions
        );
    }
}

/// <summary>What became of the payouts of one run.</summary>
/// <param name="Payouts">How many.</param>
/// <param name="FirstToLast">From the first request to the last payout that became sent.</param>
/// <param name="Middle">Between the first and the last tenth of what became sent: without the time to the first finality.</param>
/// <param name="Elapsed">As the generator saw it.</param>
/// <param name="Requests">How they were accepted meanwhile.</param>
/// <param name="Median">From request to sent.</param>
/// <param name="Slowest">99th percentile of the same.</param>
/// <param name="Transactions">That carried them.</param>
internal sealed record Settled(
    int Payouts,
    TimeSpan FirstToLast,
    TimeSpan Middle,
    TimeSpan Elapsed,
    LoadRun Requests,
    TimeSpan Median,
    TimeSpan Slowest,
    int Transactions
)
{
    public double PerSecond => Payouts / FirstToLast.TotalSeconds;

    public double Sustained => 0.8 * Payouts / Middle.TotalSeconds;
}

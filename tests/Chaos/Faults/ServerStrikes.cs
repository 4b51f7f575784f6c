using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Settlement.Chaos.Faults;

/// <summary>What happens to broker and database. Each has one trouble at a time.</summary>
internal sealed class ServerStrikes(Surroundings surroundings, NpgsqlDataSource database)
    : IDisposable
{
    private readonly SemaphoreSlim _broker = new(1, 1);
    private readonly SemaphoreSlim _database = new(1, 1);

    public IEnumerable<KeyValuePair<string, Strike>> All =>
        [
            new(FaultKinds.BrokerStopped, dice => BrokerAsync("kill", "restart", dice)),
            new(FaultKinds.BrokerStalled, dice => BrokerAsync("pause", "resume", dice)),
            new(FaultKinds.BrokerAlarm, dice => BrokerAsync("alarm", "calm", dice)),
            new(FaultKinds.DatabaseStopped, StopDatabaseAsync),
            new(FaultKinds.DatabaseTerminated, TerminateAsync),
        ];

    public void Dispose()
    {
        _broker.Dispose();
        _database.Dispose();
    }

    private Task<string?> BrokerAsync(string begin, string end, Dice dice) =>
        AloneAsync(
            _broker,
            async () =>
            {
                TimeSpan length = dice.Seconds(3, 7);
                await ServersAsync(begin, "rabbitmq");
                await Task.Delay(length);
                await ServersAsync(end, "rabbitmq");
                return $"for {length.TotalSeconds:F1} s";
            }
        );

    private Task<string?> StopDatabaseAsync(Dice dice) =>
        AloneAsync(
            _database,
            async () =>
            {
                TimeSpan length = dice.Seconds(0.5, 3);
                await ServersAsync("kill", "postgres");
                await Task.Delay(length);
                await ServersAsync("restart", "postgres");
                database.Clear();
                return $"for {length.TotalSeconds:F1} s";
            }
        );

    private Task<string?> TerminateAsync(Dice dice) =>
        AloneAsync(
            _database,
            async () =>
            {
                await using NpgsqlConnection connection = await database.OpenConnectionAsync();
                int ended = await connection.ExecuteScalarAsync<int>(
                    """
                    SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE datname = current_database() AND usename <> current_user AND random() < @share) ended
                    """,
                    new { share = dice.Seconds(0.5, 1).TotalSeconds }
                );
                return $"{ended} of them";
            }
        );

    private async Task ServersAsync(string command, string name)
    {
        var start = new ProcessStartInfo(surroundings.Servers)
        {
            ArgumentList = { command, name, "--instance", "chaos" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"dev/servers {command} {name}: {await errors} {await output}"
            );
        }
    }

    private static async Task<string?> AloneAsync(SemaphoreSlim gate, Func<Task<string>> act)
    {
        await gate.WaitAsync();
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }
}

using Dapper;
using Npgsql;
using Settlement.TestKit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>A database that can be shut: connections break, new ones are refused.</summary>
public sealed class OwnDatabase : IAsyncDisposable
{
    private OwnDatabase() => Given = new Given(Database);

    public PostgresDatabase Database { get; } = new();

    public Given Given { get; }

    public static async Task<OwnDatabase> MakeAsync()
    {
        var own = new OwnDatabase();
        await own.Database.InitializeAsync();
        return own;
    }

    /// <summary>A superuser's hand deletes the history.</summary>
    public Task BreakAsync() =>
        Given.ExecuteAsync(
            "SET session_replication_role = replica; DELETE FROM payout_events; RESET session_replication_role"
        );

    public Task HasSchedulersAsync(int count) =>
        Eventually.BecomesAsync(
            async () =>
                await Given.ReadAsync<bool>(
                    "SELECT to_regclass('quartz.qrtz_scheduler_state') IS NOT NULL"
                )
                && await Given.ReadAsync<int>(
                    "SELECT count(DISTINCT instance_name)::int FROM quartz.qrtz_scheduler_state"
                ) == count,
            $"{count} schedulers are in the cluster",
            withinSeconds: 60
        );

    public Task ShutAsync() => RunAsync(isOpen: false);

    public Task OpenAsync() => RunAsync(isOpen: true);

    public async ValueTask DisposeAsync() => await Database.DisposeAsync();

    private async Task RunAsync(bool isOpen)
    {
        string name = new NpgsqlConnectionStringBuilder(Database.OwnerConnectionString).Database!;
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(
            Environment.GetEnvironmentVariable(PostgresDatabase.Variable)!
        );
        await using NpgsqlConnection connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS {isOpen}");
        if (!isOpen)
        {
            await connection.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = @name",
                new { name }
            );
        }
        // The test's own pools; the host's must find out by themselves.
        Database.Owner.Clear();
        Database.App.Clear();
    }
}

using Dapper;
using Npgsql;
using Settlement.TestKit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>A database that can be shut: connections break, new ones are refused.</summary>
public sealed class OwnDatabase : IAsyncDisposable
{
    public PostgresDatabase Database { get; } = new();

    public Task InitializeAsync() => Database.InitializeAsync();

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

using Dapper;
using Npgsql;
using Settlement.Payouts.Database;

namespace Settlement.TestKit;

/// <summary>A database without our schema.</summary>
public sealed class EmptyDatabase : IAsyncDisposable
{
    private readonly string _name = $"settlement_empty_{Guid.NewGuid():N}";

    private EmptyDatabase() =>
        Source = SettlementDatabase.Open(ConnectionString(_name), "tests-empty");

    public NpgsqlDataSource Source { get; }

    public static async Task<EmptyDatabase> CreateAsync()
    {
        var database = new EmptyDatabase();
        await OnServerAsync($"CREATE DATABASE {database._name}");
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await OnServerAsync($"DROP DATABASE {_name} WITH (FORCE)");
    }

    private static async Task OnServerAsync(string sql)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(ConnectionString(null));
        await using NpgsqlConnection connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, commandTimeout: 60);
    }

    private static string ConnectionString(string? name)
    {
        var settings = new NpgsqlConnectionStringBuilder(
            Environment.GetEnvironmentVariable(PostgresDatabase.Variable)
        );
        if (name is not null)
            settings.Database = name;
        return settings.ConnectionString;
    }
}

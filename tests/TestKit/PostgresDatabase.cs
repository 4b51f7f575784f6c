using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Xunit;

namespace Settlement.TestKit;

/// <summary>A fresh, migrated database for one test class, cloned from a template that is migrated once per test process.</summary>
/// <remarks>The server's address comes from the environment: a connection string of a superuser.</remarks>
public sealed class PostgresDatabase : IAsyncLifetime
{
    public const string Variable = "SETTLEMENT_TEST_POSTGRES";

    private const string AppRole = "settlement_test_app";
    private const string AppPassword = "settlement_test_app";

    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static readonly string s_template = $"settlement_template_{Environment.ProcessId}";
    private static bool s_templateIsReady;

    private readonly string _name;
    private readonly PostgresServer? _own;

    public PostgresDatabase()
        : this(null, NewName()) { }

    private PostgresDatabase(PostgresServer? own, string name) => (_own, _name) = (own, name);

    /// <summary>Connects as the owner of the schema.</summary>
    public NpgsqlDataSource Owner { get; private set; } = null!;

    /// <summary>Connects as API and worker do.</summary>
    public NpgsqlDataSource App { get; private set; } = null!;

    public string OwnerConnectionString => With(_name).ConnectionString;

    public string AppConnectionString
    {
        get
        {
            NpgsqlConnectionStringBuilder settings = With(_name);
            settings.Username = AppRole;
            settings.Password = AppPassword;
            return settings.ConnectionString;
        }
    }

    public async Task InitializeAsync()
    {
        if (_own is not null)
        {
            await using NpgsqlDataSource own = NpgsqlDataSource.Create(_own.ConnectionString);
            await MakeAsync(own, _name, _own.ConnectionString);
            Open();
            return;
        }
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(ServerConnectionString());
        await s_gate.WaitAsync();
        try
        {
            if (!s_templateIsReady)
                await MakeTemplateAsync(server);
            s_templateIsReady = true;
            await ExecuteAsync(server, $"CREATE DATABASE {_name} TEMPLATE {s_template}");
        }
        finally
        {
            s_gate.Release();
        }
        Open();
    }

    private void Open()
    {
        Owner = SettlementDatabase.Open(OwnerConnectionString, "tests-owner");
        App = SettlementDatabase.Open(AppConnectionString, "tests-app");
    }

    /// <summary>A new one in a server of the test's own.</summary>
    public static async Task<PostgresDatabase> MakeInAsync(PostgresServer server)
    {
        var database = new PostgresDatabase(server, NewName());
        await database.InitializeAsync();
        return database;
    }

    /// <summary>The same database in a server that has followed this one.</summary>
    public PostgresDatabase In(PostgresServer standby)
    {
        var same = new PostgresDatabase(standby, _name);
        same.Open();
        return same;
    }

    /// <summary>A copy as it is now, as if it were restored from a backup later.</summary>
    public async Task<PostgresDatabase> CopyAsync()
    {
        var copy = new PostgresDatabase();
        Owner.Clear();
        App.Clear();
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(ServerConnectionString());
        await ExecuteAsync(
            server,
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name}'"
        );
        await ExecuteAsync(server, $"CREATE DATABASE {copy._name} TEMPLATE {_name}");
        copy.Open();
        return copy;
    }

    public async Task DisposeAsync()
    {
        await Owner.DisposeAsync();
        await App.DisposeAsync();
        if (_own is not null)
            return;
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(ServerConnectionString());
        await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    private static string NewName() => $"settlement_test_{Guid.NewGuid():N}";

    private static async Task MakeTemplateAsync(NpgsqlDataSource server)
    {
        await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {s_template} WITH (FORCE)");
        await MakeAsync(server, s_template, ServerConnectionString());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DropTemplate();
    }

    private static async Task MakeAsync(NpgsqlDataSource server, string name, string onServer)
    {
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        await using NpgsqlDataSource template = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(onServer) { Database = name, Pooling = false }
        );
        await new Migrator(template).MigrateAsync(CancellationToken.None);
        // Test processes may make the role at the same time.
        await ExecuteAsync(
            template,
            $"""
            DO $$ BEGIN
              CREATE ROLE {AppRole} LOGIN PASSWORD '{AppPassword}' IN ROLE settlement_app;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
            """
        );
    }

    private static void DropTemplate()
    {
        using NpgsqlDataSource server = NpgsqlDataSource.Create(ServerConnectionString());
        using NpgsqlConnection connection = server.OpenConnection();
        connection.Execute($"DROP DATABASE IF EXISTS {s_template} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, commandTimeout: 60);
    }

    private NpgsqlConnectionStringBuilder With(string database) =>
        new(_own?.ConnectionString ?? ServerConnectionString()) { Database = database };

    private static string ServerConnectionString() =>
        Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException(
            $"Set {Variable} to a superuser's connection string, or run ./test, which starts a server."
        );
}

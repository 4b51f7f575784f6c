using Npgsql;

namespace Settlement.Payouts.Database;

/// <summary>Makes the one connection pool of a process.</summary>
public static class SettlementDatabase
{
    /// <summary>The schema that holds all of our tables.</summary>
    public const string Schema = "settlement";

    /// <summary>Opens a pool. Connections are made when they are first needed.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="application">Shown in pg_stat_activity, and in metrics.</param>
    public static NpgsqlDataSource Open(string connectionString, string application)
    {
        DapperSetup.Ensure();
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = Schema,
            ApplicationName = application,
            // A lost server must not hold a request for the default 30 s.
            CommandTimeout = 15,
            Timeout = 5,
            // Prepared once per connection: every hot statement runs thousands of times.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 3,
            // Nobody changes a session: resetting one before each use would double the statements.
            NoResetOnClose = true,
            // Detects a vanished server while an operation waits for it.
            KeepAlive = 30,
            IncludeErrorDetail = false,
        };
        // Without a name the driver's metrics would tell the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString)
        {
            Name = application,
        }.Build();
    }
}

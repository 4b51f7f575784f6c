using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Settlement.Payouts.Database;

namespace Settlement.Hosting.Start;

/// <summary>Section <c>Database</c>: the one connection pool of a host.</summary>
public static class HostDatabase
{
    /// <summary>Registers the pool and the migrator. Nothing connects yet.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Holds <c>Database:ConnectionString</c>.</param>
    /// <param name="application">Shown in pg_stat_activity.</param>
    /// <exception cref="StartRefusedException">The connection string is missing or unreadable.</exception>
    public static IServiceCollection AddSettlementDatabase(
        this IServiceCollection services,
        IConfiguration configuration,
        string application
    )
    {
        NpgsqlDataSource database = Open(configuration, application);
        services.AddSingleton(_ => database);
        return services.AddSingleton<Migrator>();
    }

    private static NpgsqlDataSource Open(IConfiguration configuration, string application)
    {
        const string key = "Database:ConnectionString";
        string text = configuration[key] ?? "";
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new StartRefusedException(
                $"{key} is missing: set it to a PostgreSQL connection string, such as Host=…;Database=settlement;Username=…;Password=…."
            );
        }
        try
        {
            return SettlementDatabase.Open(text, application);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text itself is not repeated: it holds a password.
            throw new StartRefusedException($"{key} cannot be read: {e.Message}", e);
        }
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Operations;

namespace Settlement.Hosting.Health;

/// <summary>The names and tags of the checks that both hosts make.</summary>
public static class Readiness
{
    /// <summary>A check with this tag decides whether the host is ready: Degraded, too, means that it is not.</summary>
    public const string Required = "required";

    public const string Database = "database";
    public const string Ledger = "ledger";
}

/// <summary>The database answers and has run every migration of this build.</summary>
internal sealed class DatabaseCheck(Migrator migrator) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await migrator.IsCurrentAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("Migrations are missing; run the migrate command.");
        }
        catch (NpgsqlException)
        {
            // What the server said may name users and hosts; it is in the log of whoever needs it.
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

/// <summary>The ledger audit has not frozen the system, and which switches stand.</summary>
internal sealed class LedgerCheck(Pauses pauses) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            IReadOnlyList<Pause> standing = await pauses.ReadAsync(cancellationToken);
            var data = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [HealthPage.PausesKey] = standing,
            };
            return standing.Any(p => p.IsFreeze)
                ? HealthCheckResult.Unhealthy("The ledger audit froze payouts.", data: data)
                : HealthCheckResult.Healthy(data: data);
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

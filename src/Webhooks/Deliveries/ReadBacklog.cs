using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Reads what waits to be told.</summary>
public sealed class ReadBacklog(NpgsqlDataSource database)
{
    private const string Sql = """
        -- ReadBacklog
        SELECT (SELECT count(*) FROM webhook_endpoints WHERE enabled) AS endpoints,
               (SELECT extract(epoch FROM now() - occurred_at) FROM webhook_outbox ORDER BY id LIMIT 1)::float8 AS untold_seconds,
               (SELECT extract(epoch FROM now() - min(d.created_at))
                  FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id AND d.status = 'pending'
                 WHERE e.enabled)::float8 AS undelivered_seconds
        """;

    /// <summary>Reads it.</summary>
    public async Task<WebhookBacklog> ExecuteAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<WebhookBacklog>(
            new CommandDefinition(Sql, cancellationToken: ct)
        );
    }
}

/// <summary>What waits to be told.</summary>
/// <param name="Endpoints">How many listen.</param>
/// <param name="UntoldSeconds">The age of the oldest event that no worker has taken up; null: there is none.</param>
/// <param name="UndeliveredSeconds">The age of the oldest message that an endpoint which listens has not taken; null: there is none.</param>
public sealed record WebhookBacklog(
    long Endpoints,
    double? UntoldSeconds,
    double? UndeliveredSeconds
)
{
    /// <summary>The age of the oldest event that has not arrived everywhere; 0 when all have.</summary>
    public double OldestSeconds => Math.Max(UntoldSeconds ?? 0, UndeliveredSeconds ?? 0);
}

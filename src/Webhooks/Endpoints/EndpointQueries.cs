using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Endpoints;

/// <summary>Reads endpoints.</summary>
public sealed class EndpointQueries(NpgsqlDataSource database)
{
    private const string Sql = """
        -- EndpointQueries
        SELECT e.id, e.url, e.description, e.event_types, e.enabled, e.disabled_reason, e.disabled_at, e.failing_since, e.created_at,
               CASE WHEN e.previous_until > now() THEN e.previous_until END AS previous_until,
               coalesce(h.delivered, 0) AS delivered, coalesce(h.failed, 0) AS failed,
               (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending') AS pending
          FROM webhook_endpoints e
          LEFT JOIN LATERAL (SELECT sum(delivered) AS delivered, sum(failed) AS failed FROM webhook_hours
                              WHERE endpoint_id = e.id AND hour > now() - interval '24 hours') h ON true
         WHERE e.deleted_at IS NULL AND (@Id::uuid IS NULL OR e.id = @Id)
         ORDER BY e.created_at, e.id
        """;

    /// <summary>All of them, oldest first.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken ct) =>
        await ReadAsync(null, ct);

    /// <summary>One of them; null when there is none.</summary>
    public async Task<WebhookEndpoint?> FindAsync(Guid id, CancellationToken ct) =>
        (await ReadAsync(id, ct)).SingleOrDefault();

    private async Task<List<WebhookEndpoint>> ReadAsync(Guid? id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<WebhookEndpoint>(
                new CommandDefinition(Sql, new { Id = id }, cancellationToken: ct)
            )
        ).AsList();
    }
}

using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Settlement.Webhooks.Sending;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Writes what became of attempts at one endpoint, each fenced by its token, and switches an endpoint off that is gone
/// or has failed for too long.</summary>
public sealed class MarkDeliveries(NpgsqlDataSource database, WebhookOptions options)
{
    // A quiet endpoint must not be switched off for one message that failed long ago.
    private const int FewestFailures = 10;

    // The token is raised: a result whose commit was lost on the way back is written once more, and must not count twice.
    private const string MarkSql = """
        -- MarkDeliveries
        WITH marked AS (
            UPDATE webhook_deliveries d
               SET status = CASE WHEN v.delivered THEN 'delivered' WHEN v.after IS NULL THEN 'failed' ELSE 'pending' END,
                   due_at = CASE WHEN NOT v.delivered THEN now() + v.after END,
                   lease_token = d.lease_token + 1, attempts = d.attempts + 1, retries = d.retries + CASE WHEN v.delivered THEN 0 ELSE 1 END,
                   attempted_at = now(), delivered_at = CASE WHEN v.delivered THEN now() ELSE d.delivered_at END,
                   response_status = v.response_status, response_body = v.response, took_ms = v.took, error = v.error
              FROM unnest(@Ids, @Tokens, @Delivered, @Afters, @Statuses, @Responses, @Took, @Errors)
                   AS v (id, token, delivered, after, response_status, response, took, error)
             WHERE d.id = v.id AND d.lease_token = v.token AND d.status = 'pending'
            RETURNING v.delivered
        ), summed AS (
            SELECT count(*) FILTER (WHERE delivered)::int AS delivered, count(*) FILTER (WHERE NOT delivered)::int AS failed FROM marked
        ), counted AS (
            INSERT INTO webhook_hours AS h (endpoint_id, hour, delivered, failed)
            SELECT @EndpointId, date_trunc('hour', now()), delivered, failed FROM summed WHERE delivered + failed > 0
            ON CONFLICT (endpoint_id, hour) DO UPDATE SET delivered = h.delivered + excluded.delivered, failed = h.failed + excluded.failed
        )
        UPDATE webhook_endpoints e
           SET failures = CASE WHEN s.delivered > 0 THEN 0 ELSE e.failures + s.failed END,
               failing_since = CASE WHEN s.delivered > 0 THEN NULL ELSE coalesce(e.failing_since, now()) END
          FROM summed s
         WHERE e.id = @EndpointId AND (s.failed > 0 AND s.delivered = 0 OR s.delivered > 0 AND e.failures > 0)
        """;

    private const string ReleaseSql = """
        -- MarkDeliveries: release
        UPDATE webhook_deliveries d SET due_at = now()
          FROM unnest(@Ids, @Tokens) AS v (id, token)
         WHERE d.id = v.id AND d.lease_token = v.token AND d.status = 'pending'
        """;

    private const string DisableSql = """
        -- MarkDeliveries: switch off
        WITH off AS (
            UPDATE webhook_endpoints
               SET enabled = false, disabled_reason = CASE WHEN @IsGone THEN 'gone' ELSE 'failing' END, disabled_at = now()
             WHERE id = @EndpointId AND enabled AND (@IsGone OR (failures >= @FewestFailures AND failing_since < now() - @Patience))
            RETURNING id, disabled_reason
        )
        INSERT INTO audit_log (actor, action, target, reason) SELECT 'worker', 'webhook_disabled', id, disabled_reason FROM off
        RETURNING reason
        """;

    /// <summary>Writes results of one endpoint.</summary>
    /// <returns>Why the endpoint was switched off; null when it was not.</returns>
    public async Task<string?> ExecuteAsync(
        Guid endpointId,
        IReadOnlyList<(ClaimedDelivery Delivery, SendResult Outcome)> results,
        CancellationToken ct
    )
    {
        var tried = results.Where(r => !r.Outcome.IsReleased).ToList();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        if (tried.Count < results.Count)
            await ReleaseAsync(connection, results.Where(r => r.Outcome.IsReleased).ToList(), ct);
        if (tried.Count == 0)
            return null;
        await connection.ExecuteAsync(
            new CommandDefinition(MarkSql, Rows(endpointId, tried), cancellationToken: ct)
        );
        if (tried.All(r => r.Outcome.IsDelivered))
            return null;
        return await connection.QuerySingleOrDefaultAsync<string?>(
            new CommandDefinition(
                DisableSql,
                new
                {
                    EndpointId = endpointId,
                    IsGone = tried.Exists(r => r.Outcome.IsGone),
                    FewestFailures,
                    Patience = options.DisableAfter,
                },
                cancellationToken: ct
            )
        );
    }

    private static Task<int> ReleaseAsync(
        NpgsqlConnection connection,
        List<(ClaimedDelivery Delivery, SendResult Outcome)> released,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                ReleaseSql,
                new
                {
                    Ids = released.Select(r => r.Delivery.Id).ToArray(),
                    Tokens = released.Select(r => r.Delivery.Token).ToArray(),
                },
                cancellationToken: ct
            )
        );

    private static object Rows(
        Guid endpointId,
        List<(ClaimedDelivery Delivery, SendResult Outcome)> tried
    ) =>
        new
        {
            EndpointId = endpointId,
            Ids = tried.Select(r => r.Delivery.Id).ToArray(),
            Tokens = tried.Select(r => r.Delivery.Token).ToArray(),
            Delivered = tried.Select(r => r.Outcome.IsDelivered).ToArray(),
            Afters = tried.Select(r => Next(r.Delivery, r.Outcome)).ToArray(),
            Statuses = tried.Select(r => r.Outcome.Status).ToArray(),
            Responses = tried.Select(r => r.Outcome.Response).ToArray(),
            Took = tried.Select(r => (int)r.Outcome.Took.TotalMilliseconds).ToArray(),
            Errors = tried.Select(r => r.Outcome.Error).ToArray(),
        };

    // Gone is the last word on this message too.
    private static TimeSpan? Next(ClaimedDelivery delivery, SendResult result) =>
        result.IsDelivered || result.IsGone
            ? null
            : RetrySchedule.After(delivery.Retries + 1, result.RetryAfter, Chance());

    private static double Chance() => RandomNumberGenerator.GetInt32(1_001) / 1_000.0;
}

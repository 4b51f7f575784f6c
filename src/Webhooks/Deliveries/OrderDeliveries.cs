using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Lifecycle;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Deliveries by an operator's word: a test, or one more time.</summary>
public sealed class OrderDeliveries(NpgsqlDataSource database)
{
    // The answer names the message, so the database words what is stored under the key.
    private const string Answered = """
        , keyed AS (
            INSERT INTO idempotency_keys (principal, route, key, request_hash, status_code, body)
            SELECT @Principal, @Route, @Key, @RequestHash, @StatusCode,
                   format('{"ok":true,"delivery_id":"evt_%s"}', replace(event_id::text, '-', ''))
              FROM ordered WHERE event_id IS NOT NULL AND @Key::text IS NOT NULL
        )
        """;

    private const string TestSql = $"""
        -- OrderDeliveries: test
        WITH ordered AS (SELECT test_webhook(@EndpointId, @Actor, @ActorRequestId) AS event_id){Answered}
        SELECT event_id FROM ordered
        """;

    // The schedule begins anew. Who is sending it at this moment keeps the lease.
    private const string AgainSql = $"""
        -- OrderDeliveries: again
        WITH ordered AS (
            UPDATE webhook_deliveries d SET status = 'pending', due_at = now(), retries = 0
              FROM webhook_endpoints e
             WHERE d.endpoint_id = @EndpointId AND d.event_id = @EventId AND e.id = d.endpoint_id AND e.enabled
            RETURNING d.event_id
        ){Answered}, audited AS (
            INSERT INTO audit_log (actor, action, target, detail, request_id)
            SELECT @Actor, 'webhook_redelivered', @EndpointId, jsonb_build_object('event_id', event_id), @ActorRequestId FROM ordered
        )
        SELECT event_id FROM ordered
        """;

    /// <summary>Sends an endpoint a test.</summary>
    /// <returns>The event; null when the endpoint is disabled or missing.</returns>
    /// <exception cref="TwinWasFirstException">A request with the same key was first.</exception>
    public Task<Guid?> TestAsync(
        Guid endpointId,
        Actor actor,
        StoredAnswer? key,
        CancellationToken ct
    ) => OrderAsync(TestSql, endpointId, null, actor, key, ct);

    /// <summary>Sends a message once more, whatever became of it.</summary>
    /// <returns>The event; null when the endpoint is disabled, or one of the two is missing.</returns>
    /// <exception cref="TwinWasFirstException">A request with the same key was first.</exception>
    public Task<Guid?> AgainAsync(
        Guid endpointId,
        Guid eventId,
        Actor actor,
        StoredAnswer? key,
        CancellationToken ct
    ) => OrderAsync(AgainSql, endpointId, eventId, actor, key, ct);

    private async Task<Guid?> OrderAsync(
        string sql,
        Guid endpointId,
        Guid? eventId,
        Actor actor,
        StoredAnswer? key,
        CancellationToken ct
    )
    {
        var values = new
        {
            EndpointId = endpointId,
            EventId = eventId,
            Actor = actor.Name,
            ActorRequestId = actor.RequestId,
            key?.Principal,
            key?.Route,
            key?.Key,
            key?.RequestHash,
            key?.StatusCode,
        };
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        try
        {
            return await connection.QuerySingleOrDefaultAsync<Guid?>(
                new CommandDefinition(sql, values, cancellationToken: ct)
            );
        }
        catch (PostgresException e)
            when (e
                    is {
                        SqlState: SqlStates.UniqueViolation,
                        ConstraintName: "idempotency_keys_pkey"
                    }
            )
        {
            throw new TwinWasFirstException();
        }
    }
}

/// <summary>A request with the same idempotency key was first; its answer is stored.</summary>
public sealed class TwinWasFirstException : Exception;

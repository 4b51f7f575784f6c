using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Webhooks.Endpoints;

/// <summary>Who is told. Every change is in the audit log, in the same commit.</summary>
public sealed class WebhookEndpoints(NpgsqlDataSource database)
{
    /// <summary>How many there can be: each event costs a row for each of them.</summary>
    public const int Most = 50;

    // Written with the change that it tells of.
    private const string Keyed = """
        , keyed AS (
            INSERT INTO idempotency_keys (principal, route, key, request_hash, status_code, body)
            SELECT @Principal, @Route, @Key, @RequestHash, @StatusCode, @Body FROM changed WHERE @Key::text IS NOT NULL
        )
        """;

    private const string Audited = """
        INSERT INTO audit_log (actor, action, target, detail, request_id)
        SELECT @Actor, @Action, id, jsonb_strip_nulls(jsonb_build_object('url', @Url::text)), @ActorRequestId FROM changed
        RETURNING target
        """;

    private const string CreateSql = $"""
        -- WebhookEndpoints: create
        WITH changed AS (
            INSERT INTO webhook_endpoints (id, url, description, event_types, secret, created_by)
            SELECT @Id, @Url, @Description, @EventTypes, @SealedSecret, @Actor
             WHERE (SELECT count(*) FROM webhook_endpoints WHERE deleted_at IS NULL) < @Most
            RETURNING id
        ){Keyed}
        {Audited}
        """;

    private const string ChangeSql = $"""
        -- WebhookEndpoints: change
        WITH changed AS (
            UPDATE webhook_endpoints
               SET url = coalesce(@Url, url), description = coalesce(@Description, description),
                   event_types = coalesce(@EventTypes, event_types), enabled = coalesce(@Enabled, enabled),
                   disabled_reason = CASE WHEN NOT coalesce(@Enabled, enabled) THEN coalesce(disabled_reason, 'operator') END,
                   disabled_at     = CASE WHEN NOT coalesce(@Enabled, enabled) THEN coalesce(disabled_at, now()) END,
                   failures        = CASE WHEN @Enabled THEN 0 ELSE failures END,
                   failing_since   = CASE WHEN @Enabled THEN NULL ELSE failing_since END
             WHERE id = @Id AND deleted_at IS NULL
            RETURNING id
        )
        {Audited}
        """;

    // The secrets go; the rest stays for the history of deliveries.
    private const string DeleteSql = $"""
        -- WebhookEndpoints: delete
        WITH changed AS (
            UPDATE webhook_endpoints
               SET deleted_at = now(), secret = NULL, previous_secret = NULL, previous_until = NULL, enabled = false,
                   disabled_reason = coalesce(disabled_reason, 'operator'), disabled_at = coalesce(disabled_at, now())
             WHERE id = @Id AND deleted_at IS NULL
            RETURNING id
        )
        {Audited}
        """;

    private const string RotateSql = $"""
        -- WebhookEndpoints: rotate
        WITH changed AS (
            UPDATE webhook_endpoints
               SET previous_secret = CASE WHEN @Overlap > interval '0' THEN secret END,
                   previous_until = CASE WHEN @Overlap > interval '0' THEN now() + @Overlap END, secret = @SealedSecret
             WHERE id = @Id AND deleted_at IS NULL
            RETURNING id
        ){Keyed}
        {Audited}
        """;

    /// <summary>Makes one.</summary>
    public Task<EndpointOutcome> CreateAsync(
        NewEndpoint endpoint,
        Actor actor,
        StoredAnswer? key,
        CancellationToken ct
    )
    {
        DynamicParameters parameters = Said("webhook_created", endpoint.Id, actor, key);
        parameters.AddDynamicParams(endpoint);
        parameters.Add("Most", Most);
        return WriteAsync(CreateSql, parameters, EndpointOutcome.AtLimit, ct);
    }

    /// <summary>Changes one.</summary>
    public Task<EndpointOutcome> ChangeAsync(
        Guid id,
        EndpointChange change,
        Actor actor,
        CancellationToken ct
    )
    {
        DynamicParameters parameters = Said("webhook_changed", id, actor, null);
        parameters.AddDynamicParams(change);
        return WriteAsync(ChangeSql, parameters, EndpointOutcome.Missing, ct);
    }

    /// <summary>Deletes one; what waits for it is never sent.</summary>
    public Task<EndpointOutcome> DeleteAsync(Guid id, Actor actor, CancellationToken ct)
    {
        DynamicParameters parameters = Said("webhook_deleted", id, actor, null);
        parameters.Add("Url", null);
        return WriteAsync(DeleteSql, parameters, EndpointOutcome.Missing, ct);
    }

    /// <summary>Gives one a new secret. The one before signs as well for a while; an older one no longer.</summary>
    public Task<EndpointOutcome> RotateAsync(
        Guid id,
        byte[] sealedSecret,
        TimeSpan overlap,
        Actor actor,
        StoredAnswer? key,
        CancellationToken ct
    )
    {
        DynamicParameters parameters = Said("webhook_rotated", id, actor, key);
        parameters.Add("Url", null);
        parameters.Add("SealedSecret", sealedSecret);
        parameters.Add("Overlap", overlap);
        return WriteAsync(RotateSql, parameters, EndpointOutcome.Missing, ct);
    }

    private async Task<EndpointOutcome> WriteAsync(
        string sql,
        DynamicParameters parameters,
        EndpointOutcome otherwise,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        try
        {
            string? changed = await connection.QuerySingleOrDefaultAsync<string?>(
                new CommandDefinition(sql, parameters, cancellationToken: ct)
            );
            return changed is null ? otherwise : EndpointOutcome.Done;
        }
        catch (PostgresException e)
            when (e
                    is {
                        SqlState: SqlStates.UniqueViolation,
                        ConstraintName: "idempotency_keys_pkey"
                    }
            )
        {
            return EndpointOutcome.TwinWasFirst;
        }
    }

    private static DynamicParameters Said(string action, Guid id, Actor actor, StoredAnswer? key) =>
        new(
            new
            {
                Id = id,
                Action = action,
                Actor = actor.Name,
                ActorRequestId = actor.RequestId,
                key?.Principal,
                key?.Route,
                key?.Key,
                key?.RequestHash,
                key?.StatusCode,
                key?.Body,
            }
        );
}

/// <summary>What a change of an endpoint came to.</summary>
public enum EndpointOutcome
{
    /// <summary>It is so.</summary>
    Done,

    /// <summary>There is no such endpoint.</summary>
    Missing,

    /// <summary>There are as many as there can be.</summary>
    AtLimit,

    /// <summary>A request with the same idempotency key was first; its answer is stored.</summary>
    TwinWasFirst,
}

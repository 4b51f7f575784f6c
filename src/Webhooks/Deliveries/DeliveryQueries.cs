using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Reads deliveries for operators.</summary>
public sealed class DeliveryQueries(NpgsqlDataSource database)
{
    private const string Columns = """
        SELECT d.id, d.event_id, v.type, v.subject_id, v.sequence, d.status, d.attempts, d.created_at, d.attempted_at, d.delivered_at,
               d.due_at, d.response_status, d.response_body, d.took_ms, d.error
        """;

    private const string ListSql = $"""
        -- DeliveryQueries: list
        {Columns}
          FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id
         WHERE d.endpoint_id = @EndpointId AND d.id < coalesce(@Before::bigint, 9223372036854775807)
           AND (@Statuses::text[] IS NULL OR d.status = ANY (@Statuses::text[]))
         ORDER BY d.id DESC LIMIT @Limit
        """;

    private const string FindSql = $"""
        -- DeliveryQueries: find
        {Columns}, v.payload
          FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id
         WHERE d.endpoint_id = @EndpointId AND d.event_id = @EventId
        """;

    /// <summary>A page of an endpoint's deliveries, newest first; without payloads.</summary>
    /// <param name="endpointId">Whose.</param>
    /// <param name="statuses">Any of these; null: all.</param>
    /// <param name="before">The id of the last that was read; null: from the newest.</param>
    /// <param name="limit">How many.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<Delivery>> ListAsync(
        Guid endpointId,
        IReadOnlyList<string>? statuses,
        long? before,
        int limit,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<Delivery>(
                new CommandDefinition(
                    ListSql,
                    new
                    {
                        EndpointId = endpointId,
                        Statuses = statuses?.ToArray(),
                        Before = before,
                        Limit = limit,
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    /// <summary>One of them with its payload; null when there is none.</summary>
    public async Task<Delivery?> FindAsync(Guid endpointId, Guid eventId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Delivery>(
            new CommandDefinition(
                FindSql,
                new { EndpointId = endpointId, EventId = eventId },
                cancellationToken: ct
            )
        );
    }
}

/// <summary>A message on its way to an endpoint, with the last attempt.</summary>
public sealed record Delivery
{
    /// <summary>For paging.</summary>
    public required long Id { get; init; }

    /// <summary>See <see cref="MessageId"/>.</summary>
    public required Guid EventId { get; init; }

    /// <summary>See <see cref="WebhookTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>Its number among what happened to the subject.</summary>
    public required long Sequence { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How often it was sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last attempt.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>When it arrived.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>The next attempt, while pending.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The endpoint's HTTP status; null when it did not answer.</summary>
    public int? ResponseStatus { get; init; }

    /// <summary>The beginning of its answer.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public int? TookMs { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>The body; only of one delivery.</summary>
    public string? Payload { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Takes up deliveries that are due, for each endpoint as many as there is room for: one that is slow keeps its own
/// waiting, and nobody else's.</summary>
public sealed class ClaimDeliveries(NpgsqlDataSource database)
{
    private const string Sql = """
        -- ClaimDeliveries
        WITH taken AS (
            UPDATE webhook_deliveries d
               SET lease_token = d.lease_token + 1, lease_owner = @Owner, due_at = now() + @Lease
             WHERE d.id = ANY (ARRAY(
                   SELECT due.id
                     FROM webhook_endpoints e
                     LEFT JOIN unnest(@Busy, @Rooms) AS b (id, room) ON b.id = e.id
                    CROSS JOIN LATERAL (
                          SELECT c.id FROM webhook_deliveries c
                           WHERE c.endpoint_id = e.id AND c.status = 'pending' AND c.due_at <= now()
                           ORDER BY c.due_at, c.id LIMIT coalesce(b.room, @Room)
                           FOR NO KEY UPDATE SKIP LOCKED) due
                    WHERE e.enabled))
            RETURNING d.id, d.endpoint_id, d.event_id, d.lease_token, d.retries
        )
        SELECT t.id, t.endpoint_id, t.event_id, t.lease_token AS token, t.retries, e.url, e.secret,
               CASE WHEN e.previous_until > now() THEN e.previous_secret END AS previous_secret, v.subject_id, v.payload
          FROM taken t JOIN webhook_endpoints e ON e.id = t.endpoint_id JOIN webhook_events v ON v.id = t.event_id
         ORDER BY t.id
        """;

    /// <summary>Takes up deliveries.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> ExecuteAsync(
        DeliveryClaim claim,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<ClaimedDelivery>(
                new CommandDefinition(
                    Sql,
                    new
                    {
                        claim.Owner,
                        claim.Lease,
                        claim.Room,
                        Busy = claim.Rooms.Keys.ToArray(),
                        Rooms = claim.Rooms.Values.ToArray(),
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>Who takes up how much.</summary>
/// <param name="Owner">For people.</param>
/// <param name="Lease">How long it is theirs.</param>
/// <param name="Room">How many of one endpoint.</param>
/// <param name="Rooms">How many of those endpoints that are being sent to at this moment.</param>
public sealed record DeliveryClaim(
    string Owner,
    TimeSpan Lease,
    int Room,
    IReadOnlyDictionary<Guid, int> Rooms
);

/// <summary>A message that is ours to send.</summary>
public sealed record ClaimedDelivery
{
    /// <summary>The delivery.</summary>
    public required long Id { get; init; }

    /// <summary>To whom.</summary>
    public required Guid EndpointId { get; init; }

    /// <summary>What; see <see cref="MessageId"/>.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The fencing token.</summary>
    public required long Token { get; init; }

    /// <summary>How many attempts have failed.</summary>
    public required int Retries { get; init; }

    /// <summary>Where to.</summary>
    public required string Url { get; init; }

    /// <summary>Sealed.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>Sealed; signs as well while a rotation is under way.</summary>
    public byte[]? PreviousSecret { get; init; }

    /// <summary>What the message is about; messages of one subject are sent one after the other.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The body.</summary>
    public required string Payload { get; init; }
}

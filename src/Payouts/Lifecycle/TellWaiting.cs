using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Says of payouts that nobody takes up why they wait. It moves nothing: they stay due for whoever may take them.</summary>
public sealed class TellWaiting(NpgsqlDataSource database)
{
    // Those that are due since a while: another worker may well serve the network.
    private const string Sql = """
        -- TellWaiting
        WITH told AS (
            UPDATE payouts p SET park_reason = @Reason, park_detail = left(@Detail, 500), parked_at = now()
             WHERE p.id = ANY (ARRAY(
                   SELECT d.id FROM payouts d
                    WHERE d.network = @Network AND d.completed_at IS NULL AND d.due_at < now() - @Since
                      AND d.park_reason IS DISTINCT FROM @Reason AND d.held_at IS NULL
                    ORDER BY d.due_at LIMIT 200 FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING p.id, p.version
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason, evidence)
        SELECT id, version, 'parked', 'worker', @Reason, jsonb_build_object('detail', @Detail) FROM told
        RETURNING payout_id
        """;

    /// <summary>Tells it of those that nobody has taken up for a while.</summary>
    /// <param name="network">The network that is closed.</param>
    /// <param name="detail">Why.</param>
    /// <param name="since">For how long they must have been due.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>Of how many.</returns>
    public async Task<int> ExecuteAsync(
        NetworkId network,
        string detail,
        TimeSpan since,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IEnumerable<Guid> told = await connection.QueryAsync<Guid>(
            new CommandDefinition(
                Sql,
                new
                {
                    Network = network.Name,
                    Reason = SnakeCase.Of(ParkReason.NetworkClosed),
                    Detail = detail,
                    Since = since,
                },
                cancellationToken: ct
            )
        );
        return told.Count();
    }
}

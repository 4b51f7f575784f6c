using Dapper;
using Npgsql;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Puts payouts back in the queue with the reason why they wait. Ends nothing.</summary>
public sealed class ParkPayouts(NpgsqlDataSource database)
{
    // An event is written when the reason changes, not at every look. A take-up is uncounted once, and not where something came of it.
    private const string Sql = """
        -- ParkPayouts
        WITH known AS (
            SELECT p.id, p.park_reason, v.reason, v.detail, v.retry_after, v.token, v.untouched
              FROM unnest(@Ids, @Tokens, @Reasons, @Details, @RetryAfters, @Untouched, @TakeUps)
                   AS v (id, token, reason, detail, retry_after, untouched, take_ups)
              JOIN payouts p ON p.id = v.id
             WHERE p.lease_token = v.token AND p.status = 'processing' AND p.due_at < 'infinity'
               AND (NOT v.untouched OR p.take_ups = v.take_ups)
               FOR NO KEY UPDATE OF p
        ), parked AS (
            UPDATE payouts p
               SET due_at = now() + k.retry_after, park_reason = k.reason, park_detail = left(k.detail, 500),
                   parked_at = CASE WHEN k.reason IS NULL THEN NULL WHEN p.park_reason = k.reason THEN p.parked_at ELSE now() END,
                   take_ups = CASE WHEN k.untouched THEN greatest(p.take_ups - 1, 0) ELSE 0 END
              FROM known k
             WHERE p.id = k.id
            RETURNING p.id, p.version, k.reason, k.detail, k.park_reason AS before
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason, evidence)
        SELECT id, version, 'parked', 'worker', reason, jsonb_build_object('detail', detail)
          FROM parked WHERE reason IS NOT NULL AND reason IS DISTINCT FROM before
        """;

    /// <summary>Parks payouts, each fenced by its token.</summary>
    public async Task ExecuteAsync(IReadOnlyList<ParkedPayout> payouts, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql,
                new
                {
                    Ids = payouts.Select(p => p.Payout.Id).ToArray(),
                    Tokens = payouts.Select(p => p.Payout.Token).ToArray(),
                    Reasons = payouts
                        .Select(p => p.Reason is { } reason ? SnakeCase.Of(reason) : null)
                        .ToArray(),
                    Details = payouts.Select(p => p.Detail).ToArray(),
                    RetryAfters = payouts.Select(p => p.RetryAfter).ToArray(),
                    Untouched = payouts.Select(p => p.IsUntouched).ToArray(),
                    TakeUps = payouts.Select(p => p.Payout.TakeUps).ToArray(),
                },
                cancellationToken: ct
            )
        );
    }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Auditing;

/// <summary>Finds networks whose payouts take too long, and remembers in audit_log what was told about them: an alarm is a
/// change, not a state.</summary>
public sealed class StuckPayouts(NpgsqlDataSource database)
{
    // Late: open for too long, whatever the reason. Untouched: due for so long that no worker can be at work. What waits for a
    // person's word is neither.
    private const string IsLate = """
        completed_at IS NULL AND held_at IS NULL
               AND (approved_at IS NOT NULL OR amount_micro <= approval_threshold(network))
               AND (requested_at < now() - @OpenFor OR due_at < now() - @DueFor)
        """;

    private const string Sql = $"""
        -- StuckPayouts
        WITH late AS (
            SELECT network,
                   count(*) FILTER (WHERE requested_at < now() - @OpenFor) AS late,
                   count(*) FILTER (WHERE due_at < now() - @DueFor) AS untouched,
                   min(number) AS first_number, string_agg(DISTINCT park_reason, ', ') AS reasons
              FROM payouts
             WHERE {IsLate}
             GROUP BY network
        ), told AS (
            SELECT DISTINCT ON (target) target AS network, action FROM audit_log
             WHERE action IN ('payouts_stuck', 'payouts_flow_again') ORDER BY target, id DESC
        ), news AS (
            SELECT l.network, 'payouts_stuck' AS action, l.late, l.untouched, l.first_number, l.reasons
              FROM late l LEFT JOIN told t USING (network) WHERE t.action IS DISTINCT FROM 'payouts_stuck'
            UNION ALL
            SELECT t.network, 'payouts_flow_again', 0, 0, NULL, NULL
              FROM told t LEFT JOIN late l USING (network) WHERE t.action = 'payouts_stuck' AND l.network IS NULL
        )
        INSERT INTO audit_log (actor, action, target, reason, detail)
        SELECT 'system:stuck-payouts', action, network, reasons,
               jsonb_strip_nulls(jsonb_build_object('late', late, 'untouched', untouched, 'first_number', first_number))
          FROM news
        RETURNING target AS network, action = 'payouts_stuck' AS is_stuck, (detail ->> 'late')::bigint AS late,
                  (detail ->> 'untouched')::bigint AS untouched, reason AS reasons
        """;

    // One row for each of them while it lasts; its trigger tells other systems. What somebody is at work on is skipped: it is about
    // to get well, or is found the next time. Some at a time, for their rows are locked until the commit.
    private const string EachSql = $"""
        -- StuckPayouts: each
        DELETE FROM stuck_payouts s USING payouts p
         WHERE p.id = s.payout_id AND ({IsLate}) IS NOT TRUE;
        INSERT INTO stuck_payouts (payout_id)
        SELECT id FROM payouts p
         WHERE {IsLate} AND NOT EXISTS (SELECT FROM stuck_payouts s WHERE s.payout_id = p.id)
         ORDER BY requested_at LIMIT @Most
           FOR NO KEY UPDATE SKIP LOCKED
        ON CONFLICT DO NOTHING
        """;

    private const int Most = 500;

    /// <summary>Looks, and records what has changed since it was last recorded: of networks in audit_log, of payouts in
    /// stuck_payouts.</summary>
    /// <param name="openFor">A payout that has not ended after this time is late.</param>
    /// <param name="dueFor">A payout that has been due for this time is untouched: no worker is at work.</param>
    /// <param name="ct">Cancels before the write.</param>
    /// <returns>The news, one for each network that began or ceased to be stuck.</returns>
    public async Task<IReadOnlyList<StuckNews>> ExecuteAsync(
        TimeSpan openFor,
        TimeSpan dueFor,
        CancellationToken ct
    )
    {
        var patience = new
        {
            OpenFor = openFor,
            DueFor = dueFor,
            Most,
        };
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(EachSql, patience, cancellationToken: ct)
        );
        return (
            await connection.QueryAsync<StuckNews>(
                new CommandDefinition(Sql, patience, cancellationToken: ct)
            )
        ).ToList();
    }
}

/// <summary>A network began or ceased to be stuck.</summary>
public sealed record StuckNews
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>Whether it is stuck now.</summary>
    public bool IsStuck { get; init; }

    /// <summary>Payouts that are open for too long.</summary>
    public long Late { get; init; }

    /// <summary>Payouts that are due and that nobody has touched.</summary>
    public long Untouched { get; init; }

    /// <summary>Why they wait, as far as it is known.</summary>
    public string? Reasons { get; init; }
}

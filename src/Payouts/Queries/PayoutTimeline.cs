using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>What happened to a payout, as far as it concerns its user: no actors, no notes of operators, no evidence.</summary>
public sealed class PayoutTimeline(NpgsqlDataSource database)
{
    // Of an event only what has a public meaning leaves the database; the reason of "parked" is a word of ours for a cause.
    private const string Sql = """
        -- PayoutTimeline
        WITH own AS (
            SELECT id, network, tx_hash, completed_at FROM payouts WHERE id = @Id AND user_id = @UserId
        )
        SELECT e.recorded_at AS at, e.action AS what, 2 AS rank, e.id AS place, own.network,
               CASE WHEN e.action = 'parked' THEN e.reason END AS park_reason,
               coalesce((e.evidence ->> 'refund_held')::boolean, false) AS refund_held,
               CASE WHEN e.action IN ('sent', 'conflict') THEN own.tx_hash END AS tx_hash
          FROM own JOIN payout_events e ON e.payout_id = own.id AND e.action NOT IN ('requeued', 'checked', 'speed_up_asked', 'cancel_asked')
        UNION ALL
        SELECT a.stored_at, CASE WHEN a.sequence = 1 THEN 'signed' ELSE 'signed_again' END, 0, a.id, own.network, NULL, false, a.hash
          FROM own JOIN transaction_payouts r ON r.payout_id = own.id JOIN attempts a ON a.transaction_id = r.transaction_id
        UNION ALL
        SELECT t.decided_at, 'not_paid', 1, t.id, own.network, NULL, false, t.landed_hash
          FROM own JOIN transaction_payouts r ON r.payout_id = own.id JOIN chain_transactions t ON t.id = r.transaction_id
         WHERE r.outcome = 'not_paid' AND (own.completed_at IS NULL OR own.completed_at > t.decided_at)
         ORDER BY at, rank, place
        """;

    /// <summary>Reads it, oldest first.</summary>
    /// <returns>Empty when the user has no such payout; each payout has at least its beginning.</returns>
    public async Task<IReadOnlyList<TimelineRow>> ReadAsync(
        Guid payoutId,
        Guid userId,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<TimelineRow>(
                new CommandDefinition(
                    Sql,
                    new { Id = payoutId, UserId = userId },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>One thing that happened.</summary>
public sealed record TimelineRow
{
    public required DateTimeOffset At { get; init; }

    /// <summary>An action of <c>payout_events</c>, or <c>signed</c>, <c>signed_again</c>, <c>not_paid</c>.</summary>
    public required string What { get; init; }
    public required string Network { get; init; }

    /// <summary>Why it waits, for <c>parked</c>.</summary>
    public string? ParkReason { get; init; }

    /// <summary>For <c>failed</c>: by force, the refund waits for the chain.</summary>
    public bool RefundHeld { get; init; }

    /// <summary>The transaction that it speaks of.</summary>
    public string? TxHash { get; init; }
}

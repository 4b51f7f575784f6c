using Dapper;
using Npgsql;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Takes up payouts that are due: requested → processing, or processing with a new lease.</summary>
/// <remarks>SKIP LOCKED makes it safe to run in every worker at once. "= ANY (ARRAY(SELECT …))" on purpose: written as a
/// join the planner hashes the whole table.</remarks>
public sealed class ClaimPayouts(NpgsqlDataSource database)
{
    private const string Take = """
            UPDATE payouts p
               SET status = 'processing', lease_token = p.lease_token + 1, lease_owner = @Owner, due_at = now() + @Lease,
                   take_ups = p.take_ups + 1
             WHERE p.id = ANY (ARRAY(
                   SELECT d.id FROM payouts d
                    WHERE d.network = @Network AND d.status IN ('requested', 'processing') AND d.due_at <= now()
                      AND d.held_at IS NULL AND (d.approved_at IS NOT NULL OR d.amount_micro <= (SELECT approval_threshold(@Network)))
        """;

    // A payout that was taken up before has its event already.
    private const string Record = """
                   FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING p.id, p.number, p.lease_token, p.address, p.amount_micro, p.failed_rides, p.take_ups, p.asset_address, p.version
        ), recorded AS (
            INSERT INTO payout_events (payout_id, version, action, actor)
            SELECT id, version, 'processing', 'worker:' || @Owner FROM taken
            ON CONFLICT (payout_id, version) WHERE action IN ('requested', 'processing', 'sent', 'failed', 'cancelled') DO NOTHING
        )
        SELECT id, number, lease_token, address, amount_micro, failed_rides, take_ups, asset_address, EXISTS (SELECT FROM spend_limits) AS is_limited
          FROM taken ORDER BY number
        """;

    private const string NotPaused =
        "AND NOT EXISTS (SELECT FROM pauses WHERE scope IN ('all', @Network))";

    private const string Due =
        $"-- ClaimPayouts: due\nWITH taken AS (\n{Take}\nAND d.completed_at IS NULL {NotPaused} ORDER BY d.due_at, d.number LIMIT @Limit\n{Record}";

    // Where payouts travel together, a few new ones wait a moment for company. Those that wait for a person do not count.
    private const string EnoughTogether = """
        AND (SELECT count(*) >= @Company OR coalesce(bool_or(c.requested_at <= now() - @Linger), false)
               FROM (SELECT w.requested_at FROM payouts w
                      WHERE w.network = @Network AND w.completed_at IS NULL AND w.due_at <= now() AND w.held_at IS NULL
                        AND (w.approved_at IS NOT NULL OR w.amount_micro <= (SELECT approval_threshold(@Network)))
                      ORDER BY w.due_at, w.number LIMIT @Company) c)
        """;

    private const string DueTogether =
        $"-- ClaimPayouts: due together\nWITH taken AS (\n{Take}\nAND d.completed_at IS NULL {NotPaused} {EnoughTogether} ORDER BY d.due_at, d.number LIMIT @Limit\n{Record}";

    private const string Named =
        $"-- ClaimPayouts: named\nWITH taken AS (\n{Take}\nAND d.id = ANY (@PayoutIds) {NotPaused} ORDER BY d.number LIMIT @Limit\n{Record}";

    /// <summary>Takes up payouts.</summary>
    /// <returns>Those that are now this worker's, by number; empty when nothing is due or the network is paused.</returns>
    public async Task<IReadOnlyList<ClaimedPayout>> ExecuteAsync(
        PayoutClaim claim,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IEnumerable<ClaimRow> rows = await connection.QueryAsync<ClaimRow>(
            new CommandDefinition(
                Sql(claim),
                new
                {
                    Network = claim.Network.Name,
                    PayoutIds = claim.PayoutIds?.ToArray() ?? [],
                    claim.Limit,
                    claim.Owner,
                    claim.Lease,
                    claim.Company,
                    claim.Linger,
                },
                cancellationToken: ct
            )
        );
        return rows.Select(r => new ClaimedPayout(
                r.Id,
                r.Number,
                r.LeaseToken,
                r.Address,
                r.AmountMicro,
                r.FailedRides
            )
            {
                TakeUps = r.TakeUps,
                Asset = r.AssetAddress,
                IsLimited = r.IsLimited,
            })
            .ToList();
    }

    private static string Sql(PayoutClaim claim)
    {
        if (claim.PayoutIds is not null)
            return Named;
        return claim.Linger > TimeSpan.Zero ? DueTogether : Due;
    }

    private sealed record ClaimRow
    {
        public Guid Id { get; init; }
        public long Number { get; init; }
        public long LeaseToken { get; init; }
        public required string Address { get; init; }
        public long AmountMicro { get; init; }
        public int FailedRides { get; init; }
        public int TakeUps { get; init; }
        public required string AssetAddress { get; init; }
        public bool IsLimited { get; init; }
    }
}

using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Queries;

/// <summary>Reads payouts with what is known of them now: the transaction under way and the switches that hold them.</summary>
public sealed class PayoutQueries(NpgsqlDataSource database)
{
    internal const string Columns = """
        SELECT p.id, p.number, p.version, p.user_id, p.amount_micro, p.network, p.address, p.asset, p.client_reference, p.status,
               p.settled_by, p.tx_hash, p.failure_code, p.note, p.internal_note, p.requested_at, p.completed_at,
               p.refund_held, p.conflict_at, p.park_reason, p.park_detail, p.retry_of,
               CASE WHEN p.completed_at IS NOT NULL THEN
                 (SELECT r.id FROM payouts r WHERE r.retry_of = p.id AND r.status <> 'cancelled') END AS retried_by,
               p.held_at, p.held_by, p.hold_reason, p.approved_at, p.approved_by,
               p.completed_at IS NULL AND p.amount_micro > approval_threshold(p.network) AS is_above_threshold,
               (SELECT count(*)::int FROM transaction_payouts r WHERE r.payout_id = p.id) AS rides,
               live.transaction_id AS live_transaction_id, live.hash AS live_hash, live.observations AS live_observations, coalesce(live.contradicts, false) AS live_contradicts,
               coalesce(live.is_replaceable, false) AS live_is_replaceable, coalesce(live.is_included, false) AS live_is_included,
               coalesce(live.is_at_fee_cap, false) AS live_is_at_fee_cap, live.asked AS live_asked,
               coalesce(live.is_cancelling, false) AS is_cancelling,
               p.completed_at IS NULL AND EXISTS (SELECT FROM pauses WHERE scope IN ('all', p.network)) AS is_paused
        """;

    internal const string Live = $"""
          LEFT JOIN LATERAL (
               SELECT r.transaction_id, a.hash, t.observations, t.last_observation LIKE '{NextLook.Contradiction}%' AS contradicts,
                      t.nonce IS NOT NULL AS is_replaceable, t.included AS is_included, t.asked, r.cancel_asked_by IS NOT NULL AS is_cancelling,
                      t.last_observation LIKE '{NextLook.FeeCap}%' AS is_at_fee_cap
                 FROM transaction_payouts r
                 JOIN chain_transactions t ON t.id = r.transaction_id
                 JOIN attempts a ON a.transaction_id = t.id
                WHERE r.payout_id = p.id AND r.outcome IS NULL
                ORDER BY a.sequence DESC LIMIT 1) live ON true
        """;

    private const string FindSql = $"""
        -- PayoutQueries: find
        {Columns}, CASE WHEN p.completed_at IS NULL THEN paid_elsewhere(p.id) END AS paid_elsewhere
          FROM payouts p
        {Live}
         WHERE p.id = @Id
        """;

    private const string FindManySql = $"""
        -- PayoutQueries: find many
        {Columns}
          FROM payouts p
        {Live}
         WHERE p.id = ANY (@Ids)
        """;

    private const string FindOwnSql = $"{FindSql} AND p.user_id = @UserId";

    // The page is cut before the rest is looked up.
    private const string ListSql = $"""
        -- PayoutQueries: list
        {Columns}
          FROM (SELECT * FROM payouts
                 WHERE user_id = @UserId
                   AND (requested_at, id) < (coalesce(@AfterAt::timestamptz, 'infinity'),
                                             coalesce(@AfterId::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                   AND requested_at >= coalesce(@From::timestamptz, '-infinity')
                   AND requested_at <  coalesce(@To::timestamptz, 'infinity')
                   AND (@Statuses::text[] IS NULL OR status = ANY (@Statuses::text[]))
                   AND (@Network::text IS NULL OR network = @Network::text)
                 ORDER BY requested_at DESC, id DESC LIMIT @Limit::int OFFSET @Offset) p
        {Live}
         ORDER BY p.requested_at DESC, p.id DESC
        """;

    /// <summary>One payout, whoever it belongs to.</summary>
    public async Task<PayoutRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PayoutRow>(
            new CommandDefinition(FindSql, new { Id = id }, cancellationToken: ct)
        );
    }

    /// <summary>Those of these payouts that there are, whoever they belong to, in no order.</summary>
    public async Task<IReadOnlyList<PayoutRow>> FindManyAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<PayoutRow>(
                new CommandDefinition(
                    FindManySql,
                    new { Ids = ids.ToArray() },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    /// <summary>One payout of this user; another user's is not found.</summary>
    public async Task<PayoutRow?> FindOwnAsync(Guid id, Guid userId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PayoutRow>(
            new CommandDefinition(
                FindOwnSql,
                new { Id = id, UserId = userId },
                cancellationToken: ct
            )
        );
    }

    /// <summary>A page of a user's payouts, newest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="limit">1 or greater.</param>
    /// <param name="offset">Zero or greater.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<PayoutRow>> ListAsync(
        Guid userId,
        PayoutFilter filter,
        int limit,
        long offset,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<PayoutRow>(
                new CommandDefinition(
                    ListSql,
                    Parameters(userId, filter, limit, offset),
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    /// <summary>All of a user's payouts that match, newest first, as they arrive from the database.</summary>
    public async IAsyncEnumerable<PayoutRow> StreamAsync(
        Guid userId,
        PayoutFilter filter,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IAsyncEnumerable<PayoutRow> rows = connection.QueryUnbufferedAsync<PayoutRow>(
            ListSql,
            Parameters(userId, filter, limit: null, offset: 0)
        );
        await foreach (PayoutRow row in rows.WithCancellation(ct))
            yield return row;
    }

    private static object Parameters(Guid userId, PayoutFilter filter, int? limit, long offset) =>
        new
        {
            UserId = userId,
            AfterAt = filter.After?.RequestedAt,
            AfterId = filter.After?.Id,
            filter.From,
            filter.To,
            Statuses = filter.Statuses?.ToArray(),
            filter.Network,
            Limit = limit,
            Offset = offset,
        };
}

/// <summary>A payout as it stands.</summary>
public sealed record PayoutRow
{
    public required Guid Id { get; init; }
    public required long Number { get; init; }
    public required int Version { get; init; }
    public required Guid UserId { get; init; }
    public required long AmountMicro { get; init; }
    public required string Network { get; init; }
    public required string Address { get; init; }
    public required string Asset { get; init; }
    public string? ClientReference { get; init; }
    public required string Status { get; init; }

    /// <summary><c>chain</c>, <c>operator</c> or <c>user</c>; null until it has ended.</summary>
    public string? SettledBy { get; init; }
    public string? TxHash { get; init; }
    public string? FailureCode { get; init; }
    public string? Note { get; init; }
    public string? InternalNote { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public bool RefundHeld { get; init; }
    public DateTimeOffset? ConflictAt { get; init; }
    public string? ParkReason { get; init; }
    public string? ParkDetail { get; init; }

    /// <summary>The failed payout that this one asks for again.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>The payout that asks for this one again.</summary>
    public Guid? RetriedBy { get; init; }

    /// <summary>Since when an operator holds it back; null while nobody does.</summary>
    public DateTimeOffset? HeldAt { get; init; }
    public string? HeldBy { get; init; }

    /// <summary>For operators only.</summary>
    public string? HoldReason { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public string? ApprovedBy { get; init; }

    /// <summary>Open, and above the threshold.</summary>
    public bool IsAboveThreshold { get; init; }

    /// <summary>Open, above the threshold, and not approved.</summary>
    public bool NeedsApproval => IsAboveThreshold && ApprovedAt is null;

    /// <summary>How many transactions have carried it, the one under way included.</summary>
    public int Rides { get; init; }

    /// <summary>Our id of the transaction that may still land.</summary>
    public long? LiveTransactionId { get; init; }

    /// <summary>The transaction that may still land.</summary>
    public string? LiveHash { get; init; }

    /// <summary>How often that transaction was looked at.</summary>
    public int? LiveObservations { get; init; }
    public bool LiveContradicts { get; init; }

    /// <summary>Another transaction of ours can take its place: the network has nonces.</summary>
    public bool LiveIsReplaceable { get; init; }

    /// <summary>It was in a block when last looked at.</summary>
    public bool LiveIsIncluded { get; init; }

    /// <summary>The fee policy allowed no higher price when last looked at.</summary>
    public bool LiveIsAtFeeCap { get; init; }

    /// <summary><c>speed_up</c>, <c>cancel</c> or <c>fill</c>: what is to be signed next at its nonce.</summary>
    public string? LiveAsked { get; init; }

    /// <summary>An operator wants this payout called off, if the chain lets it.</summary>
    public bool IsCancelling { get; init; }

    /// <summary>The transaction that has paid it and that this database had forgotten; known where one payout is asked for.</summary>
    public string? PaidElsewhere { get; init; }

    /// <summary>Everything, or its network, is paused.</summary>
    public bool IsPaused { get; init; }
}

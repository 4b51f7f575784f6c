using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>Reads every user's payouts for operators: a page of them, all that match, and what they add up to.</summary>
public sealed class AdminPayouts(NpgsqlDataSource database)
{
    private const string SummarySql = $"""
        -- AdminPayouts: summary
        SELECT p.network, p.status, count(*) AS count, sum(p.amount_micro)::bigint AS amount_micro, min(p.requested_at) AS oldest_at,
               count(*) FILTER (WHERE {AdminPayoutSql.IsStuck}) AS stuck,
               count(*) FILTER (WHERE p.completed_at IS NULL AND p.held_at IS NOT NULL) AS held,
               count(*) FILTER (WHERE p.completed_at IS NULL AND p.held_at IS NULL AND {AdminPayoutSql.WaitsForAWord}) AS awaiting_approval,
               count(*) FILTER (WHERE p.park_reason IS NOT NULL) AS parked,
               count(*) FILTER (WHERE p.completed_at IS NULL AND p.due_at <= now() AND NOT {AdminPayoutSql.WaitsForAWord}) AS due,
               count(*) FILTER (WHERE p.status = 'requested' AND p.due_at <= now() AND NOT {AdminPayoutSql.WaitsForAWord}) AS queue_depth
          FROM payouts p WHERE
        """;

    /// <summary>A page.</summary>
    /// <param name="filter">Which of them, in which order.</param>
    /// <param name="limit">1 or greater.</param>
    /// <param name="offset">Zero or greater.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<PayoutRow>> ListAsync(
        AdminPayoutFilter filter,
        int limit,
        long offset,
        CancellationToken ct
    )
    {
        (string sql, DynamicParameters values) = List(filter, limit, offset);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<PayoutRow>(
                new CommandDefinition(sql, values, cancellationToken: ct)
            )
        ).AsList();
    }

    /// <summary>How many match, the cursor aside.</summary>
    public async Task<long> CountAsync(AdminPayoutFilter filter, CancellationToken ct)
    {
        var sql = AdminPayoutSql.Of(filter);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition(
                $"-- AdminPayouts: count\nSELECT count(*) FROM payouts p WHERE {sql.Where}",
                sql.Parameters,
                cancellationToken: ct
            )
        );
    }

    /// <summary>All that match, as they arrive from the database.</summary>
    public async IAsyncEnumerable<PayoutRow> StreamAsync(
        AdminPayoutFilter filter,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        (string sql, DynamicParameters values) = List(filter, limit: null, offset: 0);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IAsyncEnumerable<PayoutRow> rows = connection.QueryUnbufferedAsync<PayoutRow>(sql, values);
        await foreach (PayoutRow row in rows.WithCancellation(ct))
            yield return row;
    }

    /// <summary>Counts and sums by network and status.</summary>
    /// <param name="filter">Of which payouts; its order does not matter.</param>
    /// <param name="stuckAfter">A payout that has not ended after this time is stuck.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<SummaryRow>> SummarizeAsync(
        AdminPayoutFilter filter,
        TimeSpan stuckAfter,
        CancellationToken ct
    )
    {
        var sql = AdminPayoutSql.Of(filter);
        sql.Parameters.Add("StuckAfter", stuckAfter);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<SummaryRow>(
                new CommandDefinition(
                    $"{SummarySql} {sql.Where} GROUP BY p.network, p.status ORDER BY p.network, p.status",
                    sql.Parameters,
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    // The page is cut before the rest is looked up.
    private static (string Sql, DynamicParameters Values) List(
        AdminPayoutFilter filter,
        int? limit,
        long offset
    )
    {
        var sql = AdminPayoutSql.Of(filter);
        sql.After(filter.After, filter.OrderBy);
        sql.Parameters.Add("Limit", limit);
        sql.Parameters.Add("Offset", offset);
        string order = AdminPayoutSql.OrderOf(filter.OrderBy);
        return (
            $"""
            -- AdminPayouts: list
            {PayoutQueries.Columns}
              FROM (SELECT * FROM payouts p WHERE {sql.Where} ORDER BY {order} LIMIT @Limit::int OFFSET @Offset) p
            {PayoutQueries.Live}
             ORDER BY {order}
            """,
            sql.Parameters
        );
    }
}

/// <summary>The payouts of one network in one status.</summary>
public sealed record SummaryRow
{
    public required string Network { get; init; }
    public required string Status { get; init; }
    public required long Count { get; init; }
    public required long AmountMicro { get; init; }

    /// <summary>When the oldest of them was requested.</summary>
    public required DateTimeOffset OldestAt { get; init; }
    public required long Stuck { get; init; }
    public required long Held { get; init; }
    public required long AwaitingApproval { get; init; }

    /// <summary>Waiting with a reason.</summary>
    public required long Parked { get; init; }

    /// <summary>To be looked at now: those of the queue, and those that were taken up before.</summary>
    public required long Due { get; init; }

    /// <summary>The queue: due, never taken up, and waiting for no person's word.</summary>
    public required long QueueDepth { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Ledger;

/// <summary>Lists what a user earned, and what became of it.</summary>
/// <remarks>Money is one pool: the ledger ties no payout to a reward. What left the account is counted against the oldest rewards
/// first, in the order of the ledger, so that an answer once given stays.</remarks>
public sealed class ListRewards(NpgsqlDataSource database)
{
    private const string Sql = """
        -- ListRewards
        WITH account AS (
            SELECT id FROM accounts WHERE user_id = @UserId AND asset = @Asset AND kind = 'user'
        ), come AS (
            SELECT reward_id, sum(amount_micro) OVER (ORDER BY id) AS until
              FROM ledger_transfers WHERE credit_account_id = (SELECT id FROM account) AND kind = 'reward'
        ), gone AS (
            SELECT kind, sum(amount_micro) OVER (ORDER BY id) AS until
              FROM ledger_transfers WHERE debit_account_id = (SELECT id FROM account) AND kind IN ('settle', 'spend', 'reversal')
        ), page AS (
            SELECT * FROM rewards WHERE account_id = (SELECT id FROM account)
             ORDER BY recorded_at DESC, id DESC LIMIT @Limit OFFSET @Offset
        )
        SELECT p.id, p.kind, p.amount_micro, p.unlock_at, p.recorded_at,
               CASE WHEN p.kind = 'reversal' AND p.posted_at IS NOT NULL THEN 'reversed'
                    WHEN p.kind = 'reversal' OR p.unlock_at > now()     THEN 'pending'
                    ELSE coalesce((SELECT CASE g.kind WHEN 'settle' THEN 'paid_out' WHEN 'spend' THEN 'spent' ELSE 'reversed' END
                                     FROM gone g WHERE g.until >= c.until ORDER BY g.until LIMIT 1), 'available')
               END AS status,
               CASE WHEN p.kind = 'reversal'  THEN p.recovered_micro
                    WHEN c.until IS NULL      THEN 0
                    ELSE least(greatest((SELECT coalesce(max(g.until), 0) FROM gone g) - c.until + p.amount_micro, 0), p.amount_micro)
               END::bigint AS used_micro
          FROM page p LEFT JOIN come c ON c.reward_id = p.id
         ORDER BY p.recorded_at DESC, p.id DESC
        """;

    /// <summary>Reads a page, newest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="asset">Asset code, such as USDC.</param>
    /// <param name="limit">1 or greater.</param>
    /// <param name="offset">Zero or greater.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<RewardRow>> ExecuteAsync(
        Guid userId,
        string asset,
        int limit,
        long offset,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<RewardRow>(
                new CommandDefinition(
                    Sql,
                    new
                    {
                        UserId = userId,
                        Asset = asset,
                        Limit = limit,
                        Offset = offset,
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>A reward as it stands.</summary>
public sealed record RewardRow
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary><c>reward</c>, <c>adjustment</c> or <c>reversal</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Micro-units, above zero, also for a reversal.</summary>
    public required long AmountMicro { get; init; }

    /// <summary><c>pending</c>, <c>available</c>, <c>spent</c>, <c>paid_out</c> or <c>reversed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How much of it has left the account; of a reversal, how much was taken back.</summary>
    public required long UsedMicro { get; init; }

    /// <summary>When it becomes money.</summary>
    public required DateTimeOffset UnlockAt { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Chaos.Checking;

/// <summary>Reads the database with SQL of its own: tables only, none of the product's functions.</summary>
internal sealed class DatabaseReader(NpgsqlDataSource database)
{
    private const string PayoutsSql = """
        SELECT p.id, p.number, p.user_id, p.network, p.amount_micro, p.status,
               CASE WHEN p.address LIKE '0x%' THEN lower(p.address) ELSE p.address END AS address, p.settled_by, p.tx_hash,
               p.conflict_at IS NOT NULL AS has_conflict, p.refund_held, p.completed_at, k.key AS idempotency_key,
               coalesce(t.reserved, 0) AS reserved, coalesce(t.settled, 0) AS settled, coalesce(t.released, 0) AS released
          FROM settlement.payouts p
          LEFT JOIN settlement.idempotency_keys k ON k.payout_id = p.id
          LEFT JOIN (SELECT payout_id, sum(amount_micro) FILTER (WHERE kind = 'reserve')::bigint AS reserved,
                            sum(amount_micro) FILTER (WHERE kind = 'settle')::bigint AS settled,
                            sum(amount_micro) FILTER (WHERE kind = 'release')::bigint AS released
                       FROM settlement.ledger_transfers WHERE payout_id IS NOT NULL GROUP BY payout_id) t ON t.payout_id = p.id
         ORDER BY p.number
        """;

    private const string AccountsSql =
        "SELECT user_id, posted_micro, reserved_micro FROM settlement.accounts WHERE kind = 'user'";

    private const string LeftoversSql = """
        SELECT format('wallet %s on %s is frozen: %s', address, network, frozen_reason) FROM settlement.wallets WHERE frozen
        UNION ALL
        SELECT format('%s is paused by %s: %s', scope, cause, reason) FROM settlement.pauses
        UNION ALL
        SELECT format('transaction %s on %s may still land: %s', id, network, last_observation) FROM settlement.chain_transactions
         WHERE state = 'open'
        """;

    private const string OpenSql = """
        SELECT (SELECT count(*) FROM settlement.payouts WHERE completed_at IS NULL OR refund_held)
             + (SELECT count(*) FROM settlement.chain_transactions WHERE state = 'open')
        """;

    public Task<List<PayoutFact>> PayoutsAsync() => QueryAsync<PayoutFact>(PayoutsSql);

    public Task<List<AccountFact>> AccountsAsync() => QueryAsync<AccountFact>(AccountsSql);

    public Task<List<string>> LeftoversAsync() => QueryAsync<string>(LeftoversSql);

    /// <summary>Payouts and transactions that have not ended.</summary>
    public async Task<long> OpenAsync() => (await QueryAsync<long>(OpenSql))[0];

    private async Task<List<T>> QueryAsync<T>(string sql)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql)).ToList();
    }
}

using Dapper;
using Npgsql;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;

namespace Settlement.Model.Tests.Postgres;

/// <summary>The product's ledger audit, word for word, over the rows of some users only: copies stand before its tables.</summary>
/// <remarks>Over everything it would read the rows of all sequences after each of them.</remarks>
public sealed class UsersAudit(PostgresDatabase database)
{
    private const string Copies = """
        CREATE TEMP TABLE accounts ON COMMIT DROP AS SELECT * FROM settlement.accounts WHERE user_id = ANY (@Users) OR user_id IS NULL;
        CREATE TEMP TABLE rewards ON COMMIT DROP AS
          SELECT r.* FROM accounts a JOIN settlement.rewards r ON r.account_id = a.id WHERE a.user_id IS NOT NULL;
        CREATE TEMP TABLE ledger_transfers ON COMMIT DROP AS
          SELECT t.* FROM accounts a JOIN settlement.ledger_transfers t ON t.debit_account_id = a.id WHERE a.user_id IS NOT NULL
          UNION ALL
          SELECT t.* FROM accounts a JOIN settlement.ledger_transfers t ON t.credit_account_id = a.id WHERE a.user_id IS NOT NULL;
        CREATE TEMP TABLE payouts ON COMMIT DROP AS SELECT * FROM settlement.payouts WHERE user_id = ANY (@Users);
        CREATE TEMP TABLE payout_events ON COMMIT DROP AS
          SELECT e.* FROM payouts p JOIN settlement.payout_events e ON e.payout_id = p.id;
        CREATE TEMP TABLE transaction_payouts ON COMMIT DROP AS
          SELECT r.* FROM payouts p JOIN settlement.transaction_payouts r ON r.payout_id = p.id;
        CREATE TEMP TABLE chain_transactions ON COMMIT DROP AS
          SELECT * FROM settlement.chain_transactions WHERE id IN (SELECT r.transaction_id FROM transaction_payouts r);
        CREATE TEMP TABLE attempts ON COMMIT DROP AS
          SELECT * FROM settlement.attempts WHERE transaction_id IN (SELECT t.id FROM chain_transactions t);
        CREATE TEMP TABLE wallets ON COMMIT DROP AS
          SELECT * FROM settlement.wallets WHERE network IN (SELECT t.network FROM chain_transactions t);
        CREATE TEMP TABLE idempotency_keys ON COMMIT DROP AS
          SELECT * FROM settlement.idempotency_keys WHERE principal = ANY (SELECT 'user:' || u FROM unnest(@Users) AS u);
        ANALYZE accounts, rewards, ledger_transfers, payouts, payout_events, transaction_payouts, chain_transactions, attempts;
        SET LOCAL search_path = pg_temp, settlement;
        -- The copies have no indexes.
        SET LOCAL enable_seqscan = on
        """;

    /// <summary>What is broken among their rows.</summary>
    public async Task<IReadOnlyList<Violation>> FindAsync(IEnumerable<Guid> users)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction copied = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(Copies, new { Users = users.ToArray() });
        return await LedgerAudit.FindAsync(connection, default);
    }
}

using Dapper;
using Npgsql;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Database;

/// <summary>What a trigger writes elsewhere happens with its row, or not at all: also when ON CONFLICT leaves the row out.</summary>
public sealed class SideEffectSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task K6_A_nonce_is_taken_by_its_use_and_by_nothing_else()
    {
        await APayout.In(database).On("nonces").RidingAsync();
        await APayout.In(database).On("nonces").RidingAsync();

        (await NextNonceAsync("nonces")).ShouldBe(2);
    }

    [Fact]
    public async Task A_transaction_that_is_left_out_takes_no_nonce()
    {
        GivenPayout payout = await APayout.In(database).On("gaps").RidingAsync();

        await ExecuteAsync(
            database.Owner,
            """
            INSERT INTO chain_transactions (id, network, sender, nonce, due_at)
            OVERRIDING SYSTEM VALUE VALUES (@TransactionId, 'gaps', 'gaps-wallet', 1, now()) ON CONFLICT DO NOTHING
            """,
            new { payout.TransactionId }
        );

        (await NextNonceAsync("gaps")).ShouldBe(1);
    }

    [Fact]
    public async Task A_transfer_that_is_left_out_moves_no_money()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        await ExecuteAsync(
            database.App,
            "SELECT register_invoice('invoice-7', @user, 10, 'operator', NULL)",
            new { user }
        );
        const string spend = """
            INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
            SELECT 'spend', u.id, s.id, 10, 'invoice-7' FROM accounts u, accounts s WHERE u.user_id = @user AND s.kind = 'spent'
            ON CONFLICT DO NOTHING
            """;

        await ExecuteAsync(database.Owner, spend, new { user });
        await ExecuteAsync(database.Owner, spend, new { user });

        (
            await OneAsync<long>(
                "SELECT posted_micro FROM accounts WHERE user_id = @user",
                new { user }
            )
        ).ShouldBe(90);
    }

    [Fact]
    public async Task B3_A_payout_whose_ride_is_left_out_stays_in_the_queue()
    {
        GivenPayout first = await APayout.In(database).ProcessingAsync();
        GivenPayout second = await APayout.In(database).ProcessingAsync();
        await APayout.In(database).RidingAsync();

        await ExecuteAsync(
            database.App,
            """
            INSERT INTO chain_transactions (network, sender, last_valid_block_height, due_at) VALUES ('solana', 'solana-wallet', 100, now());
            INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
            SELECT max(id), 0, @First, 1 FROM chain_transactions;
            INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
            SELECT max(id), 0, @Second, 1 FROM chain_transactions ON CONFLICT DO NOTHING;
            INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, lease_token, terms, signed_by)
            SELECT max(id), 1, 'solana', gen_random_uuid(), 'x', 1, '{}', 'solana-wallet' FROM chain_transactions;
            """,
            new { First = first.Id, Second = second.Id }
        );

        (await NeverDueAsync(first)).ShouldBeTrue();
        (await NeverDueAsync(second)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_temporary_table_of_accounts_makes_nobody_rich()
    {
        Guid user = await APayout.In(database).AUserAsync(10);

        string outcome = await OneAsync<string>(
            """
            CREATE TEMPORARY TABLE accounts AS
            SELECT id, kind, user_id, asset, 1000000::bigint AS posted_micro, 0::bigint AS reserved_micro
              FROM settlement.accounts WHERE user_id = @user;
            GRANT ALL ON pg_temp.accounts TO PUBLIC;
            SELECT outcome FROM accept_payout(gen_random_uuid(), @user, 1000000, 'solana', repeat('A', 40), 'USDC', 'mint', 6::smallint,
                                              NULL, NULL, NULL, NULL);
            """,
            new { user }
        );

        outcome.ShouldBe("insufficient");
    }

    private Task<bool> NeverDueAsync(GivenPayout payout) =>
        OneAsync<bool>("SELECT due_at = 'infinity' FROM payouts WHERE id = @Id", new { payout.Id });

    private Task<long> NextNonceAsync(string network) =>
        OneAsync<long>(
            "SELECT next_nonce::bigint FROM wallets WHERE network = @network",
            new { network }
        );

    private async Task<T> OneAsync<T>(string sql, object parameters)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, object parameters)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(sql, parameters, transaction);
        await transaction.CommitAsync();
    }
}

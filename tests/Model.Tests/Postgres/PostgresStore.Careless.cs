using Dapper;
using Npgsql;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;

namespace Settlement.Model.Tests.Postgres;

/// <content>Statements of code that forgot something. Each is one commit; those that need more than the application's grants are
/// written as the owner, for whom the laws hold too.</content>
public sealed partial class PostgresStore
{
    private const string EventSql =
        "INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, status, 'worker:careless' FROM changed";

    private const string AcceptSql = """
        INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals)
        SELECT @Id, user_id, id, @Amount, @Network, @Address, asset, 'mint', 6 FROM accounts WHERE user_id = @User;
        INSERT INTO payout_events (payout_id, version, action, actor) VALUES (@Id, 1, 'requested', 'worker:careless');
        INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id)
        SELECT 'user:' || @User, 'POST /v1/referrals/payouts', @Key, sha256('careless'), @Id WHERE @Key IS NOT NULL;
        INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
        SELECT 'reserve', a.id, p.id, @Amount, @Id FROM accounts a, accounts p WHERE a.user_id = @User AND p.kind = 'paid'
        """;

    private const string ResolveSql = """
        INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
        SELECT @Kind, debit_account_id, credit_account_id, amount_micro, payout_id, id
          FROM ledger_transfers WHERE payout_id = @Payout AND kind = 'reserve'
        """;

    private static readonly Dictionary<Carelessness, string> s_byApplication = new()
    {
        [Carelessness.EndWithoutEvent] = """
            UPDATE payouts SET status = 'cancelled', settled_by = 'operator', completed_at = now(), park_reason = NULL, park_detail = NULL,
                               parked_at = NULL, held_at = NULL, held_by = NULL, hold_reason = NULL WHERE id = @Payout
            """,
        [Carelessness.Reopen] = $"""
            WITH changed AS (
                UPDATE payouts SET status = 'processing', settled_by = NULL, completed_at = NULL, failure_code = NULL, tx_hash = NULL,
                                   refund_held = false, conflict_at = NULL, lease_token = lease_token + 1
                 WHERE id = @Payout RETURNING id, version, status)
            {EventSql}
            """,
        [Carelessness.RefundWhileRiding] = $"""
            WITH changed AS (
                UPDATE payouts SET status = 'failed', settled_by = 'chain', failure_code = 'c', completed_at = now(), park_reason = NULL,
                                   park_detail = NULL, parked_at = NULL WHERE id = @Payout RETURNING id, version, status)
            {EventSql}
            """,
        [Carelessness.HoldWithoutToken] = """
            WITH changed AS (
                UPDATE payouts SET held_at = now(), held_by = 'operator:ann', hold_reason = 'r' WHERE id = @Payout RETURNING id, version)
            INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, 'held', 'operator:ann' FROM changed
            """,
        [Carelessness.BoardLate] = """
            INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
            SELECT @Transaction, count(*), @Claimed, @Token FROM transaction_payouts WHERE transaction_id = @Transaction
            """,
        [Carelessness.Redecide] = """
            UPDATE transaction_payouts SET outcome = CASE outcome WHEN 'paid' THEN 'not_paid' ELSE 'paid' END, evidence = '{}'
             WHERE transaction_id = @Transaction
            """,
        [Carelessness.SignTwice] = """
            INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, lease_token, terms, signed_by)
            SELECT id, 2, network, repeat('a', 20) || id, '\x02', lease_token, '{}', sender FROM chain_transactions WHERE id = @Transaction
            """,
        [Carelessness.TakeBackCancel] = """
            UPDATE chain_transactions SET asked = NULL, asked_at = NULL, asked_by = NULL WHERE id = @Transaction
            """,
        [Carelessness.LandByCancel] = """
            UPDATE chain_transactions t SET state = 'landed', proof = '{}', decided_at = now(),
                   landed_hash = (SELECT a.hash FROM attempts a WHERE a.transaction_id = t.id AND a.kind = 'cancel' LIMIT 1)
             WHERE id = @Transaction;
            UPDATE transaction_payouts SET outcome = 'not_paid', evidence = '{}' WHERE transaction_id = @Transaction
            """,
        [Carelessness.LandWithoutRiders] = """
            UPDATE chain_transactions t SET state = 'landed', proof = '{}', decided_at = now(),
                   landed_hash = (SELECT min(a.hash) FROM attempts a WHERE a.transaction_id = t.id) WHERE id = @Transaction
            """,
    };

    private static readonly Dictionary<Carelessness, string> s_byOwner = new()
    {
        [Carelessness.ReleaseEarly] = ResolveSql,
        [Carelessness.ResolveAgain] = ResolveSql,
        [Carelessness.EditLedger] =
            "UPDATE ledger_transfers SET recorded_at = now() WHERE payout_id = @Payout",
        [Carelessness.EraseHistory] =
            "DELETE FROM payout_events WHERE payout_id = @Payout AND version = 1",
        [Carelessness.EditBalance] =
            "UPDATE accounts SET posted_micro = posted_micro + 1 WHERE user_id = @User",
    };

    private Task<string> CarelessAsync(World world, Command.Careless careless, int tag)
    {
        int user = careless.Subject % 2;
        return careless.What switch
        {
            Carelessness.TakeUpAnyway => TakeUpAnywayAsync(world, careless, tag),
            Carelessness.ReserveBlindly => AcceptBlindlyAsync(
                user,
                1 + careless.Other * 10,
                careless.Subject / 2 % 2,
                null,
                tag
            ),
            Carelessness.AcceptUnderTakenKey => AcceptBlindlyAsync(
                user,
                1,
                0,
                $"key-{Text(careless.Other % 2)}",
                tag
            ),
            _ => WriteAsync(world, careless),
        };
    }

    private async Task<string> WriteAsync(World world, Command.Careless careless)
    {
        bool byOwner = s_byOwner.TryGetValue(careless.What, out string? sql);
        await using NpgsqlConnection connection = await (
            byOwner ? database.Owner : database.App
        ).OpenConnectionAsync();
        await connection.ExecuteAsync(
            sql ?? s_byApplication[careless.What],
            Parameters(world, careless)
        );
        return Answers.Done;
    }

    private object Parameters(World world, Command.Careless careless)
    {
        Claim? claim = Rules.At(world, world.Claims, careless.Subject);
        return new
        {
            Payout = Rules.At(world, world.Payouts, careless.Subject) is { } p
                ? _payouts[p.Tag]
                : default,
            Transaction = Rules.At(world, world.Transactions, careless.Other) is { } t
                ? _transactions[t.Tag]
                : 0,
            Claimed = claim is null ? default : _claims[claim.Tag].Id,
            Token = claim?.Token ?? 0,
            User = Users[careless.Subject % 2],
            Kind = careless.What is Carelessness.ReleaseEarly ? "release" : "settle",
        };
    }

    private async Task<string> TakeUpAnywayAsync(World world, Command.Careless careless, int tag)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        Payout payout = Rules.At(world, world.Payouts, careless.Subject)!;
        (long number, long token) = await connection.QuerySingleAsync<(long, long)>(
            $"""
            WITH changed AS (
                UPDATE payouts SET status = 'processing', lease_token = lease_token + 1 WHERE id = @Id
                RETURNING id, version, status, number, lease_token
            ), recorded AS (
                {EventSql} ON CONFLICT (payout_id, version)
                WHERE action IN ('requested', 'processing', 'sent', 'failed', 'cancelled') DO NOTHING
            )
            SELECT number, lease_token FROM changed
            """,
            new { Id = _payouts[payout.Tag] }
        );
        _claims[tag] = new(_payouts[payout.Tag], number, token, Address, payout.Amount, 0);
        return $"claimed {Text(payout.Tag)}/{Text(token)}";
    }

    private async Task<string> AcceptBlindlyAsync(
        int user,
        long amount,
        int network,
        string? key,
        int tag
    )
    {
        var id = Guid.CreateVersion7();
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await using NpgsqlTransaction commit = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            AcceptSql,
            new
            {
                Id = id,
                User = Users[user],
                Amount = amount,
                Network = NetworkOf(network).Name,
                Address,
                Key = key,
            }
        );
        await commit.CommitAsync();
        Know(tag, id);
        return "accepted";
    }
}

using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Ledger;

public sealed class BalanceProperties(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Sequences = 500;

    private static readonly Gen<BalanceStep> s_step = Gen.Frequency(
        (
            4,
            from n in Gen.Choose(1, 60)
            from locked in Gen.Elements(false, false, true)
            select (BalanceStep)new BalanceStep.Earn(n, locked)
        ),
        (2, Gen.Choose(1, 80).Select(n => (BalanceStep)new BalanceStep.TakeBack(n))),
        (1, Gen.Constant((BalanceStep)new BalanceStep.Unlock())),
        (5, Gen.Choose(1, 90).Select(n => (BalanceStep)new BalanceStep.Ask(n))),
        (4, Gen.Elements(true, false).Select(paid => (BalanceStep)new BalanceStep.End(paid)))
    );

    [Fact]
    public void Balances_follow_the_arithmetic_and_are_never_negative()
    {
        Config config = Config
            .QuickThrowOnFailure.WithMaxTest(Sequences)
            .WithStartSize(5)
            .WithEndSize(40)
            .WithQuietOnSuccess(true);

        Check.One(
            config,
            Prop.ForAll(Arb.From(s_step.ListOf()), steps => Run(steps.ToList(), new BalanceModel()))
        );
    }

    [Fact]
    public void A_model_that_counts_otherwise_is_found_out()
    {
        BalanceStep[] steps =
        [
            new BalanceStep.Earn(10, false),
            new BalanceStep.TakeBack(30),
            new BalanceStep.Earn(15, false),
        ];
        var other = new BalanceModel();
        other.Apply(new BalanceStep.Earn(20, false));

        Run(steps, other).ShouldBeFalse();
    }

    private bool Run(IReadOnlyList<BalanceStep> steps, BalanceModel model)
    {
        using NpgsqlConnection connection = database.Owner.OpenConnection();
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        var user = Guid.NewGuid();
        var payouts = new Stack<Guid>();
        foreach (BalanceStep step in steps)
        {
            bool expected = model.Apply(step);
            bool happened = Do(connection, user, payouts, step);
            if (happened != expected || !Agrees(connection, user, model))
                return false;
        }
        connection.Execute("SET CONSTRAINTS ALL IMMEDIATE");
        return LedgerAddsUp(connection, user);
    }

    private static bool Do(
        NpgsqlConnection connection,
        Guid user,
        Stack<Guid> payouts,
        BalanceStep step
    )
    {
        switch (step)
        {
            case BalanceStep.Earn earn:
                Ingest(connection, user, earn.Micro, "reward", earn.Locked);
                return true;
            case BalanceStep.TakeBack takeBack:
                Ingest(connection, user, takeBack.Micro, "reversal", locked: false);
                return true;
            case BalanceStep.Unlock:
                // The laws let nobody move these dates; time does.
                connection.Execute(
                    """
                    SET LOCAL session_replication_role = replica;
                    UPDATE rewards SET unlock_at = now() WHERE account_id = (SELECT id FROM accounts WHERE user_id = @user);
                    SET LOCAL session_replication_role = origin;
                    """,
                    new { user }
                );
                return true;
            case BalanceStep.Ask ask:
                return Accept(connection, user, ask.Micro, payouts);
            case BalanceStep.End end when payouts.TryPop(out Guid id):
                End(connection, id, end.Paid ? "sent" : "failed");
                return true;
            default:
                return false;
        }
    }

    private static void Ingest(
        NpgsqlConnection connection,
        Guid user,
        long micro,
        string kind,
        bool locked
    ) =>
        connection.Execute(
            """
            SELECT ingest_reward(gen_random_uuid(), @user, @micro, @kind, gen_random_uuid()::text,
                                 CASE WHEN @locked THEN now() + interval '1 day' END, NULL, 'system', NULL)
            """,
            new
            {
                user,
                micro,
                kind,
                locked,
            }
        );

    private static bool Accept(
        NpgsqlConnection connection,
        Guid user,
        long micro,
        Stack<Guid> payouts
    )
    {
        (string outcome, Guid? id) = connection.QuerySingle<(string, Guid?)>(
            """
            SELECT outcome, payout_id FROM accept_payout(gen_random_uuid(), @user, @micro, 'solana', repeat('A', 40), 'USDC', 'mint',
                                                         6::smallint, NULL, NULL, NULL, NULL)
            """,
            new { user, micro }
        );
        if (id is not null)
            payouts.Push(id.Value);
        return outcome == "accepted";
    }

    private static void End(NpgsqlConnection connection, Guid id, string status) =>
        connection.Execute(
            """
            WITH ended AS (
                UPDATE payouts SET status = @status, settled_by = 'operator', completed_at = now(),
                       tx_hash      = CASE WHEN @status = 'sent' THEN 'hash' END,
                       failure_code = CASE WHEN @status = 'failed' THEN 'operator_decision' END
                 WHERE id = @id RETURNING id, version)
            INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, @status, 'system' FROM ended
            """,
            new { id, status }
        );

    private static bool Agrees(NpgsqlConnection connection, Guid user, BalanceModel model)
    {
        (long posted, long reserved, long owed) = connection.QuerySingleOrDefault<(
            long,
            long,
            long
        )>(
            """
            SELECT a.posted_micro, a.reserved_micro,
                   (SELECT coalesce(sum(r.amount_micro - r.recovered_micro), 0)::bigint FROM rewards r
                     WHERE r.account_id = a.id AND r.kind = 'reversal')
              FROM accounts a WHERE a.user_id = @user
            """,
            new { user }
        );
        return (posted, reserved, owed) == (model.Posted, model.Reserved, model.Owed)
            && reserved >= 0
            && posted >= reserved
            && owed >= 0;
    }

    /// <summary>The balance is the sum of the ledger, seen from the other side.</summary>
    private static bool LedgerAddsUp(NpgsqlConnection connection, Guid user) =>
        connection.ExecuteScalar<bool>(
            """
            SELECT coalesce(bool_and(
                     a.posted_micro = (SELECT coalesce(sum(CASE t.kind WHEN 'reward' THEN t.amount_micro
                                                                       WHEN 'reversal' THEN -t.amount_micro
                                                                       WHEN 'settle' THEN -t.amount_micro ELSE 0 END), 0)
                                         FROM ledger_transfers t WHERE a.id IN (t.debit_account_id, t.credit_account_id))
                     AND a.reserved_micro = (SELECT coalesce(sum(CASE t.kind WHEN 'reserve' THEN t.amount_micro
                                                                             WHEN 'settle' THEN -t.amount_micro
                                                                             WHEN 'release' THEN -t.amount_micro ELSE 0 END), 0)
                                               FROM ledger_transfers t WHERE a.id = t.debit_account_id)), true)
              FROM accounts a WHERE a.user_id = @user
            """,
            new { user }
        );
}

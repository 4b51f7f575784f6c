using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>However earnings, reversals, payouts and decisions follow each other: what is transferred in the end, less what is
/// still owed, is what was earned and never reversed.</summary>
public sealed class AffiliateProperties(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Sequences = 300;

    private static readonly Gen<AffiliateStep> s_step = Gen.Frequency(
        (
            5,
            from cents in Gen.Choose(1, 500)
            from month in Gen.Choose(1, 4)
            select (AffiliateStep)new AffiliateStep.Earn(cents, month)
        ),
        (3, Gen.Choose(0, 50).Select(n => (AffiliateStep)new AffiliateStep.Reverse(n))),
        (3, Gen.Choose(1, 4).Select(month => (AffiliateStep)new AffiliateStep.Gather(month))),
        (
            5,
            from n in Gen.Choose(0, 50)
            from becomes in Gen.Elements("approved", "approved", "paid", "paid", "pending", "void")
            select (AffiliateStep)new AffiliateStep.Move(n, becomes)
        )
    );

    [Fact]
    public void What_was_earned_and_not_reversed_is_paid_or_owed_exactly()
    {
        Config config = Config
            .QuickThrowOnFailure.WithMaxTest(Sequences)
            .WithStartSize(5)
            .WithEndSize(40)
            .WithQuietOnSuccess(true);

        Check.One(
            config,
            Prop.ForAll(Arb.From(s_step.ListOf()), steps => Run(steps.ToList(), head: 0))
        );
    }

    [Fact]
    public void A_cent_too_many_is_found_out()
    {
        AffiliateStep[] steps =
        [
            new AffiliateStep.Earn(10, 1),
            new AffiliateStep.Gather(1),
            new AffiliateStep.Move(0, "approved"),
            new AffiliateStep.Move(0, "paid"),
            new AffiliateStep.Reverse(0),
        ];

        Run(steps, head: 0).ShouldBeTrue();
        Run(steps, head: 1).ShouldBeFalse();
    }

    /// <param name="steps">What happens.</param>
    /// <param name="head">What the model is ahead by; 0 is right.</param>
    private bool Run(IReadOnlyList<AffiliateStep> steps, long head)
    {
        using NpgsqlConnection connection = database.Owner.OpenConnection();
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        var earned = new List<(Guid Id, int Cents)>();
        var reversed = new HashSet<Guid>();
        var payouts = new List<Guid>();
        foreach (AffiliateStep step in steps)
        {
            Do(connection, step, earned, reversed, payouts);
            if (!AddsUp(connection))
                return false;
        }
        long expected = head + earned.Where(e => !reversed.Contains(e.Id)).Sum(e => (long)e.Cents);
        return PaidLessOwedAfterAll(connection) == expected && AddsUp(connection);
    }

    private static void Do(
        NpgsqlConnection connection,
        AffiliateStep step,
        List<(Guid Id, int Cents)> earned,
        HashSet<Guid> reversed,
        List<Guid> payouts
    )
    {
        var id = Guid.NewGuid();
        switch (step)
        {
            case AffiliateStep.Earn earn:
                connection.Execute(
                    """
                    SELECT ingest_commission(@id, 'ann', 'EUR', @Cents, @id::text, make_timestamptz(2026, @Month, 5, 0, 0, 0, 'UTC'),
                                             NULL, 'system', NULL)
                    """,
                    new
                    {
                        id,
                        earn.Cents,
                        earn.Month,
                    }
                );
                earned.Add((id, earn.Cents));
                break;
            case AffiliateStep.Reverse reverse when earned.Count > 0:
                Guid commission = earned[reverse.Nth % earned.Count].Id;
                connection.Execute(
                    "SELECT reverse_commission(@commission, @id, NULL, 'system', NULL)",
                    new { commission, id }
                );
                reversed.Add(commission);
                break;
            case AffiliateStep.Gather gather:
                string created = connection.ExecuteScalar<string>(
                    """
                    SELECT outcome FROM create_affiliate_payout(@id, 'ann', 'EUR', make_timestamptz(2026, @Month, 1, 0, 0, 0, 'UTC'),
                                                                make_timestamptz(2026, @Month + 1, 1, 0, 0, 0, 'UTC'), 'system', NULL)
                    """,
                    new { id, gather.Month }
                )!;
                if (created == "created")
                    payouts.Add(id);
                break;
            case AffiliateStep.Move move when payouts.Count > 0:
                Move(connection, payouts[move.Nth % payouts.Count], move.Becomes);
                break;
            default:
                // There is nothing yet to reverse or to decide on.
                break;
        }
    }

    private static void Move(NpgsqlConnection connection, Guid payout, string becomes) =>
        connection.Execute(
            """
            SELECT move_affiliate_payout(@payout, @becomes, CASE @becomes WHEN 'paid' THEN 'x' END, 'system', NULL)
            """,
            new { payout, becomes }
        );

    /// <summary>What the answers promise, beside the laws of the schema.</summary>
    private static bool AddsUp(NpgsqlConnection connection)
    {
        connection.Execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED");
        return connection.ExecuteScalar<bool>(
            """
            SELECT coalesce(bool_and(gross_amount_cents - reversal_amount_cents = amount_cents - recovery_owed_cents
                                     AND least(amount_cents, recovery_owed_cents) = 0
                                     AND least(gross_amount_cents, reversal_amount_cents, amount_cents + recovery_owed_cents) >= 0), true)
              FROM affiliate_payouts
            """
        );
    }

    /// <summary>Gathers what is left and pays everything that can be paid.</summary>
    private static long PaidLessOwedAfterAll(NpgsqlConnection connection)
    {
        connection.Execute(
            "SELECT create_affiliate_payout(gen_random_uuid(), 'ann', 'EUR', '2020-01-01', '2030-01-01', 'system', NULL)"
        );
        foreach (string becomes in new[] { "approved", "paid" })
        {
            IEnumerable<Guid> ready = connection.Query<Guid>(
                "SELECT id FROM affiliate_payouts WHERE status IN ('pending', 'approved')"
            );
            foreach (Guid payout in ready)
                Move(connection, payout, becomes);
        }
        return connection.ExecuteScalar<long>(
            """
            SELECT (coalesce(sum(amount_cents) FILTER (WHERE status = 'paid'), 0)
                    - coalesce(sum(recovery_owed_cents) FILTER (WHERE status = 'recovery_owed'), 0))::bigint
              FROM affiliate_payouts
            """
        );
    }
}

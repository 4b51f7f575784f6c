using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Settlement.Payouts.Tests.Database.Hostile;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Affiliates;

/// <summary>However earnings, reversals, payouts and decisions follow each other: gross − reversal = amount − recovery owed in
/// every payout after every step, and what is transferred in the end is what was earned and neither reversed nor rejected.</summary>
public sealed class AffiliateProperties(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Sequences = 2_000;

    private static readonly Gen<AffiliateStep> s_step = Gen.Frequency(
        (
            5,
            from cents in Gen.Choose(1, 500)
            from month in Gen.Choose(1, 4)
            from held in Gen.Elements(false, false, false, true)
            select (AffiliateStep)new AffiliateStep.Earn(cents, month, held)
        ),
        (3, Gen.Choose(0, 50).Select(n => (AffiliateStep)new AffiliateStep.Reverse(n))),
        (3, Gen.Choose(1, 4).Select(month => (AffiliateStep)new AffiliateStep.Gather(month))),
        (
            2,
            from n in Gen.Choose(0, 50)
            from becomes in Gen.Elements("approved", "held", "released", "rejected")
            select (AffiliateStep)new AffiliateStep.Judge(n, becomes)
        ),
        (3, Gen.Choose(0, 50).Select(n => (AffiliateStep)new AffiliateStep.Pay(n))),
        (
            2,
            from n in Gen.Choose(0, 50)
            from becomes in Gen.Elements("sent", "sent", "failed", "cancelled")
            select (AffiliateStep)new AffiliateStep.End(n, becomes)
        ),
        (
            6,
            from n in Gen.Choose(0, 50)
            from becomes in Gen.Elements(
                "approved",
                "approved",
                "paid",
                "paid",
                "pending",
                "void",
                "written_off"
            )
            select (AffiliateStep)new AffiliateStep.Move(n, becomes)
        )
    );

    // What was paid in January is reversed, and what February owes is taken off March.
    private static readonly AffiliateStep[] s_owes =
    [
        new AffiliateStep.Earn(100, 1),
        new AffiliateStep.Gather(1),
        new AffiliateStep.Move(0, "approved"),
        new AffiliateStep.Move(0, "paid"),
        new AffiliateStep.Reverse(0),
        new AffiliateStep.Earn(40, 2),
        new AffiliateStep.Gather(2),
        new AffiliateStep.Earn(200, 3),
        new AffiliateStep.Gather(3),
        new AffiliateStep.Move(2, "approved"),
        new AffiliateStep.Pay(2),
        new AffiliateStep.End(0, "failed"),
        new AffiliateStep.Pay(2),
        new AffiliateStep.Pay(2),
        new AffiliateStep.Move(2, "paid"),
        new AffiliateStep.Move(2, "pending"),
        new AffiliateStep.End(1, "sent"),
    ];

    [Fact]
    public void What_was_earned_and_not_taken_back_is_paid_exactly()
    {
        Config config = Config
            .QuickThrowOnFailure.WithMaxTest(Sequences)
            .WithStartSize(5)
            .WithEndSize(20)
            .WithQuietOnSuccess(true);

        Check.One(
            config,
            Prop.ForAll(
                Arb.From(s_step.ListOf()),
                steps => new AffiliateHistory(steps).IsPaidExactly(database.Owner)
            )
        );
    }

    [Theory]
    [InlineData("create_affiliate_payout", "SET status = 'recovered'", "SET status = status")]
    [InlineData("create_affiliate_payout", "recovered_by = p_id", "recovered_by = NULL")]
    [InlineData(
        "recount_affiliate_payout",
        "greatest(0, v_sums.gross",
        "greatest(0, 1 + v_sums.gross"
    )]
    [InlineData("affiliate_payout_sums", "WHERE kind = 'reversal'", "WHERE false")]
    [InlineData("affiliate_payout_sums", "WHERE o.recovered_by = p_payout", "WHERE false")]
    [InlineData(
        "reverse_commission",
        "outcome := 'entered'",
        "DELETE FROM commissions WHERE id = p_reversal; outcome := 'entered'"
    )]
    [InlineData("guard_payout", "f.kind = 'fund' AND", "f.kind = 'fund' AND false AND")]
    [InlineData("conclude_chain_payout", "SET status = 'paid'", "SET status = status")]
    [InlineData(
        "conclude_chain_payout",
        "WHEN NEW.status = 'sent'",
        "WHEN NEW.status IN ('sent', 'failed')"
    )]
    [InlineData("pay_affiliate_payout", "amount_cents * 10000", "amount_cents * 10001")]
    [InlineData("pay_affiliate_payout", "c.outcome IS NULL", "false")]
    [InlineData("move_affiliate_payout", "c.outcome IS NULL", "false")]
    [InlineData("reverse_commission", "= 'pending' THEN", "IN ('pending', 'paid') THEN")]
    public async Task A_planted_fault_is_found_out(string function, string text, string instead)
    {
        string plant = await Catalogue.RewrittenAsync(database.Owner, function, (text, instead));

        new AffiliateHistory(s_owes).IsPaidExactly(database.Owner).ShouldBeTrue();
        Holds(plant).ShouldBeFalse();
    }

    // A fault is found by a law that refuses it, or by what is paid in the end.
    private bool Holds(string plant)
    {
        try
        {
            return new AffiliateHistory(s_owes).IsPaidExactly(database.Owner, $"{plant};");
        }
        catch (PostgresException)
        {
            return false;
        }
    }
}

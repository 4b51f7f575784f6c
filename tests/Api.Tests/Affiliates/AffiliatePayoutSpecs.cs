using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

public sealed class AffiliatePayoutSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task What_was_reversed_after_payment_is_owed_and_taken_off_the_next_payout()
    {
        AnAffiliate affiliate = NewAffiliate();
        string march = await affiliate.EarnsAsync(9_000, 3);
        await affiliate.PaidAsync(3);
        await affiliate.ReverseAsync(march);
        await affiliate.EarnsAsync(4_000, 4);

        string april = await affiliate.PendingAsync(4);
        (await AmountsAsync(affiliate, april)).ShouldBe(
            ("4000", "9000", "0", "5000", "recovery_owed")
        );
        await affiliate.EarnsAsync(8_000, 5);
        string may = await affiliate.PaidAsync(5);

        (await AmountsAsync(affiliate, may)).ShouldBe(("8000", "5000", "3000", "0", "paid"));
        (await AmountsAsync(affiliate, april)).ShouldBe(("4000", "9000", "0", "5000", "recovered"));
    }

    [Fact]
    public async Task What_is_reversed_before_approval_drops_out()
    {
        AnAffiliate affiliate = NewAffiliate();
        string first = await affiliate.EarnsAsync(1_000, 3);
        string second = await affiliate.EarnsAsync(500, 3);
        string id = await affiliate.PendingAsync(3);

        ApiAnswer answer = await affiliate.ReverseAsync(first);
        ApiAnswer again = await affiliate.ReverseAsync(first);

        answer.Json["reversal_id"].ShouldBeNull();
        again.Text.ShouldBe(answer.Text);
        JsonNode payout = await affiliate.ReadAsync(id);
        ((string)payout["amount_cents"]!).ShouldBe("500");
        payout["commission_ids"]!.AsArray().Select(n => (string)n!).ShouldBe([second]);
        await affiliate.ReverseAsync(second);
        (await AmountsAsync(affiliate, id)).ShouldBe(("0", "0", "0", "0", "void"));
    }

    [Fact]
    public async Task What_is_approved_is_frozen_until_the_approval_is_taken_back()
    {
        AnAffiliate affiliate = NewAffiliate();
        string first = await affiliate.EarnsAsync(1_000, 3);
        string second = await affiliate.EarnsAsync(500, 3);
        string id = await affiliate.ApprovedAsync(3);

        ApiAnswer reversed = await affiliate.ReverseAsync(first);
        (await AmountsAsync(affiliate, id)).ShouldBe(("1500", "0", "1500", "0", "approved"));
        (await affiliate.MoveAsync(id, "void")).ShouldBeError(409, "payout_not_actionable");
        await affiliate.MoveAsync(id, "unapprove");
        await affiliate.ReverseAsync(second);

        ((string?)reversed.Json["reversal_id"]).ShouldNotBeNull();
        ApiAnswer twice = await affiliate.ReverseAsync((string)reversed.Json["reversal_id"]!);
        twice.ShouldBeError(409, "commission_not_reversible");
        (await AmountsAsync(affiliate, id)).ShouldBe(("1000", "0", "1000", "0", "pending"));
        (await affiliate.ReadAsync(id))["approved_by"].ShouldBeNull();
    }

    [Fact]
    public async Task A_paid_payout_is_locked_for_ever()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_000, 3);
        string id = await affiliate.PaidAsync(3);

        foreach (string action in new[] { "approve", "unapprove", "void" })
        {
            (await affiliate.MoveAsync(id, action)).ShouldBeError(409, "payout_already_paid");
        }
        (await affiliate.CreateAsync(3)).ShouldBeError(409, "payout_exists");
    }

    [Fact]
    public async Task Saying_the_same_twice_changes_nothing()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(1_000, 3);
        string id = await affiliate.PendingAsync(3);

        foreach (string action in new[] { "approve", "unapprove", "void" })
        {
            ApiAnswer first = await affiliate.MoveAsync(id, action);
            ApiAnswer second = await affiliate.MoveAsync(id, action);
            ((int)first.Status).ShouldBe(200, first.Text);
            second.Text.ShouldBe(first.Text);
        }
    }

    [Fact]
    public async Task A_void_payout_frees_its_commissions_and_what_it_was_to_recover()
    {
        AnAffiliate affiliate = NewAffiliate();
        string march = await affiliate.EarnsAsync(900, 3);
        await affiliate.PaidAsync(3);
        await affiliate.ReverseAsync(march);
        await affiliate.EarnsAsync(400, 4);
        string april = await affiliate.PendingAsync(4);
        await affiliate.EarnsAsync(800, 5);
        string may = await affiliate.PendingAsync(5);

        await affiliate.MoveAsync(may, "void");

        (await AmountsAsync(affiliate, may)).ShouldBe(("0", "0", "0", "0", "void"));
        (await AmountsAsync(affiliate, april)).ShouldBe(
            ("400", "900", "0", "500", "recovery_owed")
        );
        string again = await affiliate.PendingAsync(5);
        (await AmountsAsync(affiliate, again)).ShouldBe(("800", "500", "300", "0", "pending"));
    }

    [Fact]
    public async Task A_period_holds_its_first_moment_and_not_its_last()
    {
        AnAffiliate affiliate = NewAffiliate();
        foreach (
            string time in new[]
            {
                "2026-02-28T23:59:59.999999Z",
                "2026-03-01T00:00:00Z",
                "2026-03-31T23:59:59.999999Z",
                "2026-04-01T01:00:00+02:00",
                "2026-04-01T00:00:00Z",
            }
        )
        {
            (await RecordAsync(affiliate, ("earned_at", time))).ShouldBe(201);
        }

        ApiAnswer payout = await affiliate.CreateAsync(3);

        ((string)payout.Json["gross_amount_cents"]!).ShouldBe("300");
    }

    [Fact]
    public async Task What_came_too_late_for_its_period_goes_with_the_next()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 3);
        await affiliate.PaidAsync(3);
        await affiliate.EarnsAsync(50, 3);
        await affiliate.EarnsAsync(200, 4);

        string april = await affiliate.PendingAsync(4);

        (await AmountsAsync(affiliate, april)).ShouldBe(("250", "0", "250", "0", "pending"));
    }

    [Fact]
    public async Task What_is_held_is_not_paid_yet()
    {
        AnAffiliate affiliate = NewAffiliate();
        await RecordAsync(
            affiliate,
            ("earned_at", "2026-03-10T00:00:00Z"),
            ("hold_until", "2099-01-01T00:00:00Z")
        );

        (await affiliate.CreateAsync(3)).ShouldBeError(400, "no_commissions");
    }

    [Fact]
    public async Task Currencies_are_paid_apart()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 3);
        await affiliate.EarnsAsync(200, 3, "usd");

        ApiAnswer unnamed = await affiliate.CreateAsync(3);
        ApiAnswer dollars = await affiliate.CreateAsync(3, "USD");
        ApiAnswer francs = await affiliate.CreateAsync(3, "CHF");

        unnamed.ShouldBeError(400, "validation_error");
        ((string)unnamed.Json["field"]!).ShouldBe("currency");
        ((string)dollars.Json["amount_cents"]!).ShouldBe("200");
        francs.ShouldBeError(404, "affiliate_not_found");
    }

    [Fact]
    public async Task An_unknown_affiliate_is_not_found() =>
        (await NewAffiliate().CreateAsync(3)).ShouldBeError(404, "affiliate_not_found");

    [Theory]
    [InlineData("affiliate_id", null)]
    [InlineData("affiliate_id", "  ")]
    [InlineData("currency", "EURO")]
    [InlineData("currency", "E\n")]
    [InlineData("amount_cents", "0")]
    [InlineData("amount_cents", "-5")]
    [InlineData("amount_cents", "+5")]
    [InlineData("amount_cents", "05")]
    [InlineData("amount_cents", "1.5")]
    [InlineData("amount_cents", "100000000001")]
    [InlineData("amount_cents", "9223372036854775808")]
    [InlineData("amount_cents", 5)]
    [InlineData("source_event_id", "")]
    [InlineData("earned_at", "2026-03-10")]
    [InlineData("hold_until", 7)]
    public async Task A_malformed_commission_is_refused_by_its_field(string field, object? value)
    {
        AnAffiliate affiliate = NewAffiliate();

        ApiAnswer answer = await SendAsync(affiliate, "e", (field, value));

        answer.ShouldBeError(400, "validation_error");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task An_event_counts_once()
    {
        AnAffiliate affiliate = NewAffiliate();
        string source = $"{Guid.NewGuid()}";

        ApiAnswer first = await SendAsync(affiliate, source);
        ApiAnswer second = await SendAsync(affiliate, source);
        ApiAnswer other = await SendAsync(affiliate, source, ("amount_cents", "101"));

        ((int)first.Status).ShouldBe(201);
        ((int)second.Status).ShouldBe(200);
        second.Text.ShouldBe(first.Text);
        other.ShouldBeError(409, "duplicate_event_mismatch");
        ((string)other.Json["commission_id"]!).ShouldBe((string)first.Json["commission_id"]!);
    }

    [Fact]
    public async Task The_list_shows_what_waits_for_somebody_and_filters()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 3);
        await affiliate.EarnsAsync(100, 4);
        string paid = await affiliate.PaidAsync(3);
        string pending = await affiliate.PendingAsync(4);

        async Task<string[]> ListAsync(string query) =>
            (
                await api.Affiliates.GetAsync(
                    $"/v1/admin/payouts?affiliate_id={affiliate.Id}{query}"
                )
            ).Json["data"]!
                .AsArray()
                .Select(p => (string)p!["id"]!)
                .ToArray();

        (await ListAsync("")).ShouldBe([pending]);
        (await ListAsync("&status=paid")).ShouldBe([paid]);
        (await ListAsync("&status=pending,paid")).ShouldBe([pending, paid]);
        (await ListAsync("&status=lost%00")).ShouldBeEmpty();
        (await ListAsync("&status=pending,paid&limit=1&offset=1")).ShouldBe([paid]);
    }

    private static async Task<(string, string, string, string, string)> AmountsAsync(
        AnAffiliate affiliate,
        string id
    )
    {
        JsonNode p = await affiliate.ReadAsync(id);
        return (
            (string)p["gross_amount_cents"]!,
            (string)p["reversal_amount_cents"]!,
            (string)p["amount_cents"]!,
            (string)p["recovery_owed_cents"]!,
            (string)p["status"]!
        );
    }

    private async Task<int> RecordAsync(AnAffiliate affiliate, params (string, object?)[] fields) =>
        (int)(await SendAsync(affiliate, $"{Guid.NewGuid()}", fields)).Status;

    // A commission of 1.00, but for these fields.
    private Task<ApiAnswer> SendAsync(
        AnAffiliate affiliate,
        string source,
        params (string Name, object? Value)[] fields
    )
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["affiliate_id"] = affiliate.Id,
            ["currency"] = "EUR",
            ["amount_cents"] = "100",
            ["source_event_id"] = source,
            ["earned_at"] = "2026-03-10T00:00:00Z",
        };
        foreach ((string name, object? value) in fields)
            body[name] = value;
        return api.Affiliates.PostAsync(
            "/v1/commissions",
            AnAffiliate.Json(body.Select(f => (f.Key, f.Value)).ToArray())
        );
    }
}

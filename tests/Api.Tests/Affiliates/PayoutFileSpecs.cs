using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>Files for those who transfer, and the comparison with what they transferred.</summary>
public sealed class PayoutFileSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task PayPal_gets_its_columns_without_a_header_and_what_has_no_address_is_counted()
    {
        AnAffiliate affiliate = await ReachableAsync();
        AnAffiliate unknown = NewAffiliate();
        await affiliate.EarnsAsync(123_405, 3, "PLN");
        await unknown.EarnsAsync(100, 3, "PLN");
        string id = await affiliate.ApprovedAsync(3);
        await unknown.ApprovedAsync(3);

        ApiAnswer file = await ExportAsync("format=paypal&currency=pln");

        file.Text.ShouldBe(
            $"\"ann@example.com\",1234.05,PLN,{Guid.Parse(id).ToString("N")[..30]},\"Payout {id}\",PAYPAL\r\n"
        );
        file.Header("X-Payouts-Left-Out").ShouldBe("1");
        file.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
    }

    [Fact]
    public async Task Wise_gets_its_columns()
    {
        AnAffiliate affiliate = await ReachableAsync();
        await affiliate.EarnsAsync(7, 3, "CHF");
        await affiliate.ApprovedAsync(3);

        ApiAnswer file = await ExportAsync("format=wise&currency=CHF");

        file.Text.ShouldBe(
            "name,recipientEmail,paymentReference,receiverType,amountCurrency,amount,sourceCurrency,targetCurrency,type\r\n"
                + "\"'=Ann \"\"A\"\"\",\"ann@example.com\",\"Payout 2026-03\",PERSON,target,0.07,CHF,CHF,EMAIL\r\n"
        );
    }

    [Fact]
    public async Task Only_what_must_be_transferred_is_in_a_file_for_transfers()
    {
        AnAffiliate affiliate = await ReachableAsync();
        await affiliate.EarnsAsync(100, 1, "SEK");
        await affiliate.EarnsAsync(200, 2, "SEK");
        await affiliate.EarnsAsync(300, 3, "SEK");
        await affiliate.PaidAsync(1);
        await affiliate.PendingAsync(2);
        await affiliate.ApprovedAsync(3);

        string paypal = (await ExportAsync("format=paypal&currency=SEK&status=paid")).Text;
        string all = (await ExportAsync($"affiliate_id={affiliate.Id}")).Text;
        string march = (await ExportAsync($"affiliate_id={affiliate.Id}&period=2026-03")).Text;

        paypal.Split("\r\n").Length.ShouldBe(2);
        paypal.ShouldContain(",3.00,");
        all.Split("\r\n").Length.ShouldBe(5);
        all.ShouldStartWith("id,affiliate_id,name,email,");
        march.Split("\r\n").Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("format=xml")]
    [InlineData("format=paypal")]
    public async Task An_unknown_format_or_a_mixed_file_is_refused(string query) =>
        (await ExportAsync(query)).ShouldBeError(400, "validation_error");

    [Theory]
    [InlineData("""{"affiliate_id":"x","email":"nonsense"}""")]
    [InlineData("""{"affiliate_id":"x","email":"a@b c"}""")]
    [InlineData("""{"affiliate_id":"x","email":"a@b@c"}""")]
    [InlineData("""{"affiliate_id":"x","name":"a\nb"}""")]
    [InlineData("""{"affiliate_id":"x","network":"polygon"}""")]
    [InlineData(
        """{"affiliate_id":"x","network":"moon","address":"0x1111111111111111111111111111111111111111"}"""
    )]
    [InlineData(
        """{"affiliate_id":"x","network":"polygon","address":"0x0000000000000000000000000000000000000000"}"""
    )]
    [InlineData("""{"email":"a@b.example"}""")]
    public async Task What_nobody_can_reach_is_not_written_down(string body) =>
        (await api.Affiliates.PostAsync("/v1/affiliates/payees", body)).ShouldBeError(
            400,
            "validation_error"
        );

    [Fact]
    public async Task A_transfer_is_compared_with_what_was_recorded()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 1);
        await affiliate.EarnsAsync(200, 2);
        string reference = $"batch-{affiliate.Id}";
        await affiliate.PaidAsync(1, reference);
        await affiliate.PaidAsync(2, reference);

        JsonNode right = (await VerifyAsync(("external_ref", reference), "300")).Json;
        JsonNode wrong = (await VerifyAsync(("external_ref", reference), "250")).Json;
        JsonNode other = (await VerifyAsync(("external_ref", reference), "0", "usd")).Json;

        ((bool)right["ok"]!).ShouldBeTrue();
        ((bool)wrong["ok"]!).ShouldBeFalse();
        ((string)wrong["discrepancy_cents"]!).ShouldBe("50");
        ((string)other["payouts"]![0]!["problem"]!).ShouldBe("other_currency");
    }

    [Fact]
    public async Task A_batch_is_compared_payout_by_payout()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 1);
        await affiliate.EarnsAsync(200, 2);
        string paid = await affiliate.PaidAsync(1);
        string approved = await affiliate.ApprovedAsync(2);

        JsonNode answer = (
            await VerifyAsync(("ids", new[] { paid, approved, "nonsense" }), "100")
        ).Json;

        ((bool)answer["ok"]!).ShouldBeFalse();
        ((string)answer["discrepancy_cents"]!).ShouldBe("0");
        answer["payouts"]!
            .AsArray()
            .Select(p => $"{p!["id"]} {p["problem"]}")
            .ShouldBe([$"{paid} ", $"{approved} not_paid", "nonsense not_found"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(
        """{"external_ref":"x","ids":["y"],"expected_amount_cents":"1","currency":"EUR"}"""
    )]
    [InlineData("""{"external_ref":"x","expected_amount_cents":1,"currency":"EUR"}""")]
    [InlineData("""{"external_ref":"x","expected_amount_cents":"-1","currency":"EUR"}""")]
    [InlineData("""{"external_ref":"x","expected_amount_cents":"1"}""")]
    [InlineData("""{"ids":[],"expected_amount_cents":"1","currency":"EUR"}""")]
    [InlineData("""{"ids":[7],"expected_amount_cents":"1","currency":"EUR"}""")]
    public async Task A_question_that_is_none_is_refused(string body) =>
        (await api.Affiliates.PostAsync("/v1/commissions/verify", body)).ShouldBeError(
            400,
            "validation_error"
        );

    private Task<ApiAnswer> ExportAsync(string query) =>
        api.Affiliates.GetAsync($"/v1/admin/payouts/export.csv?{query}");

    private Task<ApiAnswer> VerifyAsync(
        (string, object?) what,
        string expected,
        string currency = "EUR"
    ) =>
        api.Affiliates.PostAsync(
            "/v1/commissions/verify",
            AnAffiliate.Json(what, ("expected_amount_cents", expected), ("currency", currency))
        );

    private async Task<AnAffiliate> ReachableAsync()
    {
        AnAffiliate affiliate = NewAffiliate();
        ApiAnswer answer = await api.Affiliates.PostAsync(
            "/v1/affiliates/payees",
            AnAffiliate.Json(
                ("affiliate_id", affiliate.Id),
                ("name", "=Ann \"A\""),
                ("email", "ann@example.com")
            )
        );
        ((int)answer.Status).ShouldBe(200, answer.Text);
        return affiliate;
    }
}

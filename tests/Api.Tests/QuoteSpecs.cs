using System.Globalization;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class QuoteSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts/quote";

    [Fact]
    public async Task A_quote_tells_the_terms_and_reserves_nothing()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody());

        ((int)answer.Status).ShouldBe(200, answer.Text);
        answer.Names.ShouldBe(["ok", "fee_micro", "net_amount_micro", "expected_by", "warnings"]);
        answer.Text.ShouldStartWith("""{"ok":true,"fee_micro":0,"net_amount_micro":25000000,""");
        answer.Text.ShouldEndWith("\"warnings\":[]}");
        DateTimeOffset
            .Parse((string)answer.Json["expected_by"]!, CultureInfo.InvariantCulture)
            .ShouldBe(DateTimeOffset.UtcNow.AddSeconds(60), TimeSpan.FromSeconds(30));
        (await user.GetAsync("/v1/referrals/payouts")).Text.ShouldBe("""{"items":[]}""");
        // The same money covers the next quote, and the request.
        ((int)(await user.PostAsync(Path, Given.CreateBody())).Status).ShouldBe(200);
        await user.CreatePayoutAsync(25_000_000);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"amount_micro":1.5,"network":"solana","address":"x"}""")]
    [InlineData("""{"amount_micro":25000000,"network":"bitcoin","address":"x"}""")]
    [InlineData("""{"amount_micro":1,"network":"solana","address":"x"}""")]
    [InlineData("""{"amount_micro":1000000001,"network":"polygon","address":"x"}""")]
    [InlineData("""{"amount_micro":25000000,"network":"solana","address":"x"}""")]
    [InlineData(
        """{"amount_micro":25000000,"network":"polygon","address":"0x52908400098527886E0F7030069857D2E4169EE7"}"""
    )]
    public async Task What_a_request_is_refused_for_a_quote_is_refused_for(string body)
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer quote = await user.PostAsync(Path, body);
        ApiAnswer request = await user.PostAsync("/v1/referrals/payouts", body);

        request.Tag.ShouldNotBeNull();
        quote.ShouldBeError((int)request.Status, request.Tag);
        quote.Names.ShouldBe(request.Names);
        ((string)quote.Json["message"]!).ShouldBe((string)request.Json["message"]!);
    }

    [Fact]
    public async Task A_key_is_checked_for_its_form_and_not_used_up()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);

        ApiAnswer bad = await user.PostAsync(
            Path,
            Given.CreateBody(),
            ("Idempotency-Key", new string('k', 256))
        );
        await user.PostAsync(Path, Given.CreateBody(), ("Idempotency-Key", "k"));
        ApiAnswer request = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(20_000_000),
            ("Idempotency-Key", "k")
        );

        bad.ShouldBeError(400, "idempotency_key_invalid");
        ((int)request.Status).ShouldBe(202, request.Text);
    }

    [Fact]
    public async Task While_payouts_are_paused_a_quote_warns_and_promises_no_time()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        await api.Operator.PostAsync(
            "/v1/admin/system/pause",
            """{"scope":"solana","reason":"secret"}"""
        );

        ApiAnswer answer = await user.PostAsync(Path, Given.CreateBody());
        await api.Operator.PostAsync("/v1/admin/system/resume", """{"scope":"solana"}""");

        ((string)answer.Json["warnings"]![0]!["code"]!).ShouldBe("payouts_paused");
        answer.Names.ShouldNotContain("expected_by");
        answer.Text.ShouldNotContain("secret");
    }
}

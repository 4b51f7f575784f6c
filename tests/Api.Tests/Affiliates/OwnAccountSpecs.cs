using System.Text.Json.Nodes;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Affiliates;

/// <summary>An affiliate sees itself, and nobody else.</summary>
public sealed class OwnAccountSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private AnAffiliate NewAffiliate() => new(api.Affiliates);

    [Fact]
    public async Task It_sees_what_is_pending_approved_held_in_payout_paid_and_owed()
    {
        AnAffiliate affiliate = NewAffiliate();
        string paid = await affiliate.EarnsAsync(1_000, 1);
        await affiliate.PaidAsync(1);
        await affiliate.ReverseAsync(paid);
        await affiliate.EarnsAsync(200, 2);
        await affiliate.PendingAsync(2);
        await affiliate.EarnsAsync(30, 3);
        await affiliate.PendingAsync(3);
        await affiliate.EarnsAsync(7, 4);
        await affiliate.EarnsHeldAsync(5, 4);
        await affiliate.JudgeAsync(await affiliate.EarnsAsync(3, 4), "hold");
        await affiliate.EarnsAsync(11, 4, "USD");

        JsonNode own = (await (await OwnAsync(affiliate)).GetAsync("/v1/affiliates/me")).Json;

        ((string)own["affiliate_id"]!).ShouldBe(affiliate.Id);
        own["balances"]![0]!
            .ToJsonString()
            .ShouldBe(
                """{"currency":"EUR","pending_cents":"5","approved_cents":"7","held_cents":"3","in_payout_cents":"0","paid_cents":"1000","recovery_owed_cents":"770"}"""
            );
        ((string)own["balances"]![1]!["approved_cents"]!).ShouldBe("11");
        ((string)own["next_payout_date"]!).ShouldEndWith("-01");
    }

    [Fact]
    public async Task It_sees_its_own_payouts_whatever_it_asks_for()
    {
        AnAffiliate affiliate = NewAffiliate();
        AnAffiliate other = NewAffiliate();
        await affiliate.EarnsAsync(100, 1);
        string mine = await affiliate.PaidAsync(1, "transfer-9");
        await other.EarnsAsync(100, 1);
        string theirs = await other.PaidAsync(1);
        ApiClient own = await OwnAsync(affiliate);

        foreach (string query in new[] { "", $"?affiliate_id={other.Id}", "?status=paid" })
        {
            ApiAnswer answer = await own.GetAsync($"/v1/affiliates/me/payouts{query}");
            answer.Json["data"]!.AsArray().Select(p => (string)p!["id"]!).ShouldBe([mine]);
            answer.Text.ShouldNotContain("operator");
            ((string)answer.Json["summary"]!["affiliate_id"]!).ShouldBe(affiliate.Id);
            answer.Text.ShouldContain("transfer-9");
            answer.Text.ShouldNotContain(theirs);
        }
    }

    [Fact]
    public async Task Its_token_opens_nothing_else()
    {
        AnAffiliate affiliate = NewAffiliate();
        await affiliate.EarnsAsync(100, 1);
        string payout = await affiliate.PendingAsync(1);
        ApiClient own = await OwnAsync(affiliate);

        foreach (object[] row in TokenSpecs.Requests)
        {
            string path = ((string)row[1]).Replace(TokenSpecs.Id, payout, StringComparison.Ordinal);
            (await own.SendAsync(new HttpMethod((string)row[0]), path)).ShouldBeError(
                403,
                "insufficient_scope"
            );
        }
        (await own.PostAsync("/v1/admin/system/pause", "{}")).ShouldBeError(
            401,
            "admin_token_invalid"
        );
    }

    [Theory]
    [InlineData("/v1/affiliates/me")]
    [InlineData("/v1/affiliates/me/payouts")]
    public async Task Nobody_sees_an_affiliate_without_a_token_that_names_exactly_one(string path)
    {
        (await api.Anyone.GetAsync(path)).ShouldBeError(401, "unauthenticated");
        (await api.Affiliates.GetAsync(path)).ShouldBeError(403, "insufficient_scope");
        foreach (
            string[] scopes in new string[][]
            {
                [.. Scopes.All],
                ["affiliate:"],
                ["affiliate"],
                ["affiliate:a", "affiliate:b"],
                ["Affiliate:a"],
            }
        )
        {
            string token = await new ApiTokens(api.Database.App).IssueAsync(
                "a",
                scopes,
                TimeSpan.FromHours(1),
                default
            );
            ApiAnswer answer = await new ApiClient(api.Server) { BearerToken = token }.GetAsync(
                path
            );
            answer.ShouldBeError(403, "insufficient_scope");
            answer.Header("WWW-Authenticate")!.ShouldContain("affiliate:");
        }
    }

    [Fact]
    public async Task An_affiliate_that_never_earned_has_nothing()
    {
        JsonNode own = (await (await OwnAsync(NewAffiliate())).GetAsync("/v1/affiliates/me")).Json;

        own["balances"]!.AsArray().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"affiliate_id":7}""")]
    [InlineData("""{"affiliate_id":" "}""")]
    [InlineData("""{"affiliate_id":"a","days":0}""")]
    [InlineData("""{"affiliate_id":"a","days":367}""")]
    [InlineData("""{"affiliate_id":"a","days":"9"}""")]
    public async Task A_token_for_nobody_or_for_ever_is_not_made(string body) =>
        (await api.Affiliates.PostAsync("/v1/affiliates/tokens", body)).ShouldBeError(
            400,
            "validation_error"
        );

    [Fact]
    public async Task A_token_is_made_once_for_a_key_and_its_secret_is_not_told_again()
    {
        string affiliate = NewAffiliate().Id;
        string body = AnAffiliate.Json(("affiliate_id", affiliate));
        (string, string) key = ("Idempotency-Key", $"token-{affiliate}");

        ApiAnswer first = await api.Affiliates.PostAsync("/v1/affiliates/tokens", body, key);
        ApiAnswer again = await api.Affiliates.PostAsync("/v1/affiliates/tokens", body, key);
        ApiAnswer other = await api.Affiliates.PostAsync(
            "/v1/affiliates/tokens",
            $$"""{"affiliate_id":"{{affiliate}}","days":7}""",
            key
        );

        ((int)first.Status).ShouldBe(201, first.Text);
        ((string?)first.Json["token"]).ShouldNotBeNullOrEmpty();
        ((int)again.Status).ShouldBe(201, again.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        ((string?)again.Json["id"]).ShouldBe((string?)first.Json["id"]);
        again.Json["token"].ShouldBeNull();
        other.ShouldBeError(422, "idempotency_key_reused");
        (
            await Given.ScalarAsync<long>(
                api.Database,
                "SELECT count(*) FROM api_tokens WHERE scopes = ARRAY['affiliate:' || $1]",
                affiliate
            )
        ).ShouldBe(1);
    }

    private async Task<ApiClient> OwnAsync(AnAffiliate affiliate)
    {
        ApiAnswer answer = await api.Affiliates.PostAsync(
            "/v1/affiliates/tokens",
            AnAffiliate.Json(("affiliate_id", affiliate.Id))
        );
        ((int)answer.Status).ShouldBe(201, answer.Text);
        return new ApiClient(api.Server) { BearerToken = (string)answer.Json["token"]! };
    }
}

using System.Net;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class ReceiptSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";
    private const string AdminPath = "/v1/admin/referrals/payouts";
    private static readonly (string, string) s_browser = (
        "Accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    );

    [Fact]
    public async Task A_sent_payout_has_a_receipt_for_programs()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync(reference: "mine");
        string hash = await Given.SentAsync(api.Database, id);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/receipt");

        ((int)answer.Status).ShouldBe(200, answer.Text);
        answer.Names.ShouldBe([
            "payout_id",
            "number",
            "user_id",
            "amount_micro",
            "amount",
            "fee_micro",
            "asset",
            "network",
            "address",
            "tx_hash",
            "explorer_url",
            "requested_at",
            "sent_at",
            "client_reference",
        ]);
        ((string)answer.Json["amount"]!).ShouldBe("25.000000");
        ((string)answer.Json["tx_hash"]!).ShouldBe(hash);
        ((string)answer.Json["explorer_url"]!).ShouldBe($"https://explorer.example/tx/{hash}");
        ((string)answer.Json["sent_at"]!).ShouldEndWith("Z");
        answer.Header("Vary").ShouldBe("Accept");
    }

    [Fact]
    public async Task A_browser_gets_a_page_that_loads_and_runs_nothing()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.SentAsync(api.Database, id);

        ApiAnswer page = await user.GetAsync($"{Path}/{id}/receipt", s_browser);

        ((int)page.Status).ShouldBe(200);
        page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        string policy = page.Header("Content-Security-Policy")!;
        policy.ShouldStartWith("default-src 'none'; style-src 'sha256-");
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("script-src");
        policy.ShouldContain("frame-ancestors 'none'");
        page.Header("X-Content-Type-Options").ShouldBe("nosniff");
        page.Header("Cache-Control").ShouldBe("no-store");
        page.Text.ShouldContain("25.000000 USDC");
        page.Text.ShouldContain("Solana");
        page.Text.ShouldContain($"href=\"https://explorer.example/tx/{hash}\"");
        page.Text.ShouldContain(" UTC</dd>");
        page.Text.ShouldNotContain("<script");
        string style = page.Text.Split("<style>")[1].Split("</style>")[0];
        string sum = Convert.ToBase64String(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style))
        );
        policy.ShouldContain($"'sha256-{sum}'");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("'&amp;\u2028")]
    public async Task What_people_wrote_is_text_on_the_page(string word)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync(reference: word);
        (
            await api.Operator.PostAsync(
                $"{AdminPath}/{id}/sent",
                System.Text.Json.JsonSerializer.Serialize(new { tx_hash = word })
            )
        ).ShouldBeOk();

        ApiAnswer page = await user.GetAsync($"{Path}/{id}/receipt", s_browser);

        page.Text.ShouldNotContain(word);
        WebUtility.HtmlDecode(page.Text).ShouldContain($"<dd>{word}</dd>");
        page.Text.Split("<a ").Length.ShouldBe(2);
        page.Text.ShouldNotContain("<img");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", false)]
    [InlineData("text/html", true)]
    [InlineData("application/json, text/html;q=0.5", false)]
    [InlineData("application/json;q=0.5, text/html", true)]
    [InlineData("text/html;q=0", false)]
    public async Task Accept_decides(string? accept, bool isPage)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        await Given.SentAsync(api.Database, id);

        ApiAnswer answer = await user.GetAsync(
            $"{Path}/{id}/receipt",
            accept is null ? [] : [("Accept", accept)]
        );

        answer
            .Header("Content-Type")!
            .StartsWith("text/html", StringComparison.Ordinal)
            .ShouldBe(isPage);
    }

    [Fact]
    public async Task What_was_not_sent_has_none()
    {
        ApiClient user = await api.UserWithAsync(200_000_000);
        Guid requested = await user.CreatePayoutAsync();
        Guid riding = await user.CreatePayoutAsync();
        await Given.InFlightAsync(api.Database, riding);
        Guid failed = await user.CreatePayoutAsync();
        await api.Operator.PostAsync($"{AdminPath}/{failed}/failed");
        Guid cancelled = await user.CreatePayoutAsync();
        await user.PostAsync($"{Path}/{cancelled}/cancel");

        foreach (
            (Guid id, string status) in new[]
            {
                (requested, "requested"),
                (riding, "processing"),
                (failed, "failed"),
                (cancelled, "cancelled"),
            }
        )
        {
            ApiAnswer answer = await user.GetAsync($"{Path}/{id}/receipt", s_browser);
            answer.ShouldBeError(409, "payout_not_sent");
            ((string)answer.Json["status"]!).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Another_users_receipt_is_not_found_and_an_id_of_another_form_is_invalid()
    {
        ApiClient owner = await api.UserWithAsync(25_000_000);
        ApiClient other = await api.UserWithAsync(0);
        Guid id = await owner.CreatePayoutAsync();
        await Given.SentAsync(api.Database, id);

        (await other.GetAsync($"{Path}/{id}/receipt")).ShouldBeError(404, "payout_not_found");
        (await other.GetAsync($"{Path}/x/receipt")).ShouldBeError(400, "invalid_payout_id");
    }
}

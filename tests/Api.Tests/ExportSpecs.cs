using System.Text.Json;
using Settlement.Api.Http;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class ExportSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts/export.csv";

    private const string Header =
        "id,status,amount_micro,amount,asset,network,address,tx_hash,requested_at,completed_at,note,client_reference\r\n";

    [Fact]
    public async Task Without_payouts_there_is_only_the_header()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.GetAsync(Path);
        ApiAnswer head = await user.SendAsync(HttpMethod.Head, Path);

        answer.Text.ShouldBe(Header);
        answer.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        answer.Header("Content-Disposition").ShouldBe("attachment; filename=\"payouts.csv\"");
        answer.Header("Cache-Control").ShouldBe("no-store");
        ((int)head.Status).ShouldBe(200);
        head.Text.ShouldBe("");
        head.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
    }

    [Fact]
    public async Task Each_payout_is_a_line_newest_first_and_no_other_users()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        ApiClient other = await api.UserWithAsync(100_000_000);
        await other.CreatePayoutAsync();
        Guid sent = await user.CreatePayoutAsync(10_000_001);
        string hash = await Given.SentAsync(api.Database, sent);
        Guid requested = await user.CreatePayoutAsync(25_000_000, "=1+1");

        string[] lines = (await user.GetAsync(Path)).Text.Split("\r\n");

        lines.Length.ShouldBe(4);
        lines[1]
            .ShouldStartWith(
                $"{requested},requested,25000000,25.000000,USDC,solana,\"{Given.SolanaAddress}\",,20"
            );
        lines[1].ShouldEndWith("Z,,,\"'=1+1\"");
        lines[2]
            .ShouldStartWith(
                $"{sent},sent,10000001,10.000001,USDC,solana,\"{Given.SolanaAddress}\",\"{hash}\",20"
            );
        lines[3].ShouldBe("");
    }

    [Fact]
    public async Task The_lists_filters_hold_and_its_pages_do_not()
    {
        ApiClient user = await api.UserWithAsync(1_000_000_000);
        for (int i = 0; i < 60; i++)
            await user.CreatePayoutAsync(10_000_000);
        Guid cancelled = await user.CreatePayoutAsync(10_000_000);
        await user.PostAsync($"/v1/referrals/payouts/{cancelled}/cancel");

        (await LinesAsync(user, "?limit=1&offset=7")).ShouldBe(61);
        (await LinesAsync(user, "?status=cancelled")).ShouldBe(1);
        (await LinesAsync(user, "?network=polygon")).ShouldBe(0);
        (await LinesAsync(user, "?from=nonsense")).ShouldBe(0);
    }

    [Fact]
    public async Task A_note_of_an_operator_cannot_run_in_a_spreadsheet_nor_break_a_line()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        string body = JsonSerializer.Serialize(
            new { reason = "@SUM(A1)\r\n\"x\",y", internal_note = "secret" }
        );
        (
            await api.Operator.PostAsync($"/v1/admin/referrals/payouts/{id}/failed", body)
        ).ShouldBeOk();

        ApiAnswer answer = await user.GetAsync(Path);

        answer.Text.ShouldEndWith(",\"'@SUM(A1)\r\n\"\"x\"\",y\",\r\n");
        answer.Text.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a,b;c", "\"a,b;c\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\n=x", "\"'\n=x\"")]
    [InlineData("  =x", "\"'  =x\"")]
    [InlineData("＝x", "\"'＝x\"")]
    [InlineData("a=1", "\"a=1\"")]
    public void A_text_is_quoted_and_never_a_formula(string? text, string cell) =>
        Csv.Text(text).ShouldBe(cell);

    private static async Task<int> LinesAsync(ApiClient user, string query)
    {
        string text = (await user.GetAsync(Path + query)).Text;
        text.ShouldStartWith(Header);
        return text.Split("\r\n").Length - 2;
    }
}

using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class OptionSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts/options";

    [Fact]
    public async Task Each_network_tells_its_terms()
    {
        ApiClient user = await api.UserWithAsync(0);

        ApiAnswer answer = await user.GetAsync(Path);

        answer.Text.ShouldBe(
            """{"asset":"USDC","networks":[{"network":"polygon","enabled":true,"min_micro":10000000,"max_micro":1000000000,"fee_micro":0,"typical_seconds":120,"address_hint":"A Polygon address is 0x and 40 hexadecimal digits."},{"network":"solana","enabled":true,"min_micro":10000000,"fee_micro":0,"typical_seconds":60,"address_hint":"A Solana address has 32 to 44 letters and digits, without 0, O, I and l.","explorer_tx_url":"https://explorer.example/tx/{tx_hash}"}]}"""
        );
    }

    [Theory]
    [InlineData("all", true, true)]
    [InlineData("solana", false, true)]
    [InlineData("ethereum", false, false)]
    public async Task A_pause_is_told_without_the_operators_words(
        string scope,
        bool polygon,
        bool solana
    )
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Networks:ethereum:Kind", "evm"),
            ("Networks:ethereum:Token", ApiServer.PolygonToken),
            ("Networks:ethereum:Wallet", ApiServer.PolygonWallet)
        );
        ApiClient user = await Given.UserAsync(server, 0);
        var admin = new ApiClient(server) { AdminToken = ApiServer.AdminToken };
        await admin.PostAsync(
            "/v1/admin/system/pause",
            $$"""{"scope":"{{scope}}","reason":"secret"}"""
        );

        ApiAnswer answer = await user.GetAsync(Path);
        await admin.PostAsync("/v1/admin/system/resume", $$"""{"scope":"{{scope}}"}""");
        ApiAnswer resumed = await user.GetAsync(Path);

        ShouldBePaused(answer, "polygon", polygon);
        ShouldBePaused(answer, "solana", solana);
        answer.Text.ShouldNotContain("secret");
        ShouldBePaused(resumed, "solana", false);
    }

    private static void ShouldBePaused(ApiAnswer answer, string name, bool isPaused)
    {
        JsonNode network = answer.Json["networks"]!
            .AsArray()
            .Single(n => (string)n!["network"]! == name)!;
        ((bool)network["enabled"]!).ShouldBe(!isPaused);
        (network["paused_reason"] is not null).ShouldBe(isPaused);
    }
}

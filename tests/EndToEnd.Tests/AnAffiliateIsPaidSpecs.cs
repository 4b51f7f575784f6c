using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Settlement.Payouts.Auditing;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

/// <summary>An affiliate with a wallet is paid on a chain, and its payout is marked as paid with the hash.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class AnAffiliateIsPaidSpecs(SettlementSystem system) : IDisposable
{
    private const long Cents = 1_234;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ApiClient _finance = system.Finance();
    private readonly string _affiliate = $"affiliate-{Guid.NewGuid():N}";

    public static TheoryData<string> NetworkNames => [.. DevNetworks.Names];

    public void Dispose() => _finance.Dispose();

    [Theory]
    [MemberData(nameof(NetworkNames))]
    public async Task It_arrives_to_the_cent_and_is_marked_with_its_hash(string network)
    {
        await system.EnsureWorkersAsync(1);
        string address = DevNetworks.FreshAddress(network);
        string payout = await ApprovedAsync(network, address);

        await PostAsync($"v1/admin/payouts/{payout}/pay");
        JsonNode paid = await FollowAsync(payout, p => (string?)p["status"] == "paid");

        (await DevNetworks.BalanceAsync(network, address)).ShouldBe((BigInteger)(Cents * 10_000));
        JsonNode chain = paid["chain_payouts"]!.AsArray().Single()!;
        ((string?)paid["external_ref"]).ShouldNotBeNullOrEmpty();
        ((string?)chain["tx_hash"]).ShouldBe((string?)paid["external_ref"]);
        ((string?)chain["outcome"]).ShouldBe("paid");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_cannot_arrive_is_payable_again_to_another_wallet()
    {
        const string network = "polygon";
        await system.EnsureWorkersAsync(1);
        string blocked = DevNetworks.FreshAddress(network);
        await DevNetworks.BlacklistAsync(network, blocked);
        string payout = await ApprovedAsync(network, blocked);

        await PostAsync($"v1/admin/payouts/{payout}/pay");
        JsonNode failed = await FollowAsync(
            payout,
            p => (string?)p["chain_payouts"]![0]!["outcome"] == "not_paid"
        );
        string address = DevNetworks.FreshAddress(network);
        await TellAsync(network, address);
        await PostAsync($"v1/admin/payouts/{payout}/pay");
        await FollowAsync(payout, p => (string?)p["status"] == "paid");

        ((string?)failed["status"]).ShouldBe("approved");
        (await DevNetworks.BalanceAsync(network, blocked)).ShouldBe(BigInteger.Zero);
        (await DevNetworks.BalanceAsync(network, address)).ShouldBe((BigInteger)(Cents * 10_000));
        await ShouldBeSoundAsync();
    }

    private async Task<string> ApprovedAsync(string network, string address)
    {
        await PostAsync(
            "v1/commissions",
            new
            {
                affiliate_id = _affiliate,
                currency = "USD",
                amount_cents = Cents.ToString(CultureInfo.InvariantCulture),
                source_event_id = $"{_affiliate}-sale",
                earned_at = "2026-01-10T00:00:00Z",
            }
        );
        await TellAsync(network, address);
        JsonNode created = await PostAsync(
            "v1/payouts",
            new
            {
                affiliate_id = _affiliate,
                period_start = "2026-01-01T00:00:00Z",
                period_end = "2026-02-01T00:00:00Z",
            }
        );
        var id = (string)created["id"]!;
        await PostAsync($"v1/admin/payouts/{id}/approve");
        return id;
    }

    private Task<JsonNode> TellAsync(string network, string address) =>
        PostAsync(
            "v1/affiliates/payees",
            new
            {
                affiliate_id = _affiliate,
                network,
                address,
            }
        );

    private Task<JsonNode> PostAsync(string path, object? body = null) =>
        _finance.CallAsync(HttpMethod.Post, path, body ?? new { });

    private async Task<JsonNode> FollowAsync(string payout, Func<JsonNode, bool> isThere)
    {
        JsonNode shown = new JsonObject();
        await Waiting.UntilAsync(
            $"payout {payout} is where it should be",
            s_patience,
            async () =>
            {
                shown = await _finance.CallAsync(HttpMethod.Get, $"v1/admin/payouts/{payout}");
                return isThere(shown);
            }
        );
        return shown;
    }

    private async Task ShouldBeSoundAsync() =>
        (await new LedgerAudit(system.Database.App).RunAsync(default)).Violations.ShouldBeEmpty();
}

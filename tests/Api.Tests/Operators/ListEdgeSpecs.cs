using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>The operators' list where payouts are equal, paused, above the threshold, or asked for with blanks and in another case.</summary>
public sealed class ListEdgeSpecs : IAsyncLifetime
{
    private const string List = "/v1/admin/referrals/payouts";
    private readonly PostgresDatabase _database = new();
    private ApiServer _api = null!;

    private ApiClient Operator => new(_api) { AdminToken = ApiServer.AdminToken };

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _api = await ApiServer.StartAsync(
            _database,
            ("Operations:ApprovalThresholdMicro", "30000000")
        );
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("requested_at")]
    [InlineData("-requested_at")]
    [InlineData("amount_micro")]
    [InlineData("-amount_micro")]
    public async Task Among_equals_the_id_decides_and_no_page_repeats_or_leaves_out(string sort)
    {
        ApiClient user = await Given.UserAsync(_api, 1_000_000_000);
        var payouts = new List<Guid>();
        for (int i = 0; i < 5; i++)
        {
            Guid payout = await user.CreatePayoutAsync(10_000_000);
            await Given.RequestedAtAsync(_database, payout, "2026-01-01T00:00:00Z");
            payouts.Add(payout);
        }

        var read = new List<Guid>();
        string? cursor = "";
        while (cursor is not null)
        {
            ApiAnswer page = await Operator.GetAsync($"{List}?sort={sort}&limit=2&cursor={cursor}");
            read.AddRange(Ids(page));
            cursor = (string?)page.Json["next_cursor"];
        }

        IEnumerable<Guid> byId = payouts.OrderBy(id => $"{id}", StringComparer.Ordinal);
        read.ShouldBe(sort[0] == '-' ? byId.Reverse() : byId);
    }

    [Fact]
    public async Task Blanks_around_a_text_and_the_case_of_a_hash_do_not_matter()
    {
        ApiClient user = await Given.UserAsync(_api, 100_000_000);
        Guid payout = await user.CreatePayoutAsync();
        string hash = await Given.SentAsync(_database, payout);
        Guid byHand = await user.CreatePayoutAsync();
        await Operator.PostAsync($"{List}/{byHand}/sent", """{"tx_hash":"0xabc"}""");
        Guid other = await user.CreatePayoutAsync();

        (await IdsAsync($"tx_hash=%20{hash}%20")).ShouldBe([payout]);
        (await IdsAsync($"q=%20{hash}%20")).ShouldBe([payout]);
        (await IdsAsync("tx_hash=0xABC")).ShouldBe([byHand]);
        (await IdsAsync("tx_hash=0xabc")).ShouldBe([byHand]);
        (await IdsAsync($"address=%20{Given.SolanaAddress}%20")).ShouldBe([other, byHand, payout]);
        (await IdsAsync("q=%25")).ShouldBeEmpty();
        (await IdsAsync("q=_")).ShouldBeEmpty();
        (await IdsAsync($"q={$"{payout}"[..3]}")).ShouldBeEmpty();
        (await IdsAsync($"q={$"{payout}"[..4]}")).ShouldBe([other, byHand, payout]);
        (await IdsAsync($"q={$"{payout}"[..35]}")).ShouldBe([payout]);
        (await IdsAsync($"q={hash.ToUpperInvariant()}")).ShouldBe([payout]);
        (await IdsAsync($"tx_hash={hash.ToUpperInvariant()}")).ShouldBe([payout]);
    }

    [Fact]
    public async Task What_a_pause_or_the_threshold_keeps_back_is_found_by_the_stage_that_is_shown()
    {
        ApiClient user = await Given.UserAsync(_api, 1_000_000_000);
        Guid solana = await user.CreatePayoutAsync(10_000_000);
        Guid polygon = (Guid)
            (
                await user.PostAsync(
                    "/v1/referrals/payouts",
                    Given.CreateBody(10_000_000, "polygon", Given.PolygonAddress)
                )
            ).Json["id"]!;
        Guid large = await user.CreatePayoutAsync(30_000_001);
        Guid parked = await user.CreatePayoutAsync(10_000_000);
        await Given.ParkedAsync(_database, parked, ParkReason.AssetPaused);
        await Operator.PostAsync(
            "/v1/admin/system/pause",
            """{"scope":"polygon","reason":"maintenance"}"""
        );
        await Given.ScalarAsync<long>(
            _database,
            "WITH l AS (UPDATE payouts SET due_at = now() - interval '1 hour' WHERE id = $1 RETURNING 1) SELECT count(*) FROM l",
            large
        );

        (await IdsAsync("stage=queued")).ShouldBe([solana]);
        (await IdsAsync("stage=on_hold")).ShouldBe([parked, polygon]);
        (await IdsAsync("stage=awaiting_approval")).ShouldBe([large]);
        (await IdsAsync("stuck=true")).ShouldBeEmpty();
        JsonNode open = (await Operator.GetAsync($"{List}/summary")).Json["open"]!;
        ((long)open["parked"]!).ShouldBe(1);
        ((long)open["awaiting_approval"]!).ShouldBe(1);
        ((long)open["stuck"]!).ShouldBe(0);
        ((long)open["held"]!).ShouldBe(0);
    }

    private async Task<List<Guid>> IdsAsync(string query) =>
        Ids(await Operator.GetAsync($"{List}?{query}"));

    private static List<Guid> Ids(ApiAnswer answer) =>
        answer.Json["items"]!.AsArray().Select(i => (Guid)i!["payout"]!["id"]!).ToList();
}

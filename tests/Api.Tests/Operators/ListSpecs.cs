using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>The list of operators: every filter alone and together, search, order, pages, and what it adds up to.</summary>
public sealed class ListSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string List = "/v1/admin/referrals/payouts";

    [Fact]
    public async Task Filters_narrow_alone_and_together()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid small = await user.CreatePayoutAsync(10_000_000);
        Guid large = await user.CreatePayoutAsync(40_000_000);
        Guid failed = await user.CreatePayoutAsync(20_000_000);
        await api.Operator.PostAsync($"{List}/{failed}/failed");
        string own = $"user_id={user.UserId}";

        (await IdsAsync($"{own}&sort=amount_micro")).ShouldBe([small, failed, large]);
        (await IdsAsync($"{own}&sort=-amount_micro")).ShouldBe([large, failed, small]);
        (await IdsAsync($"{own}&sort=requested_at")).ShouldBe([small, large, failed]);
        (await IdsAsync($"{own}&sort=nonsense")).ShouldBe([failed, large, small]);
        (await IdsAsync($"{own}&status=failed")).ShouldBe([failed]);
        (await IdsAsync($"{own}&status=FAILED,requested&amount_max=20000000")).ShouldBe([
            failed,
            small,
        ]);
        (await IdsAsync($"{own}&amount_min=20000001")).ShouldBe([large]);
        (await IdsAsync($"{own}&amount_min=20000000")).ShouldBe([failed, large]);
        (await IdsAsync($"{own}&amount_max=19999999")).ShouldBe([small]);
        (await IdsAsync($"{own}&network=Solana,polygon")).Count.ShouldBe(3);
        (await IdsAsync($"{own}&network=polygon")).ShouldBeEmpty();
        (await IdsAsync($"{own}&to=2001-01-01")).ShouldBeEmpty();
        (await IdsAsync($"{own}&from=2001-01-01")).Count.ShouldBe(3);
        (await IdsAsync($"{own}&stage=done")).ShouldBe([failed]);
        (await IdsAsync($"{own}&stage=queued,done")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_time_is_read_from_and_before()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid first = await user.CreatePayoutAsync(10_000_000);
        Guid second = await user.CreatePayoutAsync(10_000_000);
        await Given.RequestedAtAsync(api.Database, first, "2026-01-01T00:00:00Z");
        await Given.RequestedAtAsync(api.Database, second, "2026-01-02T00:00:00Z");
        string own = $"user_id={user.UserId}";

        (await IdsAsync($"{own}&from=2026-01-02T00:00:00Z")).ShouldBe([second]);
        (await IdsAsync($"{own}&from=2026-01-02T00:00:00.000001Z")).ShouldBeEmpty();
        (await IdsAsync($"{own}&to=2026-01-02T00:00:00Z")).ShouldBe([first]);
        (await IdsAsync($"{own}&to=2026-01-02T00:00:00.000001Z")).ShouldBe([second, first]);
    }

    [Fact]
    public async Task What_is_open_for_long_is_stuck_and_what_has_ended_is_neither_stuck_nor_held()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid fresh = await user.CreatePayoutAsync(10_000_000);
        Guid old = await user.CreatePayoutAsync(10_000_000);
        Guid held = await user.CreatePayoutAsync(10_000_000);
        Guid ended = await user.CreatePayoutAsync(10_000_000);
        foreach (Guid payout in new[] { held, ended })
            await api.Operator.PostAsync($"{List}/{payout}/hold", """{"reason":"r"}""");
        await api.Operator.PostAsync($"{List}/{ended}/failed");
        Guid failed = await user.CreatePayoutAsync(10_000_000);
        await api.Operator.PostAsync($"{List}/{failed}/failed");
        foreach (Guid payout in new[] { old, held, failed })
            await Given.RequestedAtAsync(api.Database, payout, "2026-01-01T00:00:00Z");
        string own = $"user_id={user.UserId}";

        (await IdsAsync($"{own}&stuck=true")).ShouldBe([old]);
        (await IdsAsync($"{own}&held=true")).ShouldBe([held]);
        fresh.ShouldNotBe(old);
    }

    [Theory]
    [InlineData("status=lost")]
    [InlineData("stage=lost")]
    [InlineData("network=dogecoin")]
    [InlineData("user_id=x")]
    [InlineData("address=nowhere")]
    [InlineData("tx_hash=nothing")]
    [InlineData("amount_min=10.5")]
    [InlineData("amount_max=-1")]
    [InlineData("amount_min=99999999999999999999")]
    [InlineData("from=tomorrow")]
    [InlineData("cursor=x")]
    [InlineData("q=nothing-like-it")]
    [InlineData("q=%00")]
    [InlineData("q=99999999999999999999")]
    public async Task A_filter_that_nothing_matches_is_no_error(string filter)
    {
        await PayoutAsync();

        ApiAnswer answer = await api.Operator.GetAsync($"{List}?{filter}&total=true");

        answer.Text.ShouldBe("""{"items":[],"total":0}""");
    }

    [Fact]
    public async Task One_box_finds_a_payout_by_whatever_is_known_of_it()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid payout = await user.CreatePayoutAsync();
        string hash = await Given.SentAsync(api.Database, payout);
        Guid byHand = await user.CreatePayoutAsync();
        await api.Operator.PostAsync(
            $"{List}/{byHand}/sent",
            $$"""{"tx_hash":"0xby-hand-{{byHand}}"}"""
        );
        long number = await Given.ScalarAsync<long>(
            api.Database,
            "SELECT number FROM payouts WHERE id = $1",
            payout
        );

        foreach (
            string text in new[]
            {
                $"{payout}",
                $"{payout}".ToUpperInvariant(),
                $"{payout}"[..30],
                hash,
                $"{number}",
                $" {payout} ",
            }
        )
        {
            (await IdsAsync($"q={Uri.EscapeDataString(text)}")).ShouldBe([payout], text);
        }
        (await IdsAsync($"q={user.UserId}")).ShouldBe([byHand, payout]);
        (await IdsAsync($"q=0xBY-HAND-{byHand}")).ShouldBe([byHand]);
        (await IdsAsync($"q=0xby-hand-{byHand}")).ShouldBe([byHand]);
        (await IdsAsync($"tx_hash={hash}")).ShouldBe([payout]);
        (
            await IdsAsync($"q={Given.SolanaAddress.ToLowerInvariant()}&user_id={user.UserId}")
        ).Count.ShouldBe(2);
        (await IdsAsync($"address={Given.SolanaAddress}&user_id={user.UserId}")).Count.ShouldBe(2);
        (
            await IdsAsync(
                $"address={Given.SolanaAddress.ToUpperInvariant()}&user_id={user.UserId}"
            )
        ).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_stage_that_is_asked_for_is_the_stage_that_is_shown()
    {
        Guid requested = await PayoutAsync();
        Guid claimed = await PayoutAsync();
        await Given.ClaimedAsync(api.Database, claimed);
        Guid broadcast = await PayoutAsync();
        await Given.InFlightAsync(api.Database, broadcast);
        Guid confirming = await PayoutAsync();
        await Given.ObservedAsync(
            api.Database,
            await Given.InFlightAsync(api.Database, confirming)
        );
        Guid contradicted = await PayoutAsync();
        await Given.ObservedAsync(
            api.Database,
            await Given.InFlightAsync(api.Database, contradicted),
            "contradiction: x"
        );
        Guid held = await PayoutAsync();
        await api.Operator.PostAsync($"{List}/{held}/hold", """{"reason":"r"}""");
        List<Guid> payouts = [requested, claimed, broadcast, confirming, contradicted, held];
        foreach (ParkReason reason in Enum.GetValues<ParkReason>())
        {
            Guid parked = await PayoutAsync();
            await Given.ParkedAsync(api.Database, parked, reason);
            payouts.Add(parked);
        }

        foreach (Guid payout in payouts)
        {
            string shown = (string)
                (await api.Operator.GetAsync($"{List}/{payout}")).Json["payout"]!["stage"]!;
            (await IdsAsync($"q={payout}&stage={shown}")).ShouldBe([payout], shown);
            (await IdsAsync($"q={payout}&stage=done")).ShouldBeEmpty(shown);
        }
    }

    [Fact]
    public async Task Every_order_is_read_page_by_page_without_gap_or_repetition()
    {
        ApiClient user = await api.UserWithAsync(1_000_000_000);
        for (int i = 0; i < 7; i++)
            await user.CreatePayoutAsync(10_000_000 + (i % 3 * 1_000_000));

        foreach (
            string sort in new[]
            {
                "requested_at",
                "-requested_at",
                "amount_micro",
                "-amount_micro",
            }
        )
        {
            List<Guid> all = await IdsAsync($"user_id={user.UserId}&sort={sort}");
            var read = new List<Guid>();
            string? cursor = "";
            while (cursor is not null)
            {
                ApiAnswer page = await api.Operator.GetAsync(
                    $"{List}?user_id={user.UserId}&sort={sort}&limit=3&cursor={cursor}&total=1"
                );
                ((long)page.Json["total"]!).ShouldBe(7);
                read.AddRange(Ids(page));
                cursor = (string?)page.Json["next_cursor"];
            }
            read.ShouldBe(all, sort);
            (await IdsAsync($"user_id={user.UserId}&sort={sort}&limit=2&offset=3")).ShouldBe(
                all.Skip(3).Take(2)
            );
        }
    }

    [Fact]
    public async Task What_is_stuck_and_what_is_held_are_told_apart()
    {
        await using var own = new OwnApi();
        await own.InitializeAsync();
        ApiClient user = await Given.UserAsync(own.Server, 100_000_000);
        Guid fresh = await user.CreatePayoutAsync(10_000_000);
        Guid untouched = await user.CreatePayoutAsync(10_000_000);
        Guid held = await user.CreatePayoutAsync(10_000_000);
        await own.Operator.PostAsync($"{List}/{held}/hold", """{"reason":"r"}""");
        await Given.ScalarAsync<long>(
            own.Database,
            "WITH l AS (UPDATE payouts SET due_at = now() - interval '1 hour' WHERE id = ANY ($1) RETURNING 1) SELECT count(*) FROM l",
            new[] { untouched, held }
        );

        ApiAnswer stuck = await own.Operator.GetAsync($"{List}?stuck=true");
        ApiAnswer onHold = await own.Operator.GetAsync($"{List}?held=true");
        JsonNode summary = (await own.Operator.GetAsync($"{List}/summary")).Json;

        Ids(stuck).ShouldBe([untouched]);
        Ids(onHold).ShouldBe([held]);
        ((string)onHold.Json["items"]![0]!["hold"]!["reason"]!).ShouldBe("r");
        ((string)onHold.Json["items"]![0]!["hold"]!["by"]!).ShouldBe("operator");
        ((long)summary["open"]!["count"]!).ShouldBe(3);
        ((long)summary["open"]!["stuck"]!).ShouldBe(1);
        ((long)summary["open"]!["held"]!).ShouldBe(1);
        ((long)summary["open"]!["due"]!).ShouldBe(2);
        ((long)summary["open"]!["queue_depth"]!).ShouldBe(2);
        ((long)summary["open"]!["oldest_age_seconds"]!).ShouldBeGreaterThanOrEqualTo(0);
        fresh.ShouldNotBe(untouched);
    }

    [Fact]
    public async Task The_queue_is_what_is_due_and_was_never_taken_up()
    {
        await using var own = new OwnApi();
        await own.InitializeAsync();
        ApiClient user = await Given.UserAsync(own.Server, 100_000_000);
        await user.CreatePayoutAsync(10_000_000);
        Guid later = await user.CreatePayoutAsync(10_000_000);
        Guid held = await user.CreatePayoutAsync(10_000_000);
        Guid taken = await user.CreatePayoutAsync(10_000_000);
        await own.Operator.PostAsync($"{List}/{held}/hold", """{"reason":"r"}""");
        await Given.ClaimedAsync(own.Database, taken);
        await DueAsync(own.Database, later, "1 hour");
        await DueAsync(own.Database, taken, "-1 second");

        JsonNode open = (await own.Operator.GetAsync($"{List}/summary")).Json["open"]!;

        ((long)open["queue_depth"]!).ShouldBe(1);
        ((long)open["due"]!).ShouldBe(2);
    }

    [Fact]
    public async Task The_summary_counts_and_sums_by_network_and_status()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        await user.CreatePayoutAsync(10_000_000);
        await user.CreatePayoutAsync(15_000_000);
        Guid sent = await user.CreatePayoutAsync(20_000_000);
        await Given.SentAsync(api.Database, sent);

        JsonNode summary = (
            await api.Operator.GetAsync($"{List}/summary?user_id={user.UserId}")
        ).Json;

        summary["items"]!
            .ToJsonString()
            .ShouldBe(
                """[{"network":"solana","status":"requested","count":2,"amount_micro":25000000},{"network":"solana","status":"sent","count":1,"amount_micro":20000000}]"""
            );
        ((long)summary["open"]!["amount_micro"]!).ShouldBe(25_000_000);
    }

    private static Task<long> DueAsync(PostgresDatabase database, Guid payout, string after) =>
        Given.ScalarAsync<long>(
            database,
            $"WITH l AS (UPDATE payouts SET due_at = now() + interval '{after}' WHERE id = $1 RETURNING 1) SELECT count(*) FROM l",
            payout
        );

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();

    private async Task<List<Guid>> IdsAsync(string query) =>
        Ids(await api.Operator.GetAsync($"{List}?{query}"));

    private static List<Guid> Ids(ApiAnswer answer) =>
        answer.Json["items"]!.AsArray().Select(i => (Guid)i!["payout"]!["id"]!).ToList();

    /// <summary>A database whose payouts concern nobody else.</summary>
    private sealed class OwnApi : IAsyncDisposable
    {
        private readonly ApiFixture _fixture = new();

        public ApiServer Server => _fixture.Server;
        public ApiClient Operator => _fixture.Operator;
        public TestKit.PostgresDatabase Database => _fixture.Database;

        public Task InitializeAsync() => _fixture.InitializeAsync();

        public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();
    }
}

using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

public sealed class AuditSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Audit = "/v1/admin/audit";

    [Fact]
    public async Task What_was_done_to_a_payout_is_told_with_who_why_and_from_where_to_where()
    {
        Guid payout = await PayoutAsync();

        (
            await api.Operator.PostAsync(
                $"/v1/admin/referrals/payouts/{payout}/failed",
                """{"reason":"wrong wallet"}""",
                ("X-Operator", "Ada"),
                ("X-Request-Id", "r-1")
            )
        ).ShouldBeOk();

        JsonNode entry = (await api.Operator.GetAsync($"{Audit}?payout={payout}")).Json["items"]!
            .AsArray()
            .ShouldHaveSingleItem()!;
        ((string)entry["actor"]!).ShouldBe("operator:Ada (unverified)");
        ((string)entry["action"]!).ShouldBe("failed");
        ((string)entry["target_kind"]!).ShouldBe("payout");
        ((string)entry["target"]!).ShouldBe($"{payout}");
        ((string)entry["from_status"]!).ShouldBe("requested");
        ((string)entry["to_status"]!).ShouldBe("failed");
        ((string)entry["reason"]!).ShouldBe("wrong wallet");
        ((string)entry["request_id"]!).ShouldBe("r-1");
    }

    [Fact]
    public async Task What_a_user_or_worker_does_is_no_operators_act()
    {
        Guid payout = await PayoutAsync();
        await Given.SentAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.GetAsync($"{Audit}?payout={payout}");

        answer.Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Rewards_switches_and_tokens_are_in_the_trail()
    {
        string request = $"r-{Guid.NewGuid()}";
        var user = Guid.NewGuid();

        await api.Operator.PostAsync(
            "/v1/admin/referrals/rewards",
            $$"""{"user_id":"{{user}}","amount_micro":7,"source_event_id":"{{request}}"}""",
            ("X-Request-Id", request)
        );
        await api.Operator.PostAsync(
            "/v1/admin/system/pause",
            $$"""{"scope":"polygon","reason":"{{request}}"}""",
            ("X-Request-Id", request)
        );
        await api.Operator.PostAsync(
            "/v1/admin/tokens",
            """{"name":"zoe","scopes":["system"]}""",
            ("X-Request-Id", request)
        );

        JsonArray items = (await api.Operator.GetAsync($"{Audit}?request_id={request}")).Json[
            "items"
        ]!.AsArray();
        items
            .Select(i => $"{(string)i!["action"]!} {(string)i["target_kind"]!}")
            .ShouldBe(["token_created token", "paused scope", "reward_recorded user"]);
        ((string)items[2]!["target"]!).ShouldBe($"{user}");
        ((long)items[2]!["detail"]!["amount_micro"]!).ShouldBe(7);
    }

    [Fact]
    public async Task The_trail_is_read_page_by_page_without_gap_or_repetition()
    {
        string actor = $"{Guid.NewGuid():N}";
        for (int i = 0; i < 7; i++)
        {
            await api.Operator.PostAsync(
                $"/v1/admin/referrals/payouts/{await PayoutAsync()}/failed",
                null,
                ("X-Operator", actor)
            );
            await api.Operator.PostAsync(
                "/v1/admin/system/pause",
                $$"""{"scope":"polygon","reason":"{{i}}"}""",
                ("X-Operator", actor)
            );
        }

        var read = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            ApiAnswer page = await api.Operator.GetAsync(
                $"{Audit}?actor={actor}&limit=3&cursor={cursor}"
            );
            read.AddRange(page.Json["items"]!.AsArray().Select(i => i!.ToJsonString()));
            cursor = (string?)page.Json["next_cursor"];
        }

        read.Count.ShouldBe(14);
        read.ShouldBeUnique();
        ApiAnswer all = await api.Operator.GetAsync($"{Audit}?actor={actor}&limit=200");
        read.ShouldBe(all.Json["items"]!.AsArray().Select(i => i!.ToJsonString()));
    }

    [Theory]
    [InlineData("actor=nobody")]
    [InlineData("action=nothing")]
    [InlineData("payout=x")]
    [InlineData("target=9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f")]
    [InlineData("from=tomorrow")]
    [InlineData("from=2999-01-01")]
    [InlineData("to=2001-01-01T00:00:00Z")]
    [InlineData("cursor=x")]
    [InlineData("cursor=%00")]
    [InlineData("cursor=MQ")]
    public async Task A_filter_that_nothing_matches_is_no_error(string filter)
    {
        await PayoutAsync();

        ApiAnswer answer = await api.Operator.GetAsync($"{Audit}?{filter}");

        answer.Text.ShouldBe("""{"items":[]}""");
    }

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();
}

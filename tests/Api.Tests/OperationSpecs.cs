using System.Text.Json.Nodes;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Rewards, pauses and health: what concerns no single payout.</summary>
public sealed class OperationSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Rewards = "/v1/admin/referrals/rewards";
    private const string Pause = "/v1/admin/system/pause";
    private const string Resume = "/v1/admin/system/resume";

    [Fact]
    public async Task An_event_counts_once()
    {
        ApiClient user = await api.UserWithAsync(0);
        string body = Reward(user.UserId, 5_000_000, "event-1");

        ApiAnswer created = await api.Operator.PostAsync(Rewards, body);
        ApiAnswer again = await api.Operator.PostAsync(Rewards, body);
        ApiAnswer other = await api.Operator.PostAsync(
            Rewards,
            Reward(user.UserId, 5_000_001, "event-1")
        );

        ((int)created.Status).ShouldBe(201, created.Text);
        ((int)again.Status).ShouldBe(200);
        again.Text.ShouldBe(created.Text);
        created.Names.ShouldBe(["ok", "reward_id"]);
        other.ShouldBeError(409, "duplicate_event_mismatch");
        ((Guid)other.Json["reward_id"]!).ShouldBe((Guid)created.Json["reward_id"]!);
        (
            (long)(await user.GetAsync("/v1/referrals/me")).Json["balance"]!["available_micro"]!
        ).ShouldBe(5_000_000);
    }

    [Fact]
    public async Task A_reward_may_unlock_later_and_a_reversal_takes_back()
    {
        ApiClient user = await api.UserWithAsync(20_000_000);

        ApiAnswer later = await api.Operator.PostAsync(
            Rewards,
            Reward(
                user.UserId,
                7_000_000,
                $"{Guid.NewGuid()}",
                ("unlock_at", "2999-01-02T03:04:05.123+02:00"),
                ("note", "n")
            )
        );
        ApiAnswer back = await api.Operator.PostAsync(
            Rewards,
            Reward(user.UserId, 1_000_000, $"{Guid.NewGuid()}", ("kind", "reversal"))
        );

        ((int)later.Status).ShouldBe(201, later.Text);
        ((int)back.Status).ShouldBe(201, back.Text);
        JsonNode balance = (await user.GetAsync("/v1/referrals/me")).Json["balance"]!;
        ((long)balance["pending_micro"]!).ShouldBe(7_000_000);
        ((long)balance["available_micro"]!).ShouldBe(19_000_000);
    }

    [Theory]
    [InlineData("user_id", null)]
    [InlineData("user_id", "\"x\"")]
    [InlineData("user_id", "7")]
    [InlineData("amount_micro", null)]
    [InlineData("amount_micro", "0")]
    [InlineData("amount_micro", "-1")]
    [InlineData("amount_micro", "1.0")]
    [InlineData("amount_micro", "1000000000000001")]
    [InlineData("amount_micro", "\"1\"")]
    [InlineData("source_event_id", null)]
    [InlineData("source_event_id", "\"\"")]
    [InlineData("source_event_id", "\" \"")]
    [InlineData("source_event_id", "7")]
    [InlineData("unlock_at", "\"tomorrow\"")]
    [InlineData("unlock_at", "\"2026-01-02T03:04:05\"")]
    [InlineData("unlock_at", "\"2026-01-02\"")]
    [InlineData("unlock_at", "7")]
    [InlineData("kind", "\"gift\"")]
    [InlineData("kind", "7")]
    [InlineData("note", "7")]
    public async Task A_malformed_field_of_a_reward_is_named(string field, string? json)
    {
        JsonNode body = JsonNode.Parse(Reward(Guid.NewGuid(), 5_000_000, $"{Guid.NewGuid()}"))!;
        body[field] = json is null ? null : JsonNode.Parse(json);

        ApiAnswer answer = await api.Operator.PostAsync(Rewards, body.ToJsonString());

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task A_source_event_id_may_have_200_characters_and_not_201()
    {
        (
            (int)
                (
                    await api.Operator.PostAsync(
                        Rewards,
                        Reward(Guid.NewGuid(), 1, new string('e', 200))
                    )
                ).Status
        ).ShouldBe(201);
        (
            await api.Operator.PostAsync(Rewards, Reward(Guid.NewGuid(), 1, new string('e', 201)))
        ).ShouldBeError(400, "invalid_args");
    }

    [Fact]
    public async Task A_pause_holds_what_waits_and_still_accepts()
    {
        await using var own = await OwnAsync();
        ApiClient user = await Given.UserAsync(own.Server, 50_000_000);
        Guid before = await user.CreatePayoutAsync(10_000_000);

        ApiAnswer paused = await own.Operator.PostAsync(
            Pause,
            """{"scope":"Solana","reason":"incident 7"}""",
            ("X-Operator", "Ada")
        );
        Guid during = await user.CreatePayoutAsync(10_000_000);
        string[] stages = [await StageAsync(user, before), await StageAsync(user, during)];
        ApiAnswer resumed = await own.Operator.PostAsync(Resume, """{"scope":"solana"}""");

        ((int)paused.Status).ShouldBe(200, paused.Text);
        ((bool)paused.Json["ok"]!).ShouldBeTrue();
        ((string)paused.Json["pauses"]![0]!["scope"]!).ShouldBe("solana");
        ((string)paused.Json["pauses"]![0]!["paused_by"]!).ShouldBe("operator:Ada (unverified)");
        stages.ShouldBe(["on_hold", "on_hold"]);
        resumed.Text.ShouldBe("""{"ok":true,"pauses":[]}""");
        (await StageAsync(user, before)).ShouldBe("queued");
    }

    [Fact]
    public async Task Pausing_and_resuming_twice_is_fine_and_each_change_is_audited_once()
    {
        await using var own = await OwnAsync();

        for (int i = 0; i < 2; i++)
        {
            (
                (int)
                    (
                        await own.Operator.PostAsync(
                            Pause,
                            """{"scope":"all","reason":"r"}""",
                            ("X-Request-Id", "q")
                        )
                    ).Status
            ).ShouldBe(200);
        }

        for (int i = 0; i < 2; i++)
        {
            (
                (int)
                    (
                        await own.Operator.PostAsync(Resume, """{"scope":"ALL","reason":"over"}""")
                    ).Status
            ).ShouldBe(200);
        }

        string audit = await Given.ScalarAsync<string>(
            own.Database,
            "SELECT string_agg(action || ' ' || target || ' ' || reason || ' ' || coalesce(request_id, ''), ', ' ORDER BY id) FROM audit_log"
        );
        audit.ShouldStartWith("paused all r q, resumed all over req_");
        audit.Split(", ").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"reason":"r"}""", "scope")]
    [InlineData("""{"scope":"dogecoin","reason":"r"}""", "scope")]
    [InlineData("""{"scope":7,"reason":"r"}""", "scope")]
    [InlineData("""{"scope":"all"}""", "reason")]
    [InlineData("""{"scope":"all","reason":" "}""", "reason")]
    [InlineData("""{"scope":"all","reason":7}""", "reason")]
    public async Task A_pause_needs_a_known_scope_and_a_reason(string body, string field)
    {
        ApiAnswer answer = await api.Operator.PostAsync(Pause, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task Resume_does_not_lift_the_audits_freeze_which_turns_readiness_red()
    {
        await using var own = await OwnAsync();
        await Given.ScalarAsync<long>(
            own.Database,
            "WITH f AS (INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('all', 'audit', 'sums differ', 'worker') RETURNING 1) SELECT count(*) FROM f"
        );

        ApiAnswer resumed = await own.Operator.PostAsync(Resume, """{"scope":"all"}""");
        ApiAnswer ready = await own.Anyone.GetAsync("/health/ready");

        ((string)resumed.Json["pauses"]![0]!["cause"]!).ShouldBe("audit");
        ((int)ready.Status).ShouldBe(503);
        ((string)ready.Json["status"]!).ShouldBe("not_ready");
        ((string)ready.Json["checks"]!["ledger"]!["status"]!).ShouldBe("unhealthy");
        ((string)ready.Json["pauses"]![0]!["scope"]!).ShouldBe("all");
        ready.Text.ShouldNotContain("sums differ");
    }

    [Fact]
    public async Task An_operators_pause_is_told_and_leaves_readiness_green()
    {
        await using var own = await OwnAsync();
        await own.Operator.PostAsync(Pause, """{"scope":"polygon","reason":"r"}""");

        ApiAnswer ready = await own.Anyone.GetAsync("/health/ready");

        ((int)ready.Status).ShouldBe(200, ready.Text);
        ready.Json["pauses"]!.AsArray().Select(p => (string)p!["scope"]!).ShouldBe(["polygon"]);
    }

    [Fact]
    public async Task Missing_migrations_and_a_missing_database_turn_readiness_red_and_not_liveness()
    {
        await using var own = await OwnAsync();
        await Given.ScalarAsync<long>(
            own.Database,
            "WITH d AS (DELETE FROM settlement.schema_migrations WHERE name = '005_roles.sql' RETURNING 1) SELECT count(*) FROM d"
        );
        await using ApiServer lost = await ApiServer.StartAsync(
            own.Database,
            (
                "Database:ConnectionString",
                "Host=127.0.0.1;Port=1;Username=secret-user;Password=secret-word;Database=x"
            )
        );

        ApiAnswer behind = await own.Anyone.GetAsync("/health/ready");
        ApiAnswer gone = await new ApiClient(lost).GetAsync("/health/ready");
        ApiAnswer live = await new ApiClient(lost).GetAsync("/health/live");

        ((int)behind.Status).ShouldBe(503);
        ((string)behind.Json["checks"]!["database"]!["detail"]!).ShouldContain(
            "Migrations are missing"
        );
        ((int)gone.Status).ShouldBe(503);
        gone.Text.ShouldNotContain("secret");
        live.Text.ShouldBe("""{"status":"live"}""");
    }

    private static string Reward(
        Guid user,
        long amount,
        string sourceEvent,
        params (string Name, string Value)[] more
    )
    {
        var body = new JsonObject
        {
            ["user_id"] = user,
            ["amount_micro"] = amount,
            ["source_event_id"] = sourceEvent,
        };
        foreach ((string name, string value) in more)
            body[name] = value;
        return body.ToJsonString();
    }

    private static async Task<string> StageAsync(ApiClient user, Guid payout) =>
        (string)(await user.GetAsync($"/v1/referrals/payouts/{payout}")).Json["stage"]!;

    private static async Task<OwnApi> OwnAsync()
    {
        var fixture = new ApiFixture();
        await fixture.InitializeAsync();
        return new OwnApi(fixture);
    }

    /// <summary>A database whose switches concern nobody else.</summary>
    private sealed record OwnApi(ApiFixture Fixture) : IAsyncDisposable
    {
        public ApiServer Server => Fixture.Server;
        public ApiClient Operator => Fixture.Operator;
        public ApiClient Anyone => Fixture.Anyone;
        public PostgresDatabase Database => Fixture.Database;

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}

using System.Text.Json.Nodes;
using Settlement.Api.Endpoints;
using Settlement.Chains;
using Settlement.Payouts;
using Settlement.Payouts.Queries;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Each stage has a sentence that is true, and a time is expected only of what moves by itself.</summary>
public sealed class StageSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] s_documented =
    [
        "queued",
        "awaiting_approval",
        "on_hold",
        "waiting_for_funds",
        "needs_operator",
        "preparing",
        "broadcast",
        "confirming",
        "done",
    ];

    private static readonly PayoutRow s_requested = new()
    {
        Id = Guid.NewGuid(),
        Number = 1,
        Version = 1,
        UserId = Guid.NewGuid(),
        AmountMicro = 1,
        Network = "solana",
        Address = "a",
        Asset = "USDC",
        Status = "requested",
        RequestedAt = DateTimeOffset.UnixEpoch,
    };

    private static readonly PayoutRow s_processing = s_requested with { Status = "processing" };
    private static readonly PayoutRow s_riding = s_processing with { LiveHash = "h" };
    private static readonly PayoutRow s_ended = s_processing with
    {
        CompletedAt = DateTimeOffset.UnixEpoch,
    };

    public static TheoryData<string, object, string, bool> Stages =>
        new()
        {
            // what is so, the row, the stage and its sentence, whether it moves by itself
            { "new", s_requested, "queued: Accepted, waiting for its turn.", true },
            {
                "above the threshold",
                s_requested with
                {
                    IsAboveThreshold = true,
                },
                "awaiting_approval: A payout of this size is approved by a person; yours waits for that.",
                false
            },
            {
                "above the threshold, and everything is paused",
                s_requested with
                {
                    IsAboveThreshold = true,
                    IsPaused = true,
                },
                "awaiting_approval: A payout of this size is approved by a person; yours waits for that.",
                false
            },
            {
                "held",
                s_requested with
                {
                    HeldAt = DateTimeOffset.UnixEpoch,
                },
                "on_hold: Your payout is on hold while one of our operators looks at it.",
                false
            },
            {
                "held, and above the threshold",
                s_requested with
                {
                    HeldAt = DateTimeOffset.UnixEpoch,
                    IsAboveThreshold = true,
                },
                "on_hold: Your payout is on hold while one of our operators looks at it.",
                false
            },
            {
                "paused",
                s_requested with
                {
                    IsPaused = true,
                },
                "on_hold: Payouts are paused for the moment. Yours is kept and goes on by itself when they resume.",
                false
            },
            {
                "taken up",
                s_processing,
                "preparing: Taken up, the transaction is being prepared.",
                true
            },
            {
                "parked",
                s_processing with
                {
                    ParkReason = "wallet_short_of_asset",
                },
                "waiting_for_funds: Our wallet is being refilled; your payout waits and goes on by itself.",
                false
            },
            { "signed", s_riding, "broadcast: Signed, and being sent to Solana.", true },
            {
                "signed, and paused since",
                s_riding with
                {
                    IsPaused = true,
                },
                "broadcast: Signed, and being sent to Solana.",
                true
            },
            {
                "looked at",
                s_riding with
                {
                    LiveObservations = 1,
                },
                "confirming: Sent to Solana, waiting for final confirmation.",
                true
            },
            {
                "contradicted by the chain",
                s_riding with
                {
                    LiveObservations = 9,
                    LiveContradicts = true,
                },
                "needs_operator: One of our operators is looking at this payout.",
                false
            },
            { "sent", s_ended with { Status = "sent" }, "done: Paid.", false },
            {
                "cancelled",
                s_ended with
                {
                    Status = "cancelled",
                },
                "done: Called off; the amount is available again.",
                false
            },
            {
                "failed",
                s_ended with
                {
                    Status = "failed",
                },
                "done: Not paid; the amount is available again.",
                false
            },
            {
                "failed by force",
                s_ended with
                {
                    Status = "failed",
                    RefundHeld = true,
                },
                "done: Marked as failed; the amount returns once the network has proven that it was not paid.",
                false
            },
            {
                "failed by force, and paid after all",
                s_ended with
                {
                    Status = "failed",
                    ConflictAt = DateTimeOffset.UnixEpoch,
                },
                "done: Marked as failed, but the transaction went through: you were paid.",
                false
            },
        };

    [Theory]
    [MemberData(nameof(Stages))]
    public void Each_stage_says_what_is_so(string what, object row, string said, bool isOnItsWay)
    {
        PayoutStage stage = PayoutStages.Of((PayoutRow)row, "Solana");

        $"{stage.Name}: {stage.Message}".ShouldBe(said, what);
        stage.IsOnItsWay.ShouldBe(isOnItsWay);
        s_documented.ShouldContain(stage.Name);
    }

    [Fact]
    public void Every_documented_stage_can_be_reached()
    {
        IEnumerable<string> reached = Stages
            .Select(row => ((string)row[2]).Split(':')[0])
            .Distinct();

        reached.ShouldBe(s_documented, ignoreOrder: true);
    }

    [Fact]
    public void Every_reason_to_wait_has_a_sentence_and_promises_no_time()
    {
        foreach (ParkReason reason in Enum.GetValues<ParkReason>())
        {
            PayoutStage stage = PayoutStages.Of(
                s_processing with
                {
                    ParkReason = SnakeCase.Of(reason),
                },
                "Solana"
            );

            stage.Name.ShouldBeOneOf("on_hold", "waiting_for_funds", "needs_operator");
            stage.Message.ShouldEndWith(".");
            stage.Message.ShouldNotBe("The payout waits and will be tried again.");
            stage.IsOnItsWay.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task What_needs_approval_is_told_before_and_when_it_is_asked_for_and_no_time_is_promised()
    {
        await using var database = new TestKit.PostgresDatabase();
        await database.InitializeAsync();
        await using ApiServer server = await ApiServer.StartAsync(
            database,
            ("Operations:ApprovalThresholdMicro", "30000000")
        );
        ApiClient user = await Given.UserAsync(server, 200_000_000);

        JsonNode small = (
            await user.PostAsync("/v1/referrals/payouts/quote", Given.CreateBody(30_000_000))
        ).Json;
        JsonNode quote = (
            await user.PostAsync("/v1/referrals/payouts/quote", Given.CreateBody(30_000_001))
        ).Json;
        ApiAnswer accepted = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(30_000_001),
            ("Idempotency-Key", "k")
        );
        ApiAnswer again = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(30_000_001),
            ("Idempotency-Key", "k")
        );
        ApiAnswer read = await user.GetAsync(accepted.Header("Location")!);

        small["warnings"]!.AsArray().ShouldBeEmpty();
        small["expected_by"].ShouldNotBeNull();
        ((string)quote["warnings"]![0]!["code"]!).ShouldBe("needs_approval");
        quote["expected_by"].ShouldBeNull();
        ((string)accepted.Json["stage"]!).ShouldBe("awaiting_approval");
        accepted.Names.ShouldNotContain("expected_by");
        again.Text.ShouldBe(accepted.Text);
        read.Text.ShouldBe(accepted.Text);
    }

    [Fact]
    public async Task A_time_that_has_passed_is_no_expectation()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        JsonNode fresh = (await user.GetAsync($"/v1/referrals/payouts/{id}")).Json;
        await Given.ScalarAsync<object?>(
            api.Database,
            """
            WITH off AS (SELECT set_config('session_replication_role', 'replica', true)),
                 late AS (UPDATE payouts SET requested_at = now() - interval '61 seconds' WHERE id = $1 AND (SELECT true FROM off) RETURNING 1)
            SELECT count(*) FROM late
            """,
            id
        );

        JsonNode late = (await user.GetAsync($"/v1/referrals/payouts/{id}")).Json;

        fresh["expected_by"].ShouldNotBeNull();
        late["expected_by"].ShouldBeNull();
        ((string)late["stage"]!).ShouldBe("queued");
    }
}

using System.Text.Json.Nodes;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>What operators ask of a transaction that may still land: a higher price, or a cancel at its nonce.</summary>
public sealed class ReplacementSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Payouts = "/v1/admin/referrals/payouts";

    [Fact]
    public async Task A_payout_in_flight_is_to_be_faster_and_the_history_says_who_wants_it()
    {
        GivenPayout payout = await RidingAsync();
        bool wasAllowed = await IsAllowedAsync(payout, "speed-up");

        ApiAnswer answer = await PostAsync(payout, "speed-up", """{"reason":"urgent"}""");
        ApiAnswer again = await PostAsync(payout, "speed-up");

        wasAllowed.ShouldBeTrue();
        answer.ShouldBeOk();
        again.ShouldBeError(409, "payout_not_actionable");
        ((string)again.Json["reason"]!).ShouldBe("already_asked");
        JsonNode seen = (await api.Operator.GetAsync($"{Payouts}/{payout.Id}")).Json;
        ((string)seen["attempts"]![0]!["asked"]!).ShouldBe("speed_up");
        ((string)seen["attempts"]![0]!["kind"]!).ShouldBe("payment");
        JsonNode told = seen["events"]!.AsArray()[^1]!;
        ((string)told["action"]!).ShouldBe("speed_up_asked");
        ((string)told["reason"]!).ShouldBe("urgent");
        (await IsAllowedAsync(payout, "speed-up")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancel_of_what_may_land_is_accepted_and_decided_by_the_network()
    {
        GivenPayout payout = await RidingAsync();

        ApiAnswer answer = await PostAsync(payout, "cancel", """{"reason":"On request."}""", "k1");
        ApiAnswer twin = await PostAsync(payout, "cancel", """{"reason":"On request."}""", "k1");
        ApiAnswer again = await PostAsync(payout, "cancel");

        ((int)answer.Status, answer.Text).ShouldBe((202, """{"ok":true,"cancel":"asked"}"""));
        ((int)twin.Status, twin.Text).ShouldBe((202, """{"ok":true,"cancel":"asked"}"""));
        again.ShouldBeError(409, "payout_not_cancellable");
        ((string)again.Json["reason"]!).ShouldBe("already_asked");
        JsonNode seen = (await api.Operator.GetAsync($"{Payouts}/{payout.Id}")).Json;
        ((string)seen["payout"]!["status"]!).ShouldBe("processing");
        ((string)seen["attempts"]![0]!["asked"]!).ShouldBe("cancel");
        ((string)seen["events"]!.AsArray()[^1]!["action"]!).ShouldBe("cancel_asked");
    }

    [Theory]
    [InlineData("included = true", "already_included")]
    [InlineData("last_observation = 'fee_cap: x'", "fee_cap")]
    public async Task A_speed_up_that_cannot_help_is_refused_with_its_reason(
        string state,
        string reason
    )
    {
        GivenPayout payout = await RidingAsync();
        await Given.ScalarAsync<long>(
            api.Database,
            $"WITH c AS (UPDATE chain_transactions SET {state} WHERE id = {payout.TransactionId} RETURNING 1) SELECT count(*) FROM c"
        );

        ApiAnswer answer = await PostAsync(payout, "speed-up");

        answer.ShouldBeError(409, "payout_not_actionable");
        ((string)answer.Json["reason"]!).ShouldBe(reason);
        ((string)answer.Json["tx_hash"]!).ShouldBe(payout.Signed!.TransactionId);
    }

    [Fact]
    public async Task In_bulk_nothing_is_cancelled_that_may_land()
    {
        GivenPayout payout = await RidingAsync();

        ApiAnswer answer = await api.Operator.PostAsync(
            $"{Payouts}/bulk",
            $$"""{"action":"cancel","ids":["{{payout.Id}}"]}"""
        );

        ((string)answer.Json["results"]![0]!["reason"]!).ShouldBe("transaction_in_flight");
    }

    private Task<GivenPayout> RidingAsync() => APayout.In(api.Database).On("polygon").RidingAsync();

    private Task<ApiAnswer> PostAsync(
        GivenPayout payout,
        string action,
        string body = "{}",
        string? key = null
    ) =>
        key is null
            ? api.Operator.PostAsync($"{Payouts}/{payout.Id}/{action}", body)
            : api.Operator.PostAsync(
                $"{Payouts}/{payout.Id}/{action}",
                body,
                ("Idempotency-Key", key)
            );

    private async Task<bool> IsAllowedAsync(GivenPayout payout, string action) =>
        (bool)
            (await api.Operator.GetAsync($"{Payouts}/{payout.Id}")).Json["allowed_actions"]!
                .AsArray()
                .Single(a => (string)a!["action"]! == action)!["allowed"]!;
}

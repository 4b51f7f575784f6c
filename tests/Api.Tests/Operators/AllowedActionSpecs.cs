using System.Text.Json.Nodes;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>What the detail says is allowed is what is done, and what it says is not is refused for the same reason.</summary>
public sealed class AllowedActionSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Payouts = "/v1/admin/referrals/payouts";

    public static TheoryData<string> States =>
        new()
        {
            "requested",
            "taken",
            "parked",
            "riding",
            "contradicted",
            "held",
            "sent",
            "failed",
        };

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_action_is_told_as_it_is(string state)
    {
        foreach (
            string action in new[]
            {
                "hold",
                "release",
                "approve",
                "requeue",
                "check",
                "sent",
                "failed",
                "cancel",
                "speed-up",
                "decide",
            }
        )
        {
            Guid payout = await InAsync(state);
            JsonNode told = await ToldAsync(api.Operator, payout, action);

            ApiAnswer answer = await TryAsync(payout, action, told);

            string what = $"{action} of {state}: {told.ToJsonString()} {answer.Text}";
            bool tookEffect =
                (int)answer.Status == 200
                && (action is not "check" || (bool)answer.Json["look_ordered"]!);
            tookEffect.ShouldBe((bool)told["allowed"]!, what);
            if (!tookEffect && answer.Json["reason"] is { } reason)
                ((string)told["reason"]!).ShouldBe((string)reason!, what);
        }
    }

    [Fact]
    public async Task A_token_is_told_what_it_may_not_do()
    {
        Guid payout = await InAsync("requested");
        var reader = new ApiClient(api.Server)
        {
            AdminToken = await new ApiTokens(api.Database.App).IssueAsync(
                "reader",
                [Scopes.ReadReferrals],
                TimeSpan.FromHours(1),
                default
            ),
        };

        foreach (string action in new[] { "hold", "sent", "decide" })
        {
            JsonNode told = await ToldAsync(reader, payout, action);
            ((bool)told["allowed"]!).ShouldBeFalse();
            ((string)told["reason"]!).ShouldBe("insufficient_scope");
        }
    }

    [Fact]
    public async Task Where_force_is_switched_off_it_is_told()
    {
        JsonNode told = await ToldAsync(
            api.Operator,
            await InAsync("requested"),
            "failed_by_force"
        );

        ((string)told["reason"]!).ShouldBe("force_not_allowed");
    }

    private static async Task<JsonNode> ToldAsync(ApiClient client, Guid payout, string action) =>
        (await client.GetAsync($"{Payouts}/{payout}")).Json["allowed_actions"]!
            .AsArray()
            .Single(a => (string)a!["action"]! == action)!;

    private Task<ApiAnswer> TryAsync(Guid payout, string action, JsonNode told) =>
        action switch
        {
            "decide" => api.Operator.PostAsync(
                $"/v1/admin/chain-transactions/{(long?)told["transaction_id"] ?? 999_999}/decide",
                """{"verdict":"dead","reason":"r"}"""
            ),
            "sent" => api.Operator.PostAsync(
                $"{Payouts}/{payout}/sent",
                """{"tx_hash":"by-hand"}"""
            ),
            _ => api.Operator.PostAsync($"{Payouts}/{payout}/{action}", """{"reason":"r"}"""),
        };

    private async Task<Guid> InAsync(string state)
    {
        Guid payout = await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();
        switch (state)
        {
            case "taken":
                await Given.ClaimedAsync(api.Database, payout);
                break;
            case "parked":
                await Given.ParkedAsync(
                    api.Database,
                    payout,
                    Settlement.Chains.ParkReason.FeeAboveCap
                );
                break;
            case "riding":
                await Given.InFlightAsync(api.Database, payout);
                break;
            case "contradicted":
                await Given.ObservedAsync(
                    api.Database,
                    await Given.InFlightAsync(api.Database, payout),
                    "contradiction: x"
                );
                break;
            case "held":
                await api.Operator.PostAsync($"{Payouts}/{payout}/hold", """{"reason":"r"}""");
                break;
            case "sent":
                await Given.SentAsync(api.Database, payout);
                break;
            case "failed":
                await api.Operator.PostAsync($"{Payouts}/{payout}/failed");
                break;
            default:
                break;
        }
        return payout;
    }
}

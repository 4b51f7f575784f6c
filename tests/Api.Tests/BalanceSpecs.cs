using System.Text.Json.Nodes;
using Settlement.Payouts.Ledger;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class BalanceSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_balance_tells_what_is_there_and_what_became_of_the_rest()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        await Given.RewardAsync(
            api.Database,
            user.UserId,
            7_000_000,
            RewardKind.Reward,
            DateTimeOffset.UtcNow.AddDays(1)
        );
        await Given.RewardAsync(api.Database, user.UserId, 1_000_000, RewardKind.Reversal);
        await Given.SentAsync(api.Database, await user.CreatePayoutAsync(20_000_000));
        await user.CreatePayoutAsync(30_000_000);

        ApiAnswer answer = await user.GetAsync("/v1/referrals/me");

        answer.Text.ShouldBe(
            $$$"""{"user_id":"{{{user.UserId}}}","asset":"USDC","balance":{"pending_micro":7000000,"available_micro":49000000,"lifetime_micro":100000000,"reserved_micro":30000000,"paid_micro":20000000,"spent_micro":0,"reversed_micro":1000000,"owed_micro":0}}"""
        );
    }

    [Fact]
    public async Task What_the_balance_cannot_cover_is_owed_and_nothing_is_negative()
    {
        ApiClient user = await api.UserWithAsync(30_000_000);
        await user.CreatePayoutAsync(25_000_000);
        await Given.RewardAsync(api.Database, user.UserId, 12_000_000, RewardKind.Reversal);

        JsonNode balance = (await user.GetAsync("/v1/referrals/me")).Json["balance"]!;

        ((long)balance["available_micro"]!).ShouldBe(0);
        ((long)balance["reversed_micro"]!).ShouldBe(5_000_000);
        ((long)balance["owed_micro"]!).ShouldBe(7_000_000);
    }

    [Fact]
    public async Task What_is_available_is_what_a_request_may_ask_for()
    {
        ApiClient user = await api.UserWithAsync(0);
        await Given.RewardAsync(
            api.Database,
            user.UserId,
            30_000_000,
            RewardKind.Reward,
            DateTimeOffset.UtcNow.AddSeconds(-1)
        );
        await Given.RewardAsync(api.Database, user.UserId, 3_000_001, RewardKind.Reversal);
        long available = (long)
            (await user.GetAsync("/v1/referrals/me")).Json["balance"]!["available_micro"]!;

        ApiAnswer more = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(available + 1)
        );
        ApiAnswer all = await user.PostAsync("/v1/referrals/payouts", Given.CreateBody(available));

        more.ShouldBeError(400, "balance_insufficient");
        ((int)all.Status).ShouldBe(202);
    }
}

using Settlement.Payouts.Ledger;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class RewardListSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/rewards";

    [Fact]
    public async Task Without_rewards_the_list_is_exactly_empty()
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.GetAsync(Path)).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_reward_is_pending_until_it_unlocks()
    {
        ApiClient user = await api.UserWithAsync(10_000_000);
        await RewardAsync(user, 20_000_000, unlockAt: DateTimeOffset.UtcNow.AddDays(1));

        ApiAnswer answer = await user.GetAsync(Path);

        Rows(answer).ShouldBe(["20000000 pending 0", "10000000 available 0"]);
        answer.Json["items"]!.AsArray()[0]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldBe([
                "id",
                "kind",
                "amount_micro",
                "status",
                "used_micro",
                "unlock_at",
                "recorded_at",
            ]);
    }

    [Fact]
    public async Task What_is_paid_out_uses_the_oldest_rewards_first_and_only_once_it_is_paid()
    {
        ApiClient user = await api.UserWithAsync(10_000_000);
        await RewardAsync(user, 20_000_000);
        await RewardAsync(user, 30_000_000);
        Guid payout = await user.CreatePayoutAsync(25_000_000);

        List<string> reserved = Rows(await user.GetAsync(Path));
        await Given.SentAsync(api.Database, payout);
        List<string> paid = Rows(await user.GetAsync(Path));
        await Given.SentAsync(api.Database, await user.CreatePayoutAsync(35_000_000));
        List<string> all = Rows(await user.GetAsync(Path));

        reserved.ShouldBe(["30000000 available 0", "20000000 available 0", "10000000 available 0"]);
        paid.ShouldBe([
            "30000000 available 0",
            "20000000 available 15000000",
            "10000000 paid_out 10000000",
        ]);
        all.ShouldBe([
            "30000000 paid_out 30000000",
            "20000000 paid_out 20000000",
            "10000000 paid_out 10000000",
        ]);
    }

    [Fact]
    public async Task What_is_taken_back_is_told_on_both_sides()
    {
        ApiClient user = await api.UserWithAsync(10_000_000);
        await RewardAsync(user, 4_000_000);
        await RewardAsync(user, 10_000_000, RewardKind.Reversal);

        Rows(await user.GetAsync(Path))
            .ShouldBe([
                "10000000 reversed 10000000",
                "4000000 available 0",
                "10000000 reversed 10000000",
            ]);
    }

    [Fact]
    public async Task A_reversal_that_the_balance_does_not_cover_is_pending_with_what_was_taken()
    {
        ApiClient user = await api.UserWithAsync(10_000_000);
        await RewardAsync(user, 15_000_000, RewardKind.Reversal);

        Rows(await user.GetAsync(Path))
            .ShouldBe(["15000000 pending 10000000", "10000000 reversed 10000000"]);
    }

    [Fact]
    public async Task Pages_hold_only_ones_own_rewards_and_no_notes()
    {
        ApiClient user = await api.UserWithAsync(1_000_000);
        await api.UserWithAsync(5_000_000);
        await RewardAsync(user, 2_000_000);
        (
            await api.Operator.PostAsync(
                "/v1/admin/referrals/rewards",
                $$"""{"user_id":"{{user.UserId}}","amount_micro":3000000,"source_event_id":"secret-{{Guid.NewGuid()}}","note":"secret"}"""
            )
        ).Status.ShouldBe(System.Net.HttpStatusCode.Created);

        ApiAnswer all = await user.GetAsync(Path);
        ApiAnswer page = await user.GetAsync($"{Path}?limit=1&offset=1");
        ApiAnswer odd = await user.GetAsync($"{Path}?limit=x&offset=-4");

        Rows(all).ShouldBe(["3000000 available 0", "2000000 available 0", "1000000 available 0"]);
        Rows(page).ShouldBe(["2000000 available 0"]);
        odd.Text.ShouldBe(all.Text);
        all.Text.ShouldNotContain("secret");
    }

    private Task<IngestOutcome> RewardAsync(
        ApiClient user,
        long amountMicro,
        RewardKind kind = RewardKind.Reward,
        DateTimeOffset? unlockAt = null
    ) => Given.RewardAsync(api.Database, user.UserId, amountMicro, kind, unlockAt);

    private static List<string> Rows(ApiAnswer answer) =>
        answer.Json["items"]!
            .AsArray()
            .Select(r => $"{r!["amount_micro"]} {r["status"]} {r["used_micro"]}")
            .ToList();
}

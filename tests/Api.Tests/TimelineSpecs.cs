using Settlement.Chains;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class TimelineSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";

    [Fact]
    public async Task A_paid_payout_tells_its_whole_story_with_its_transaction()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.SentAsync(api.Database, id);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/events");

        ((int)answer.Status).ShouldBe(200, answer.Text);
        answer.Names.ShouldBe(["items"]);
        Stages(answer).ShouldBe(["queued", "preparing", $"broadcast {hash}", $"done {hash}"]);
        answer.Json["items"]!.AsArray()[0]!
            .AsObject()
            .Select(p => p.Key)
            .ShouldBe(["at", "stage", "message"]);
    }

    [Fact]
    public async Task A_transaction_that_did_not_pay_is_told_and_the_payout_goes_on()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, id);
        await Given.LandedAsync(api.Database, hash, paid: false);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/events");

        Stages(answer).ShouldBe(["queued", "preparing", $"broadcast {hash}", $"preparing {hash}"]);
    }

    [Theory]
    [InlineData(ParkReason.FeeAboveCap, "on_hold")]
    [InlineData(ParkReason.WalletShortOfAsset, "waiting_for_funds")]
    [InlineData(ParkReason.NeedsOperator, "needs_operator")]
    public async Task Waiting_is_told_in_public_words(ParkReason reason, string stage)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        await Given.ParkedAsync(api.Database, id, reason);

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/events");

        Stages(answer).ShouldBe(["queued", "preparing", stage]);
        answer.Text.ShouldNotContain("detail");
    }

    [Fact]
    public async Task Operators_words_names_and_notes_stay_inside()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        await Given.ClaimedAsync(api.Database, id);
        (
            await api.Operator.PostAsync(
                $"/v1/admin/referrals/payouts/{id}/failed",
                """{"reason":"secret-reason","internal_note":"secret-note","failure_code":"secret_code"}""",
                ("X-Operator", "secret-name"),
                ("X-Request-Id", "secret-request")
            )
        ).ShouldBeOk();

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/events");

        Stages(answer).ShouldBe(["queued", "preparing", "done"]);
        foreach (string word in new[] { "secret", "operator", "worker", "w1" })
            answer.Text.ShouldNotContain(word);
    }

    [Fact]
    public async Task A_cancelled_payout_says_that_its_amount_is_back()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        await user.PostAsync($"{Path}/{id}/cancel");

        ApiAnswer answer = await user.GetAsync($"{Path}/{id}/events");

        Stages(answer).ShouldBe(["queued", "done"]);
        answer.Text.ShouldContain("Called off; the amount is available again.");
    }

    [Fact]
    public async Task Anothers_payout_and_one_that_is_not_there_are_not_found()
    {
        ApiClient user = await api.UserWithAsync(0);
        ApiClient other = await api.UserWithAsync(25_000_000);
        Guid id = await other.CreatePayoutAsync();

        (await user.GetAsync($"{Path}/{id}/events")).ShouldBeError(404, "payout_not_found");
        (await user.GetAsync($"{Path}/{Guid.Empty}/events")).ShouldBeError(404, "payout_not_found");
        (await user.GetAsync($"{Path}/x/events")).ShouldBeError(400, "invalid_payout_id");
    }

    private static List<string> Stages(ApiAnswer answer) =>
        answer.Json["items"]!
            .AsArray()
            .Select(item => $"{item!["stage"]} {item["tx_hash"]}".Trim())
            .ToList();
}

using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Idempotency keys on what operators do beside payouts.</summary>
public sealed class OperatorKeySpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Key = "Idempotency-Key";
    private const string Rewards = "/v1/admin/referrals/rewards";

    [Fact]
    public async Task A_reward_under_a_key_is_answered_alike_and_counts_once()
    {
        ApiClient user = await api.UserWithAsync(0);
        string key = $"{Guid.NewGuid()}";
        string body = Reward(user, key, 5);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => api.Operator.PostAsync(Rewards, body, (Key, key)))
        );
        ApiAnswer other = await api.Operator.PostAsync(Rewards, Reward(user, key, 6), (Key, key));
        ApiAnswer withoutKey = await api.Operator.PostAsync(Rewards, body);

        answers.ShouldAllBe(a => (int)a.Status == 201);
        answers.Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        answers.Count(a => a.Header("Idempotent-Replayed") == "true").ShouldBe(7);
        other.ShouldBeError(422, "idempotency_key_reused");
        ((int)withoutKey.Status).ShouldBe(200);
        (
            (long)(await user.GetAsync("/v1/referrals/me")).Json["balance"]!["available_micro"]!
        ).ShouldBe(5);
    }

    [Fact]
    public async Task A_refused_reward_does_not_use_its_key_up()
    {
        ApiClient user = await api.UserWithAsync(0);
        string key = $"{Guid.NewGuid()}";
        await api.Operator.PostAsync(Rewards, Reward(user, key, 5));

        ApiAnswer mismatch = await api.Operator.PostAsync(
            Rewards,
            Reward(user, key, 6),
            (Key, key)
        );
        ApiAnswer right = await api.Operator.PostAsync(Rewards, Reward(user, key, 5), (Key, key));

        mismatch.ShouldBeError(409, "duplicate_event_mismatch");
        ((int)right.Status).ShouldBe(200);
    }

    [Fact]
    public async Task A_pause_under_a_key_is_answered_alike_and_does_not_come_back_after_it_was_lifted()
    {
        string key = $"{Guid.NewGuid()}";
        const string pause = """{"scope":"solana","reason":"A test."}""";

        ApiAnswer first = await api.Operator.PostAsync("/v1/admin/system/pause", pause, (Key, key));
        ApiAnswer resumed = await api.Operator.PostAsync(
            "/v1/admin/system/resume",
            """{"scope":"solana"}""",
            (Key, key)
        );
        ApiAnswer again = await api.Operator.PostAsync("/v1/admin/system/pause", pause, (Key, key));
        ApiAnswer other = await api.Operator.PostAsync(
            "/v1/admin/system/pause",
            """{"scope":"all","reason":"A test."}""",
            (Key, key)
        );

        ((int)first.Status).ShouldBe(200, first.Text);
        again.Text.ShouldBe(first.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        resumed.Json["pauses"]!.AsArray().ShouldBeEmpty();
        other.ShouldBeError(422, "idempotency_key_reused");
        (await Given.ScalarAsync<long>(api.Database, "SELECT count(*) FROM pauses")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_missing_is_accepted_once_for_a_key()
    {
        const string accept = "/v1/admin/treasury/solana/accept";
        string key = $"{Guid.NewGuid()}";

        ApiAnswer first = await api.Operator.PostAsync(accept, """{"reason":"a"}""", (Key, key));
        ApiAnswer again = await api.Operator.PostAsync(accept, """{"reason":"a"}""", (Key, key));
        ApiAnswer other = await api.Operator.PostAsync(accept, """{"reason":"b"}""", (Key, key));

        first.Text.ShouldBe("""{"ok":true,"accepted":false}""");
        again.Text.ShouldBe(first.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        other.ShouldBeError(422, "idempotency_key_reused");
    }

    [Theory]
    [InlineData(Rewards)]
    [InlineData("/v1/admin/system/pause")]
    [InlineData("/v1/admin/system/resume")]
    [InlineData("/v1/admin/treasury/solana/accept")]
    [InlineData("/v1/admin/referrals/invoices")]
    [InlineData("/v1/admin/referrals/invoices/x/close")]
    [InlineData("/v1/admin/referrals/payout-addresses/00000000-0000-0000-0000-000000000000/block")]
    public async Task An_unusable_key_is_refused(string path)
    {
        ApiAnswer answer = await api.Operator.PostAsync(path, "{}", (Key, new string('k', 256)));

        answer.ShouldBeError(400, "idempotency_key_invalid");
    }

    private static string Reward(ApiClient user, string source, long micro) =>
        $$"""{"user_id":"{{user.UserId}}","amount_micro":{{micro}},"source_event_id":"{{source}}"}""";
}

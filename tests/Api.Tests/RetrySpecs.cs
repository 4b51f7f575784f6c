using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class RetrySpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";
    private const string AdminPath = "/v1/admin/referrals/payouts";
    private const string Key = "Idempotency-Key";

    [Fact]
    public async Task A_failed_payout_offers_a_retry_and_the_retry_is_a_payout_of_its_own()
    {
        (ApiClient user, Guid failed) = await FailedAsync();
        JsonNode before = (await user.GetAsync($"{Path}/{failed}")).Json;

        ApiAnswer answer = await user.PostAsync($"{Path}/{failed}/retry");

        ((int)answer.Status).ShouldBe(202, answer.Text);
        Guid id = (Guid)answer.Json["id"]!;
        answer.Header("Location").ShouldBe($"{Path}/{id}");
        ((Guid)answer.Json["retry_of"]!).ShouldBe(failed);
        ((string)answer.Json["client_reference"]!).ShouldBe("mine");
        ((string)answer.Json["status"]!).ShouldBe("requested");
        Actions(before).ShouldBe(["view", "retry"]);
        JsonNode after = (await user.GetAsync($"{Path}/{failed}")).Json;
        Actions(after).ShouldBe(["view"]);
        ((Guid)after["retried_by"]!).ShouldBe(id);
        ((string)after["status"]!).ShouldBe("failed");
        JsonNode seen = (await user.GetAsync($"{Path}/{id}")).Json;
        Actions(seen).ShouldBe(["view", "cancel"]);
        ((Guid)seen["retry_of"]!).ShouldBe(failed);
    }

    [Fact]
    public async Task Asked_twice_the_first_retry_is_named()
    {
        (ApiClient user, Guid failed) = await FailedAsync();
        await Given.RewardAsync(api.Database, user.UserId, 90_000_000);
        ApiAnswer first = await user.PostAsync($"{Path}/{failed}/retry", "{}");

        ApiAnswer again = await user.PostAsync($"{Path}/{failed}/retry", "{}");

        again.ShouldBeError(409, "payout_not_retryable");
        ((string)again.Json["reason"]!).ShouldBe("retried");
        ((Guid)again.Json["payout_id"]!).ShouldBe((Guid)first.Json["id"]!);
    }

    [Fact]
    public async Task The_same_key_repeats_the_first_answer_to_the_byte()
    {
        (ApiClient user, Guid failed) = await FailedAsync();
        (ApiClient _, Guid other) = await FailedAsync(user);

        ApiAnswer first = await user.PostAsync($"{Path}/{failed}/retry", null, (Key, "k"));
        ApiAnswer again = await user.PostAsync($"{Path}/{failed}/retry", "{}", (Key, "\"k\""));
        ApiAnswer reused = await user.PostAsync($"{Path}/{other}/retry", null, (Key, "k"));

        ((int)again.Status).ShouldBe(202);
        again.Text.ShouldBe(first.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        reused.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Of_many_at_once_one_payout_is_made()
    {
        (ApiClient user, Guid failed) = await FailedAsync();
        await Given.RewardAsync(api.Database, user.UserId, 900_000_000);

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => user.PostAsync($"{Path}/{failed}/retry"))
        );

        answers.Count(a => (int)a.Status == 202).ShouldBe(1);
        answers.Count(a => a.Tag == "payout_not_retryable").ShouldBe(11);
    }

    [Fact]
    public async Task What_has_not_failed_cannot_be_asked_for_again()
    {
        ApiClient user = await api.UserWithAsync(200_000_000);
        Guid requested = await user.CreatePayoutAsync();
        Guid sent = await user.CreatePayoutAsync();
        await Given.SentAsync(api.Database, sent);
        Guid cancelled = await user.CreatePayoutAsync();
        await user.PostAsync($"{Path}/{cancelled}/cancel");

        foreach (Guid id in new[] { requested, sent, cancelled })
        {
            ApiAnswer answer = await user.PostAsync($"{Path}/{id}/retry");
            answer.ShouldBeError(409, "payout_not_retryable");
            ((string)answer.Json["reason"]!).ShouldBe("not_failed");
            Actions((await user.GetAsync($"{Path}/{id}")).Json).ShouldNotContain("retry");
        }
    }

    [Theory]
    [InlineData("destination_blocked", false)]
    [InlineData("destination_not_wallet", false)]
    [InlineData("operator_decision", true)]
    [InlineData("chain_halted", true)]
    public async Task Each_failure_says_truly_whether_it_may_succeed_the_next_time(
        string code,
        bool isRetryable
    )
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Operations:HelpUrl", "https://help.example/{code}")
        );
        (ApiClient user, Guid failed) = await FailedAsync(code: code, server: server);

        JsonNode seen = (await user.GetAsync($"{Path}/{failed}")).Json;
        ApiAnswer answer = await user.PostAsync($"{Path}/{failed}/retry");

        JsonNode failure = seen["failure"]!;
        ((string)failure["code"]!).ShouldBe(code);
        ((string)failure["message"]!).ShouldEndWith(".");
        ((bool)failure["retryable"]!).ShouldBe(isRetryable);
        ((string)failure["help_url"]!).ShouldBe($"https://help.example/{code}");
        Actions(seen).Contains("retry").ShouldBe(isRetryable);
        ((int)answer.Status).ShouldBe(isRetryable ? 202 : 409, answer.Text);
        if (!isRetryable)
            ((string)answer.Json["reason"]!).ShouldBe("failure_is_final");
    }

    [Fact]
    public async Task A_retry_passes_todays_rules_or_is_refused_as_a_request_is()
    {
        (ApiClient user, Guid failed) = await FailedAsync();
        string path = $"{Path}/{failed}/retry";
        await using ApiServer dearer = await ApiServer.StartAsync(
            api.Database,
            ("Networks:solana:MinPayoutMicro", "30000000")
        );
        await using ApiServer smaller = await ApiServer.StartAsync(
            api.Database,
            ("Networks:solana:MaxPayoutMicro", "20000000")
        );
        await using ApiServer ours = await ApiServer.StartAsync(
            api.Database,
            ("Networks:solana:Wallet", Given.SolanaAddress)
        );
        await using ApiServer without = await ApiServer.StartAsync(
            api.Database,
            [
                .. ApiServer
                    .Settings("")
                    .Keys.Where(k => k.StartsWith("Networks:solana", StringComparison.Ordinal))
                    .Select(k => (k, (string?)null)),
            ]
        );

        ApiAnswer below = await At(dearer, user).PostAsync(path);
        ApiAnswer above = await At(smaller, user).PostAsync(path);
        ApiAnswer own = await At(ours, user).PostAsync(path);
        ApiAnswer gone = await At(without, user).PostAsync(path);
        await user.CreatePayoutAsync(20_000_000);
        ApiAnswer poor = await user.PostAsync(path);

        below.ShouldBeError(400, "payout_below_min");
        above.ShouldBeError(400, "payout_above_max");
        own.ShouldBeError(400, "payout_address_invalid");
        gone.ShouldBeError(409, "payout_not_retryable");
        ((string)gone.Json["reason"]!).ShouldBe("network_unavailable");
        poor.ShouldBeError(400, "balance_insufficient");
        ((long)poor.Json["available_micro"]!).ShouldBe(5_000_000);
    }

    [Fact]
    public async Task While_the_refund_is_held_nothing_can_be_asked_for_again()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Operations:AllowForce", "true")
        );
        ApiClient user = await Given.UserAsync(server, 50_000_000);
        Guid id = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, id);
        (
            await new ApiClient(server) { AdminToken = ApiServer.AdminToken }.PostAsync(
                $"{AdminPath}/{id}/failed",
                """{"force":true,"reason":"Stuck."}"""
            )
        ).ShouldBeOk();

        ApiAnswer held = await user.PostAsync($"{Path}/{id}/retry");
        JsonNode seen = (await user.GetAsync($"{Path}/{id}")).Json;
        await Given.LandedAsync(api.Database, hash);
        ApiAnswer paid = await user.PostAsync($"{Path}/{id}/retry");

        ((string)held.Json["reason"]!).ShouldBe("refund_held");
        ((bool)seen["failure"]!["retryable"]!).ShouldBeFalse();
        Actions(seen).ShouldBe(["view"]);
        ((string)paid.Json["reason"]!).ShouldBe("paid_after_all");
    }

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task An_id_of_another_form_is_invalid(string id)
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.PostAsync($"{Path}/{id}/retry")).ShouldBeError(400, "invalid_payout_id");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        (ApiClient user, Guid failed) = await FailedAsync();

        (await user.PostAsync($"{Path}/{failed}/retry", body)).ShouldBeError(400, "invalid_json");
    }

    [Fact]
    public async Task Another_users_payout_is_not_found()
    {
        (ApiClient _, Guid failed) = await FailedAsync();
        ApiClient other = await api.UserWithAsync(90_000_000);

        (await other.PostAsync($"{Path}/{failed}/retry")).ShouldBeError(404, "payout_not_found");
    }

    private static string[] Actions(JsonNode payout) =>
        payout["actions"]!.AsArray().Select(a => (string)a!).ToArray();

    private static ApiClient At(ApiServer server, ApiClient user) =>
        new(server) { UserId = user.UserId, Session = user.Session };

    private async Task<(ApiClient User, Guid Payout)> FailedAsync(
        ApiClient? user = null,
        string? code = null,
        ApiServer? server = null
    )
    {
        user ??= await Given.UserAsync(server ?? api.Server, 25_000_000);
        Guid id = await user.CreatePayoutAsync(reference: "mine");
        string body = code is null ? "{}" : $$"""{"failure_code":"{{code}}"}""";
        (await api.Operator.PostAsync($"{AdminPath}/{id}/failed", body)).ShouldBeOk();
        return (user, id);
    }
}

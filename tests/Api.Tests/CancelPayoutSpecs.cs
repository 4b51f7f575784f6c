using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class CancelPayoutSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/referrals/payouts";
    private const string AdminPath = "/v1/admin/referrals/payouts";
    private const string Key = "Idempotency-Key";

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"reason":"ignored"}""")]
    public async Task A_requested_payout_is_called_off_and_its_amount_is_available_again(
        string? body
    )
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();

        ApiAnswer answer = await user.PostAsync($"{Path}/{id}/cancel", body);

        ((int)answer.Status).ShouldBe(200, answer.Text);
        answer.Names.ShouldBe([
            "id",
            "user_id",
            "amount_micro",
            "network",
            "address",
            "status",
            "requested_at",
            "completed_at",
            "stage",
            "status_message",
            "asset",
            "fee_micro",
            "net_amount_micro",
            "settlement",
            "actions",
        ]);
        ((string)answer.Json["status"]!).ShouldBe("cancelled");
        (await AvailableAsync(user)).ShouldBe(25_000_000);
        (await user.GetAsync($"{Path}/{id}")).Text.ShouldBe(answer.Text);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_body_that_is_no_object_is_refused_and_the_payout_stands(string body)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();

        (await user.PostAsync($"{Path}/{id}/cancel", body)).ShouldBeError(400, "invalid_json");
        (await api.Operator.PostAsync($"{AdminPath}/{id}/cancel", body)).ShouldBeError(
            400,
            "invalid_json"
        );
        (await StatusAsync(user, id)).ShouldBe("requested");
    }

    [Fact]
    public async Task Past_requested_its_user_cannot_call_it_off()
    {
        ApiClient user = await api.UserWithAsync(200_000_000);
        Guid claimed = await user.CreatePayoutAsync();
        await Given.ClaimedAsync(api.Database, claimed);
        Guid riding = await user.CreatePayoutAsync();
        await Given.InFlightAsync(api.Database, riding);
        Guid sent = await user.CreatePayoutAsync();
        await Given.SentAsync(api.Database, sent);
        Guid failed = await user.CreatePayoutAsync();
        await api.Operator.PostAsync($"{AdminPath}/{failed}/failed");
        Guid cancelled = await user.CreatePayoutAsync();
        await user.PostAsync($"{Path}/{cancelled}/cancel");

        foreach (
            (Guid id, string status) in new[]
            {
                (claimed, "processing"),
                (riding, "processing"),
                (sent, "sent"),
                (failed, "failed"),
                (cancelled, "cancelled"),
            }
        )
        {
            ApiAnswer answer = await user.PostAsync($"{Path}/{id}/cancel", "{}");
            answer.ShouldBeError(409, "payout_not_cancellable");
            answer.Names.ShouldBe(["error", "message", "request_id", "status"]);
            ((string)answer.Json["status"]!).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Another_users_payout_is_not_found_and_stands()
    {
        ApiClient owner = await api.UserWithAsync(25_000_000);
        ApiClient other = await api.UserWithAsync(25_000_000);
        Guid id = await owner.CreatePayoutAsync();

        ApiAnswer foreign = await other.PostAsync($"{Path}/{id}/cancel", "{}");
        ApiAnswer nobodys = await other.PostAsync($"{Path}/{Guid.Empty}/cancel", "{}");

        foreign.ShouldBeError(404, "payout_not_found");
        nobodys.ShouldBeError(404, "payout_not_found");
        (await StatusAsync(owner, id)).ShouldBe("requested");
    }

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task An_id_of_another_form_is_invalid(string id)
    {
        ApiClient user = await api.UserWithAsync(0);

        (await user.PostAsync($"{Path}/{id}/cancel")).ShouldBeError(400, "invalid_payout_id");
        (await api.Operator.PostAsync($"{AdminPath}/{id}/cancel")).ShouldBeError(
            400,
            "invalid_payout_id"
        );
    }

    [Fact]
    public async Task The_same_key_repeats_the_first_answer_to_the_byte()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        Guid other = await user.CreatePayoutAsync();

        ApiAnswer first = await user.PostAsync($"{Path}/{id}/cancel", null, (Key, "k"));
        ApiAnswer again = await user.PostAsync($"{Path}/{id}/cancel", "{}", (Key, "\"k\""));
        ApiAnswer reused = await user.PostAsync($"{Path}/{other}/cancel", null, (Key, "k"));

        ((int)again.Status).ShouldBe(200);
        again.Text.ShouldBe(first.Text);
        first.Header("Idempotent-Replayed").ShouldBeNull();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        reused.ShouldBeError(422, "idempotency_key_reused");
        (await StatusAsync(user, other)).ShouldBe("requested");
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_all_tell_of_the_one_that_was_done()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => user.PostAsync($"{Path}/{id}/cancel", null, (Key, "k")))
        );

        answers.Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        answers.ShouldAllBe(a => (int)a.Status == 200);
        (await AvailableAsync(user)).ShouldBe(25_000_000);
    }

    [Fact]
    public async Task Other_sites_cannot_call_a_payout_off()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();

        ApiAnswer answer = await user.PostAsync(
            $"{Path}/{id}/cancel",
            "{}",
            ("Origin", "https://evil.example")
        );

        answer.ShouldBeError(403, "origin_forbidden");
        (await StatusAsync(user, id)).ShouldBe("requested");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operator_calls_off_what_nothing_can_pay_any_more(bool takenUp)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid id = await user.CreatePayoutAsync();
        if (takenUp)
            await Given.ClaimedAsync(api.Database, id);

        ApiAnswer answer = await api.Operator.PostAsync(
            $"{AdminPath}/{id}/cancel",
            """{"reason":" On request. ","internal_note":"secret"}"""
        );

        answer.ShouldBeOk();
        ApiAnswer seen = await user.GetAsync($"{Path}/{id}");
        ((string)seen.Json["status"]!).ShouldBe("cancelled");
        ((string)seen.Json["note"]!).ShouldBe("On request.");
        seen.Text.ShouldNotContain("secret");
        (await AvailableAsync(user)).ShouldBe(25_000_000);
    }

    [Fact]
    public async Task An_operator_cannot_call_off_what_may_still_be_paid_or_has_ended()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid riding = await user.CreatePayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, riding);
        Guid ended = await user.CreatePayoutAsync();
        (await api.Operator.PostAsync($"{AdminPath}/{ended}/cancel")).ShouldBeOk();

        ApiAnswer live = await api.Operator.PostAsync($"{AdminPath}/{riding}/cancel", "{}");
        ApiAnswer again = await api.Operator.PostAsync($"{AdminPath}/{ended}/cancel", "{}");

        live.ShouldBeError(409, "payout_not_cancellable");
        ((string)live.Json["reason"]!).ShouldBe("transaction_in_flight");
        ((string)live.Json["tx_hash"]!).ShouldBe(hash);
        ((string)live.Json["status"]!).ShouldBe("processing");
        again.ShouldBeError(409, "payout_not_cancellable");
        ((string)again.Json["status"]!).ShouldBe("cancelled");
        again.Names.ShouldNotContain("reason");
    }

    [Fact]
    public async Task An_operators_key_repeats_the_answer_and_is_good_for_one_request()
    {
        ApiClient user = await api.UserWithAsync(50_000_000);
        Guid id = await user.CreatePayoutAsync();
        string path = $"{AdminPath}/{id}/cancel";

        ApiAnswer first = await api.Operator.PostAsync(path, "{}", (Key, $"{id}"));
        ApiAnswer again = await api.Operator.PostAsync(path, null, (Key, $"{id}"));
        ApiAnswer other = await api.Operator.PostAsync(path, """{"reason":"x"}""", (Key, $"{id}"));

        first.ShouldBeOk();
        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        other.ShouldBeError(422, "idempotency_key_reused");
    }

    [Theory]
    [InlineData("""{"reason":1}""")]
    [InlineData("""{"internal_note":[]}""")]
    public async Task An_operators_words_are_texts(string body)
    {
        ApiAnswer answer = await api.Operator.PostAsync(
            $"{AdminPath}/{Guid.NewGuid()}/cancel",
            body
        );

        answer.ShouldBeError(400, "invalid_json");
    }

    private static async Task<string> StatusAsync(ApiClient user, Guid id) =>
        (string)(await user.GetAsync($"{Path}/{id}")).Json["status"]!;

    private static async Task<long> AvailableAsync(ApiClient user)
    {
        JsonNode me = (await user.GetAsync("/v1/referrals/me")).Json;
        return (long)me["balance"]!["available_micro"]!;
    }
}

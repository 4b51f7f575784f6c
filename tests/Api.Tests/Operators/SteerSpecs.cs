using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>Hold, release, requeue and check: what operators do to a payout without ending it.</summary>
public sealed class SteerSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Reason = """{"reason":"address reported"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payout_on_hold_keeps_its_status_and_nobody_takes_it_up(bool taken)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid payout = await user.CreatePayoutAsync();
        if (taken)
            await Given.ClaimedAsync(api.Database, payout);

        ApiAnswer answer = await PostAsync(payout, "hold", Reason);

        answer.ShouldBeOk();
        JsonNode seen = (await user.GetAsync($"/v1/referrals/payouts/{payout}")).Json;
        ((string)seen["status"]!).ShouldBe(taken ? "processing" : "requested");
        ((string)seen["stage"]!).ShouldBe("on_hold");
        seen.ToJsonString().ShouldNotContain("reported");
        await Given.ScalarAsync<long>(
            api.Database,
            "WITH due AS (UPDATE payouts SET due_at = now() WHERE id = $1 RETURNING 1) SELECT count(*) FROM due",
            payout
        );
        (await ClaimAsync(payout)).ShouldBe(0);
    }

    [Fact]
    public async Task A_hold_between_taking_up_and_signing_wins()
    {
        Guid payout = await PayoutAsync();
        ClaimedPayout claimed = await Given.ClaimedAsync(api.Database, payout);

        (await PostAsync(payout, "hold", Reason)).ShouldBeOk();
        OpenOutcome stored = await StoreAsync(claimed);
        (await PostAsync(payout, "release")).ShouldBeOk();
        OpenOutcome storedLater = await StoreAsync(claimed);

        stored.ShouldBeOfType<OpenOutcome.Fenced>();
        storedLater.ShouldBeOfType<OpenOutcome.Fenced>();
    }

    [Fact]
    public async Task Of_a_hold_and_a_worker_who_stores_at_once_exactly_one_wins()
    {
        for (int i = 0; i < 20; i++)
        {
            Guid payout = await PayoutAsync();
            ClaimedPayout claimed = await Given.ClaimedAsync(api.Database, payout);

            Task<ApiAnswer> hold = PostAsync(payout, "hold", Reason);
            Task<OpenOutcome> store = StoreAsync(claimed);
            await Task.WhenAll(hold, store);

            bool isHeld = (int)(await hold).Status == 200;
            bool isStored = await store is OpenOutcome.Opened;
            isHeld.ShouldNotBe(isStored);
            if (!isHeld)
                ((string)(await hold).Json["reason"]!).ShouldBe("transaction_in_flight");
        }
    }

    [Fact]
    public async Task What_may_land_already_is_not_held()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);

        ApiAnswer answer = await PostAsync(payout, "hold", Reason);

        answer.ShouldBeError(409, "payout_not_actionable");
        ((string)answer.Json["reason"]!).ShouldBe("transaction_in_flight");
        ((string)answer.Json["tx_hash"]!).ShouldBe(hash);
    }

    [Fact]
    public async Task A_released_payout_is_due_at_once()
    {
        Guid payout = await PayoutAsync();
        await Given.ClaimedAsync(api.Database, payout);
        (await PostAsync(payout, "hold", Reason)).ShouldBeOk();

        (await PostAsync(payout, "release")).ShouldBeOk();

        (await ClaimAsync(payout)).ShouldBe(1);
    }

    [Fact]
    public async Task Holding_twice_and_releasing_what_is_not_held_say_so()
    {
        Guid payout = await PayoutAsync();

        ApiAnswer released = await PostAsync(payout, "release");
        (await PostAsync(payout, "hold", Reason)).ShouldBeOk();
        ApiAnswer heldAgain = await PostAsync(payout, "hold", Reason);

        released.ShouldBeError(409, "payout_not_actionable");
        ((string)released.Json["reason"]!).ShouldBe("not_on_hold");
        heldAgain.ShouldBeError(409, "payout_not_actionable");
        ((string)heldAgain.Json["reason"]!).ShouldBe("on_hold");
    }

    [Theory]
    [InlineData("sent", """{"tx_hash":"by-hand"}""", "sent")]
    [InlineData("failed", "{}", "failed")]
    [InlineData("cancel", "{}", "cancelled")]
    public async Task A_payout_on_hold_can_be_ended(string action, string body, string status)
    {
        Guid payout = await PayoutAsync();
        (await PostAsync(payout, "hold", Reason)).ShouldBeOk();

        (await PostAsync(payout, action, body)).ShouldBeOk();

        (
            await Given.ScalarAsync<string>(
                api.Database,
                "SELECT concat_ws(' ', status, held_at) FROM payouts WHERE id = $1",
                payout
            )
        ).ShouldBe(status);
    }

    [Fact]
    public async Task A_hold_needs_a_reason()
    {
        Guid payout = await PayoutAsync();

        foreach (string? body in new[] { null, "{}", """{"reason":" "}""", """{"reason":7}""" })
        {
            ApiAnswer answer = await PostAsync(payout, "hold", body);
            answer.ShouldBeError(400, "invalid_args");
            ((string)answer.Json["field"]!).ShouldBe("reason");
        }
        (await PostAsync(payout, "hold", "[]")).ShouldBeError(400, "invalid_json");
    }

    [Fact]
    public async Task A_requeued_payout_forgets_why_it_waited_and_how_often_it_failed()
    {
        Guid payout = await PayoutAsync();
        for (int i = 0; i < 2; i++)
        {
            string hash = await Given.InFlightAsync(api.Database, payout);
            await Given.LandedAsync(api.Database, hash, paid: false);
        }
        await Given.ParkedAsync(api.Database, payout, ParkReason.NeedsOperator);

        (await PostAsync(payout, "requeue", """{"reason":"wallet mended"}""")).ShouldBeOk();

        (
            await Given.ScalarAsync<string>(
                api.Database,
                "SELECT concat_ws(' ', failed_rides, park_reason, due_at <= now()) FROM payouts WHERE id = $1",
                payout
            )
        ).ShouldBe("0 t");
        (await ClaimAsync(payout)).ShouldBe(1);
    }

    [Fact]
    public async Task P8_A_requeue_is_refused_with_what_is_missing()
    {
        Guid riding = await PayoutAsync();
        await Given.InFlightAsync(api.Database, riding);
        Guid held = await PayoutAsync();
        await PostAsync(held, "hold", Reason);
        Guid ended = await PayoutAsync();
        await PostAsync(ended, "failed");

        ApiAnswer[] answers =
        [
            await PostAsync(riding, "requeue"),
            await PostAsync(held, "requeue"),
            await PostAsync(ended, "requeue"),
        ];

        answers.ShouldAllBe(a => a.Tag == "payout_not_actionable");
        answers
            .Select(a => (string?)a.Json["reason"])
            .ShouldBe(["transaction_in_flight", "on_hold", null]);
    }

    [Fact]
    public async Task A_check_orders_a_look_and_tells_what_the_last_one_saw()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);
        ApiAnswer before = await PostAsync(payout, "check");
        await Given.ObservedAsync(api.Database, hash, "included: block 7");
        await Given.ScalarAsync<long>(
            api.Database,
            "WITH l AS (UPDATE chain_transactions SET due_at = now() + interval '1 hour' WHERE state = 'open' RETURNING 1) SELECT count(*) FROM l"
        );

        ApiAnswer after = await PostAsync(payout, "check");

        ((string)before.Json["verdict"]!).ShouldBe("unknown");
        before.Json["observed_at"].ShouldBeNull();
        ((string)after.Json["verdict"]!).ShouldBe("pending");
        ((bool)after.Json["look_ordered"]!).ShouldBeTrue();
        ((string)after.Json["tx_hash"]!).ShouldBe(hash);
        ((string)after.Json["last_observation"]!).ShouldBe("included: block 7");
        after.Json["observed_at"].ShouldNotBeNull();
        (
            await Given.ScalarAsync<bool>(
                api.Database,
                "SELECT due_at <= now() FROM chain_transactions t JOIN attempts a ON a.transaction_id = t.id WHERE a.hash = $1",
                hash
            )
        ).ShouldBeTrue();
    }

    [Theory]
    [InlineData("included: x", "pending")]
    [InlineData("not seen: x", "pending")]
    [InlineData("unknown: x", "unknown")]
    [InlineData("contradiction: x", "unknown")]
    public async Task A_look_that_could_not_tell_is_unknown(string seen, string verdict)
    {
        Guid payout = await PayoutAsync();
        await Given.ObservedAsync(
            api.Database,
            await Given.InFlightAsync(api.Database, payout),
            seen
        );

        ((string)(await PostAsync(payout, "check")).Json["verdict"]!).ShouldBe(verdict);
    }

    [Fact]
    public async Task A_check_of_what_is_over_orders_nothing_and_tells_what_was_proven()
    {
        Guid sent = await PayoutAsync();
        await Given.SentAsync(api.Database, sent);
        Guid dropped = await PayoutAsync();
        await Given.LandedAsync(
            api.Database,
            await Given.InFlightAsync(api.Database, dropped),
            paid: false
        );
        Guid unsigned = await PayoutAsync();

        ApiAnswer[] answers =
        [
            await PostAsync(sent, "check"),
            await PostAsync(dropped, "check"),
            await PostAsync(unsigned, "check"),
        ];

        answers
            .Select(a => (string)a.Json["verdict"]!)
            .ShouldBe(["confirmed", "dropped", "unknown"]);
        answers.ShouldAllBe(a => !(bool)a.Json["look_ordered"]!);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("release")]
    [InlineData("requeue")]
    [InlineData("check")]
    public async Task A_repetition_under_a_key_changes_nothing_and_says_so(string action)
    {
        Guid payout = await PayoutAsync();
        if (action is "release")
            await PostAsync(payout, "hold", Reason);
        if (action is "check")
            await Given.InFlightAsync(api.Database, payout);
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer first = await PostAsync(payout, action, Reason, key);
        ApiAnswer again = await PostAsync(payout, action, Reason, key);

        ((int)first.Status).ShouldBe(200, first.Text);
        again.Text.ShouldBe(first.Text);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        ApiAnswer trail = await api.Operator.GetAsync($"/v1/admin/audit?payout={payout}");
        trail.Json["items"]!.AsArray().Count.ShouldBe(action is "release" ? 2 : 1);
    }

    [Fact]
    public async Task One_key_for_two_payouts_at_once_is_refused_for_one_of_them()
    {
        for (int i = 0; i < 10; i++)
        {
            (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");
            Guid[] payouts = [await PayoutAsync(), await PayoutAsync()];
            string action =
                i % 3 is 0 ? "failed"
                : i % 3 is 1 ? "cancel"
                : "hold";

            ApiAnswer[] answers = await Task.WhenAll(
                payouts.Select(p => PostAsync(p, action, Reason, key))
            );

            answers.Select(a => (int)a.Status).Order().ShouldBe([200, 422]);
        }
    }

    [Fact]
    public async Task P10_A_word_about_another_version_than_the_present_is_refused()
    {
        Guid payout = await PayoutAsync();

        foreach (string tag in new[] { "\"2\"", "2", "W/\"1\"", "\"x\"" })
        {
            ApiAnswer answer = await PostAsync(payout, "hold", Reason, ("If-Match", tag));
            answer.ShouldBeError(412, "version_mismatch");
            ((int)answer.Json["version"]!).ShouldBe(1);
        }
        (await PostAsync(payout, "cancel", "{}", ("If-Match", "\"2\""))).ShouldBeError(
            412,
            "version_mismatch"
        );
        (await PostAsync(payout, "hold", Reason, ("If-Match", "\"1\""))).ShouldBeOk();
        (await PostAsync(payout, "release", null, ("If-Match", "*"))).ShouldBeOk();
    }

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();

    private Task<ApiAnswer> PostAsync(
        Guid payout,
        string action,
        string? body = null,
        params (string, string)[] headers
    ) => api.Operator.PostAsync($"/v1/admin/referrals/payouts/{payout}/{action}", body, headers);

    private async Task<int> ClaimAsync(Guid payout) =>
        (
            await new ClaimPayouts(api.Database.App).ExecuteAsync(
                new PayoutClaim(
                    new NetworkId("solana"),
                    [payout],
                    1,
                    "w2",
                    TimeSpan.FromMinutes(1)
                ),
                default
            )
        ).Count;

    private async Task<OpenOutcome> StoreAsync(ClaimedPayout claimed) =>
        (await Given.StoreAsync(api.Database, claimed)).Stored;
}

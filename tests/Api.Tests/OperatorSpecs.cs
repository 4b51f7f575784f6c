using System.Globalization;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests;

public sealed class OperatorSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Hash =
        """{"tx_hash":"0x4a8f2c9e1b7d3f5a6c0e2d4b8f1a3c5e7d9b0f2a4c6e8d0b2f4a6c8e0d2b4f6a"}""";

    [Theory]
    [MemberData(nameof(PayoutIdCases.Malformed), MemberType = typeof(PayoutIdCases))]
    public async Task An_id_of_another_form_is_invalid_whatever_the_body(string id)
    {
        (await api.Operator.PostAsync(Sent(id), "{")).ShouldBeError(400, "invalid_payout_id");
        (await api.Operator.PostAsync(Failed(id), "{")).ShouldBeError(400, "invalid_payout_id");
        (await api.Operator.GetAsync(Show(id))).ShouldBeError(400, "invalid_payout_id");
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f")]
    [InlineData("9F1C0B7E-4D2A-4C8E-9B3F-1A2B3C4D5E6F")]
    public async Task An_id_that_nobody_has_is_not_found(string id)
    {
        (await api.Operator.PostAsync(Sent(id), Hash)).ShouldBeError(404, "payout_not_found");
        (await api.Operator.PostAsync(Failed(id))).ShouldBeError(404, "payout_not_found");
        (await api.Operator.GetAsync(Show(id))).ShouldBeError(404, "payout_not_found");
    }

    [Theory]
    [InlineData("""{"tx_hash":7}""")]
    [InlineData("""{"tx_hash":["a"]}""")]
    [InlineData("""{"tx_hash":"a\u0000b"}""")]
    [InlineData("""{"tx_hash":"\udc00"}""")]
    [InlineData("""{"tx_hash":"a\nb"}""")]
    [InlineData("""{"tx_hash":"a","internal_note":7}""")]
    public async Task Sent_with_a_field_of_the_wrong_type_is_invalid_json(string body)
    {
        Guid payout = await PayoutAsync();

        (await api.Operator.PostAsync(Sent(payout), body)).ShouldBeError(400, "invalid_json");
        await ShouldBeAsync(payout, "requested");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tx_hash":null}""")]
    [InlineData("""{"tx_hash":""}""")]
    [InlineData("""{"tx_hash":" \t "}""")]
    [InlineData("""{"TX_HASH":"abc"}""")]
    public async Task Sent_needs_a_hash(string body)
    {
        Guid payout = await PayoutAsync();

        (await api.Operator.PostAsync(Sent(payout), body)).ShouldBeError(400, "tx_hash_required");
        // Fields come before existence.
        (await api.Operator.PostAsync(Sent(Guid.NewGuid()), body)).ShouldBeError(
            400,
            "tx_hash_required"
        );
    }

    [Theory]
    [InlineData("""{"reason":7}""")]
    [InlineData("""{"reason":{}}""")]
    [InlineData("""{"reason":"\u0000"}""")]
    [InlineData("""{"internal_note":false}""")]
    [InlineData("""{"failure_code":"No Code"}""")]
    [InlineData("""{"force":"yes"}""")]
    public async Task Failed_with_a_field_of_the_wrong_type_is_invalid_json(string body)
    {
        Guid payout = await PayoutAsync();

        (await api.Operator.PostAsync(Failed(payout), body)).ShouldBeError(400, "invalid_json");
        await ShouldBeAsync(payout, "requested");
    }

    [Fact]
    public async Task A_hash_may_have_256_characters_and_not_257()
    {
        Guid payout = await PayoutAsync();

        ApiAnswer tooLong = await api.Operator.PostAsync(
            Sent(payout),
            $$"""{"tx_hash":"{{new string('a', 257)}}"}"""
        );
        ApiAnswer longest = await api.Operator.PostAsync(
            Sent(payout),
            $$"""{"tx_hash":"{{new string('a', 256)}}"}"""
        );

        tooLong.ShouldBeError(400, "invalid_json");
        longest.ShouldBeOk();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sent_is_recorded_for_a_payout_with_nothing_signed(bool taken)
    {
        Guid payout = await PayoutAsync();
        if (taken)
            await Given.ClaimedAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.PostAsync(
            Sent(payout),
            """{"tx_hash":" abc ","internal_note":"by hand"}""",
            ("X-Operator", "Ada"),
            ("X-Request-Id", "r-sent")
        );

        answer.ShouldBeOk();
        ApiAnswer shown = await api.Operator.GetAsync(Show(payout));
        ((string)shown.Json["payout"]!["tx_hash"]!).ShouldBe("abc");
        ((string)shown.Json["payout"]!["settlement"]!["mode"]!).ShouldBe("manual");
        ((string)shown.Json["internal_note"]!).ShouldBe("by hand");
        var last = shown.Json["events"]!.AsArray()[^1]!;
        ((string)last["action"]!).ShouldBe("sent");
        ((string)last["actor"]!).ShouldBe("operator:Ada (unverified)");
        ((string)last["request_id"]!).ShouldBe("r-sent");
        ((long)shown.Json["user_balance"]!["paid_micro"]!).ShouldBe(25_000_000);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "{}")]
    [InlineData(true, null)]
    [InlineData(true, """{"reason":"destination wallet rejected the transfer"}""")]
    public async Task Failed_gives_the_amount_back(bool taken, string? body)
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid payout = await user.CreatePayoutAsync();
        if (taken)
            await Given.ClaimedAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.PostAsync(Failed(payout), body);

        answer.ShouldBeOk();
        await ShouldBeAsync(payout, "failed");
        (
            (long)(await user.GetAsync("/v1/referrals/me")).Json["balance"]!["available_micro"]!
        ).ShouldBe(25_000_000);
    }

    [Fact]
    public async Task While_a_transaction_may_land_failed_is_refused_with_the_transaction()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.PostAsync(Failed(payout));

        answer.ShouldBeError(409, "payout_not_actionable");
        answer.Names.ShouldBe([
            "error",
            "message",
            "request_id",
            "reason",
            "status",
            "tx_hash",
            "safe_after",
        ]);
        ((string)answer.Json["reason"]!).ShouldBe("transaction_in_flight");
        ((string)answer.Json["status"]!).ShouldBe("processing");
        ((string)answer.Json["tx_hash"]!).ShouldBe(hash);
        DateTimeOffset safeAfter = DateTimeOffset.Parse(
            (string)answer.Json["safe_after"]!,
            CultureInfo.InvariantCulture
        );
        safeAfter.ShouldBeInRange(
            DateTimeOffset.UtcNow.AddSeconds(30),
            DateTimeOffset.UtcNow.AddSeconds(120)
        );
        await ShouldBeAsync(payout, "processing");
    }

    [Fact]
    public async Task While_a_transaction_may_land_sent_is_refused_for_ours_and_for_any_other()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);

        ApiAnswer ours = await api.Operator.PostAsync(Sent(payout), $$"""{"tx_hash":"{{hash}}"}""");
        ApiAnswer other = await api.Operator.PostAsync(Sent(payout), Hash);

        ours.ShouldBeError(409, "payout_not_actionable");
        ((string)ours.Json["reason"]!).ShouldBe("awaiting_finality");
        other.ShouldBeError(409, "payout_not_actionable");
        ((string)other.Json["reason"]!).ShouldBe("transaction_in_flight");
        await ShouldBeAsync(payout, "processing");
    }

    [Fact]
    public async Task Once_the_transaction_has_failed_for_good_the_payout_is_actionable_again()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);
        await Given.LandedAsync(api.Database, hash, paid: false);

        (await api.Operator.PostAsync(Failed(payout))).ShouldBeOk();
    }

    [Fact]
    public async Task What_has_ended_stays_as_it_is()
    {
        Guid chain = await PayoutAsync();
        string hash = await Given.SentAsync(api.Database, chain);
        Guid failed = await PayoutAsync();
        (await api.Operator.PostAsync(Failed(failed))).ShouldBeOk();

        foreach (
            (Guid payout, string status, string? txHash) in new[]
            {
                (chain, "sent", hash),
                (failed, "failed", null),
            }
        )
        {
            foreach (
                ApiAnswer answer in new[]
                {
                    await api.Operator.PostAsync(Failed(payout)),
                    await api.Operator.PostAsync(Sent(payout), Hash),
                }
            )
            {
                answer.ShouldBeError(409, "payout_not_actionable");
                ((string?)answer.Json["status"]).ShouldBe(status);
                ((string?)answer.Json["tx_hash"]).ShouldBe(txHash);
                answer.Names.ShouldNotContain("reason");
            }
            await ShouldBeAsync(payout, status);
        }
    }

    [Fact]
    public async Task The_same_key_answers_the_same_and_without_it_a_repetition_is_refused()
    {
        Guid payout = await PayoutAsync();
        (string, string) key = ("Idempotency-Key", $"k-{payout}");

        ApiAnswer first = await api.Operator.PostAsync(Sent(payout), Hash, key);
        ApiAnswer again = await api.Operator.PostAsync(Sent(payout), Hash, key);
        ApiAnswer other = await api.Operator.PostAsync(Sent(payout), """{"tx_hash":"b"}""", key);
        ApiAnswer otherPayout = await api.Operator.PostAsync(Sent(await PayoutAsync()), Hash, key);
        ApiAnswer without = await api.Operator.PostAsync(Sent(payout), Hash);

        first.ShouldBeOk();
        first.Header("Idempotent-Replayed").ShouldBeNull();
        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        other.ShouldBeError(422, "idempotency_key_reused");
        otherPayout.ShouldBeError(422, "idempotency_key_reused");
        without.ShouldBeError(409, "payout_not_actionable");
    }

    [Fact]
    public async Task Of_requests_with_one_key_at_once_one_acts_and_the_others_repeat_its_answer()
    {
        Guid payout = await PayoutAsync();

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    api.Operator.PostAsync(
                        Failed(payout),
                        """{"reason":"r"}""",
                        ("Idempotency-Key", $"many-{payout}")
                    )
                )
        );

        answers.ShouldAllBe(a => a.Text == """{"ok":true}""");
        answers.Count(a => a.Header("Idempotent-Replayed") is null).ShouldBe(1);
    }

    [Fact]
    public async Task P10_Of_contradicting_words_at_once_exactly_one_stands()
    {
        ApiClient user = await api.UserWithAsync(25_000_000);
        Guid payout = await user.CreatePayoutAsync();

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    i % 2 == 0
                        ? api.Operator.PostAsync(Failed(payout))
                        : api.Operator.PostAsync(Sent(payout), Hash)
                )
        );

        answers.Count(a => (int)a.Status == 200).ShouldBe(1);
        answers.Where(a => (int)a.Status != 200).ShouldAllBe(a => a.Tag == "payout_not_actionable");
        var balance = (await user.GetAsync("/v1/referrals/me")).Json["balance"]!;
        ((long)balance["reserved_micro"]!).ShouldBe(0);
        ((long)balance["paid_micro"]! + (long)balance["available_micro"]!).ShouldBe(25_000_000);
    }

    [Fact]
    public async Task A_label_cannot_break_the_audit_trail()
    {
        Guid payout = await PayoutAsync();

        (
            await api.Operator.PostAsync(Failed(payout), null, ("X-Operator", new string('x', 500)))
        ).ShouldBeOk();

        string actor = await Given.ScalarAsync<string>(
            api.Database,
            "SELECT actor FROM payout_events WHERE payout_id = $1 AND action = 'failed'",
            payout
        );
        actor.ShouldBe($"operator:{new string('x', 64)} (unverified)");
    }

    [Fact]
    public async Task Operators_see_attempts_with_their_terms_and_never_the_bytes()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.SentAsync(api.Database, payout);

        ApiAnswer answer = await api.Operator.GetAsync(Show(payout));

        var attempt = answer.Json["attempts"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)attempt["tx_hash"]!).ShouldBe(hash);
        ((string)attempt["state"]!).ShouldBe("landed");
        ((string)attempt["outcome"]!).ShouldBe("paid");
        ((int)attempt["evidence"]!["slot"]!).ShouldBe(1);
        attempt["proof"].ShouldNotBeNull();
        attempt.AsObject().ContainsKey("bytes").ShouldBeFalse();
        answer.Json["events"]!
            .AsArray()
            .Select(e => (string)e!["action"]!)
            .ShouldBe(["requested", "processing", "sent"]);
    }

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();

    private async Task ShouldBeAsync(Guid payout, string status) =>
        (
            await Given.ScalarAsync<string>(
                api.Database,
                "SELECT status FROM payouts WHERE id = $1",
                payout
            )
        ).ShouldBe(status);

    private static string Sent(object id) => $"/v1/admin/referrals/payouts/{id}/sent";

    private static string Failed(object id) => $"/v1/admin/referrals/payouts/{id}/failed";

    private static string Show(object id) => $"/v1/admin/referrals/payouts/{id}";
}

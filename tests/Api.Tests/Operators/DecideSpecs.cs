using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Payouts.Tokens;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

/// <summary>A transaction that the chain contradicts: nothing but a person's word decides it, and nothing is paid by that word alone.</summary>
public sealed class DecideSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Seen = "contradiction: another transaction took the nonce";
    private const string Dead = """{"verdict":"dead","reason":"old signer, incident 12"}""";

    [Theory]
    [InlineData("failed", "{}")]
    [InlineData("sent", """{"tx_hash":"another"}""")]
    [InlineData("hold", """{"reason":"r"}""")]
    [InlineData("cancel", "{}")]
    public async Task Until_it_is_decided_its_payouts_are_refused_with_the_reason(
        string action,
        string body
    )
    {
        (Guid payout, long id, string hash) = await ContradictedAsync();

        ApiAnswer answer = await api.Operator.PostAsync(PathOf(payout, action), body);

        ((int)answer.Status).ShouldBe(409, answer.Text);
        ((string)answer.Json["reason"]!).ShouldBe("chain_contradicts");
        ((string)answer.Json["tx_hash"]!).ShouldBe(hash);
        ((long)answer.Json["transaction_id"]!).ShouldBe(id);
    }

    [Fact]
    public async Task Dead_by_a_persons_word_holds_its_payouts_until_the_next_word()
    {
        (Guid payout, long id, _) = await ContradictedAsync();

        (await DecideAsync(id, Dead, ("X-Request-Id", "r-dead"))).ShouldBeOk();

        JsonNode shown = (await api.Operator.GetAsync(PathOf(payout))).Json;
        ((string)shown["payout"]!["status"]!).ShouldBe("processing");
        ((string)shown["payout"]!["stage"]!).ShouldBe("on_hold");
        JsonNode attempt = shown["attempts"]!.AsArray().Single()!;
        ((string)attempt["state"]!).ShouldBe("dead");
        ((string)attempt["outcome"]!).ShouldBe("not_paid");
        (await api.Operator.PostAsync(PathOf(payout, "release"), "{}")).ShouldBeOk();
        await Given.SentAsync(api.Database, payout);
        await BooksShouldBeCleanAsync();
    }

    [Fact]
    public async Task Landed_by_a_persons_word_sends_its_payouts_and_says_who_said_so()
    {
        (Guid payout, long id, string hash) = await ContradictedAsync();

        (
            await DecideAsync(
                id,
                $$"""{"verdict":"landed","tx_hash":"{{hash}}","reason":"seen on two explorers"}"""
            )
        ).ShouldBeOk();

        JsonNode shown = (await api.Operator.GetAsync(PathOf(payout))).Json;
        ((string)shown["payout"]!["status"]!).ShouldBe("sent");
        ((string)shown["payout"]!["tx_hash"]!).ShouldBe(hash);
        ((string)shown["payout"]!["settlement"]!["mode"]!).ShouldBe("manual");
        JsonNode last = shown["events"]!.AsArray()[^1]!;
        ((string)last["actor"]!).ShouldBe("operator");
        ((string)last["evidence"]!["transaction"]!["chain_showed"]!).ShouldBe(Seen);
        ((long)shown["user_balance"]!["paid_micro"]!).ShouldBe(25_000_000);
        await BooksShouldBeCleanAsync();
    }

    [Fact]
    public async Task Of_many_payouts_those_that_were_paid_are_sent_and_the_others_held()
    {
        Guid[] payouts = [await PayoutAsync(), await PayoutAsync()];
        (_, string hash) = await Given.StoreAsync(
            api.Database,
            await Given.ClaimedAsync(api.Database, payouts[0]),
            await Given.ClaimedAsync(api.Database, payouts[1])
        );
        await Given.ObservedAsync(api.Database, hash, Seen);
        long id = await IdOfAsync(hash);

        ApiAnswer stranger = await DecideAsync(
            id,
            $$"""{"verdict":"landed","paid":["{{Guid.NewGuid()}}"],"reason":"r"}"""
        );
        (
            await DecideAsync(
                id,
                $$"""{"verdict":"landed","paid":["{{payouts[1]}}"],"reason":"r"}"""
            )
        ).ShouldBeOk();

        ((string)stranger.Json["reason"]!).ShouldBe("not_a_rider");
        (await StateAsync(payouts[0])).ShouldBe("processing held");
        (await StateAsync(payouts[1])).ShouldBe("sent");
        await BooksShouldBeCleanAsync();
    }

    [Theory]
    [InlineData("dead", "failed f f")]
    [InlineData("landed", "failed f t")]
    public async Task A_forced_failure_is_resolved_by_the_verdict(string verdict, string expected)
    {
        (Guid payout, long id, _) = await ContradictedAsync();
        TransitionResult forced = await new FinalizePayout(api.Database.App).ByOperatorAsync(
            new OperatorWord(payout, null, "r", null, null, Force: true, "operator:x", null),
            default
        );

        (await DecideAsync(id, $$"""{"verdict":"{{verdict}}","reason":"r"}""")).ShouldBeOk();

        forced.ShouldBeOfType<TransitionResult.Applied>();
        (
            await Given.ScalarAsync<string>(
                api.Database,
                "SELECT concat_ws(' ', status, refund_held, conflict_at IS NOT NULL) FROM payouts WHERE id = $1",
                payout
            )
        ).ShouldBe(expected);
        await BooksShouldBeCleanAsync();
    }

    [Fact]
    public async Task A_transaction_that_the_chain_does_not_contradict_is_nobodys_to_decide()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);
        long id = await IdOfAsync(hash);
        ApiAnswer unseen = await DecideAsync(id, Dead);
        await Given.ObservedAsync(api.Database, hash, "not seen: x");
        ApiAnswer notSeen = await DecideAsync(id, Dead);
        await Given.LandedAsync(api.Database, hash);
        ApiAnswer landed = await DecideAsync(id, Dead);

        foreach (ApiAnswer answer in new[] { unseen, notSeen })
        {
            answer.ShouldBeError(409, "payout_not_actionable");
            ((string)answer.Json["reason"]!).ShouldBe("not_contradicted");
            ((string)answer.Json["status"]!).ShouldBe("open");
        }
        ((string)landed.Json["reason"]!).ShouldBe("already_decided");
        ((string)landed.Json["status"]!).ShouldBe("landed");
    }

    [Fact]
    public async Task A_hash_that_we_did_not_sign_lands_nothing()
    {
        (Guid payout, long id, _) = await ContradictedAsync();

        ApiAnswer answer = await DecideAsync(
            id,
            """{"verdict":"landed","tx_hash":"another","reason":"r"}"""
        );

        answer.ShouldBeError(409, "payout_not_actionable");
        ((string)answer.Json["reason"]!).ShouldBe("not_our_transaction");
        (await StateAsync(payout)).ShouldBe("processing");
    }

    [Fact]
    public async Task The_verdict_is_kept_with_who_said_it_and_what_the_chain_showed()
    {
        (_, long id, _) = await ContradictedAsync();

        (await DecideAsync(id, Dead, ("X-Operator", "Ada"))).ShouldBeOk();

        JsonNode entry = (
            await api.Operator.GetAsync($"/v1/admin/audit?action=transaction_decided&target={id}")
        ).Json["items"]!
            .AsArray()
            .ShouldHaveSingleItem()!;
        ((string)entry["actor"]!).ShouldBe("operator:Ada (unverified)");
        ((string)entry["target_kind"]!).ShouldBe("transaction");
        ((string)entry["reason"]!).ShouldBe("old signer, incident 12");
        ((string)entry["detail"]!["verdict"]!).ShouldBe("dead");
        ((string)entry["detail"]!["chain_showed"]!).ShouldBe(Seen);
    }

    [Fact]
    public async Task A_worker_who_looked_before_the_verdict_writes_nothing_after_it()
    {
        (Guid payout, long id, string hash) = await ContradictedAsync();
        ClaimedTransaction stale = await TakenUpAsync(id);

        (await DecideAsync(id, Dead)).ShouldBeOk();
        int written = await new FinalizePayout(api.Database.App).FromChainAsync(
            [
                new Conclusion.Landed(
                    stale,
                    new Observation.Landed(
                        hash,
                        [new TransferResult(true, new Evidence("{}"))],
                        new Evidence("{}")
                    )
                ),
            ],
            "worker:w1",
            default
        );

        written.ShouldBe(0);
        (await StateAsync(payout)).ShouldBe("processing held");
    }

    [Fact]
    public async Task Of_contradicting_verdicts_at_once_exactly_one_stands()
    {
        (Guid payout, long id, _) = await ContradictedAsync();

        ApiAnswer[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    DecideAsync(id, i % 2 == 0 ? Dead : """{"verdict":"landed","reason":"r"}""")
                )
        );

        answers.Count(a => (int)a.Status == 200).ShouldBe(1);
        answers
            .Where(a => (int)a.Status != 200)
            .ShouldAllBe(a => (string)a.Json["reason"]! == "already_decided");
        (await StateAsync(payout)).ShouldBeOneOf("sent", "processing held");
        await BooksShouldBeCleanAsync();
    }

    [Fact]
    public async Task A_repetition_under_a_key_repeats_the_answer()
    {
        (_, long id, _) = await ContradictedAsync();
        (string, string) key = ("Idempotency-Key", $"{Guid.NewGuid()}");

        ApiAnswer first = await DecideAsync(id, Dead, key);
        ApiAnswer again = await DecideAsync(id, Dead, key);
        ApiAnswer other = await DecideAsync(id, """{"verdict":"landed","reason":"r"}""", key);

        first.ShouldBeOk();
        again.ShouldBeOk();
        again.Header("Idempotent-Replayed").ShouldBe("true");
        other.ShouldBeError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Above_the_threshold_who_approved_does_not_decide()
    {
        (Guid payout, long id, _) = await ContradictedAsync();
        await using ApiServer strict = await ApiServer.StartAsync(
            api.Database,
            ("Operations:ApprovalThresholdsMicro:solana", "1")
        );
        ApiClient ann = await NamedAsync("ann");

        ApiAnswer unapproved = await ann.PostAsync(DecidePath(id), Dead);
        (await ann.PostAsync(PathOf(payout, "approve"))).ShouldBeOk();
        ApiAnswer alone = await ann.PostAsync(DecidePath(id), Dead);
        ApiAnswer together = await (await NamedAsync("bob")).PostAsync(DecidePath(id), Dead);
        await using (
            await ApiServer.StartAsync(
                api.Database,
                ("Operations:ApprovalThresholdsMicro:solana", "off")
            )
        ) { }

        ((string)unapproved.Json["reason"]!).ShouldBe("awaiting_approval");
        alone.ShouldBeError(403, "self_approval_forbidden");
        together.ShouldBeOk();
    }

    [Theory]
    [InlineData("{}", "verdict")]
    [InlineData("""{"verdict":"maybe","reason":"r"}""", "verdict")]
    [InlineData("""{"verdict":"dead"}""", "reason")]
    [InlineData("""{"verdict":"dead","reason":" "}""", "reason")]
    [InlineData("""{"verdict":"dead","reason":"r","tx_hash":"x"}""", "tx_hash")]
    [InlineData("""{"verdict":"landed","reason":"r","tx_hash":""}""", "tx_hash")]
    [InlineData("""{"verdict":"landed","reason":"r","paid":"x"}""", "paid")]
    [InlineData("""{"verdict":"landed","reason":"r","paid":["x"]}""", "paid")]
    public async Task A_malformed_field_of_a_verdict_is_named(string body, string field)
    {
        ApiAnswer answer = await DecideAsync(1, body);

        answer.ShouldBeError(400, "invalid_args");
        ((string)answer.Json["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task An_id_that_is_no_number_is_invalid_and_one_that_nobody_has_is_not_found()
    {
        foreach (string id in new[] { "x", "-1", "1.5", "99999999999999999999" })
        {
            (
                await api.Operator.PostAsync($"/v1/admin/chain-transactions/{id}/decide", Dead)
            ).ShouldBeError(400, "invalid_transaction_id");
        }
        (await DecideAsync(999_999_999, Dead)).ShouldBeError(404, "transaction_not_found");
    }

    private async Task<(Guid Payout, long Id, string Hash)> ContradictedAsync()
    {
        Guid payout = await PayoutAsync();
        string hash = await Given.InFlightAsync(api.Database, payout);
        await Given.ObservedAsync(api.Database, hash, Seen);
        return (payout, await IdOfAsync(hash), hash);
    }

    private async Task<Guid> PayoutAsync() =>
        await (await api.UserWithAsync(25_000_000)).CreatePayoutAsync();

    private Task<long> IdOfAsync(string hash) =>
        Given.ScalarAsync<long>(
            api.Database,
            "SELECT transaction_id FROM attempts WHERE hash = $1",
            hash
        );

    private Task<string> StateAsync(Guid payout) =>
        Given.ScalarAsync<string>(
            api.Database,
            "SELECT concat_ws(' ', status, CASE WHEN held_at IS NOT NULL THEN 'held' END) FROM payouts WHERE id = $1",
            payout
        );

    private async Task<ClaimedTransaction> TakenUpAsync(long id)
    {
        await Given.ScalarAsync<long>(
            api.Database,
            "WITH l AS (UPDATE chain_transactions SET due_at = now() WHERE id = $1 RETURNING 1) SELECT count(*) FROM l",
            id
        );
        IReadOnlyList<ClaimedTransaction> taken = await new FollowTransactions(
            api.Database.App
        ).ClaimAsync(
            new TransactionClaim(new NetworkId("solana"), 256, "w1", TimeSpan.FromMinutes(1)),
            default
        );
        return taken.Single(t => t.Id == id);
    }

    private Task<ApiAnswer> DecideAsync(long id, string body, params (string, string)[] headers) =>
        api.Operator.PostAsync(DecidePath(id), body, headers);

    private static string DecidePath(long id) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/admin/chain-transactions/{id}/decide");

    private static string PathOf(Guid id, string? action = null) =>
        action is null
            ? $"/v1/admin/referrals/payouts/{id}"
            : $"/v1/admin/referrals/payouts/{id}/{action}";

    private async Task<ApiClient> NamedAsync(string name) =>
        new(api.Server)
        {
            AdminToken = await new ApiTokens(api.Database.App).IssueAsync(
                name,
                [.. Scopes.OfOperators],
                TimeSpan.FromHours(1),
                default
            ),
        };

    private async Task BooksShouldBeCleanAsync() =>
        (await new LedgerAudit(api.Database.Owner).RunAsync(default)).Violations.ShouldBeEmpty();
}

using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Dearer attempts and cancels at one nonce: what is stored, by whom, and what the payouts become.</summary>
public sealed class ReplacementSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly PostgresSettlementStore _store = new(database.App, new WorkerIdentity("w"));
    private readonly FinalizePayout _finalize = new(database.App);
    private readonly AskReplacement _ask = new(database.App);

    [Fact]
    public async Task K12_A_dearer_attempt_is_stored_beside_the_first_and_looked_at_with_it()
    {
        GivenPayout payout = await RidingAsync();

        AttemptOutcome stored = await StoreAsync(payout, AttemptKind.Payment);

        stored.ShouldBe(AttemptOutcome.Stored.Instance);
        ClaimedTransaction claimed = await TakenUpAsync(payout);
        claimed.Transaction.Attempts.Count.ShouldBe(2);
        claimed.Transaction.Attempts[0].TransactionId.ShouldBe(payout.Signed!.TransactionId);
        claimed.Transaction.Attempts.ShouldAllBe(a => a.Kind == AttemptKind.Payment);
    }

    [Fact]
    public async Task P4_A_worker_who_wakes_after_another_took_over_stores_no_attempt()
    {
        GivenPayout payout = await RidingAsync();
        await TakenUpAsync(payout);

        AttemptOutcome stored = await StoreAsync(payout, AttemptKind.Payment);

        stored.ShouldBe(AttemptOutcome.Fenced.Instance);
        (await AttemptsAsync(payout)).ShouldBe(1);
    }

    [Fact]
    public async Task A_paused_network_makes_no_payment_dearer_and_lets_a_cancel_pass()
    {
        GivenPayout payout = await RidingAsync("paused-chain");
        (await CancelAsync(payout)).ShouldBe(TransitionResult.Applied.Instance);
        await ExecuteAsync(
            "INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('paused-chain', 'operator', 'r', 'o')"
        );

        AttemptOutcome payment = await StoreAsync(payout, AttemptKind.Payment);
        AttemptOutcome cancel = await StoreAsync(payout, AttemptKind.Cancel);

        payment.ShouldBe(AttemptOutcome.Fenced.Instance);
        cancel.ShouldBe(AttemptOutcome.Stored.Instance);
    }

    [Fact]
    public async Task A_wish_to_be_faster_is_seen_by_the_worker_and_granted_by_its_attempt()
    {
        GivenPayout payout = await RidingAsync();

        TransitionResult asked = await _ask.SpeedUpAsync(Order(payout), default);
        TransitionResult again = await _ask.SpeedUpAsync(Order(payout), default);
        ClaimedTransaction claimed = await TakenUpAsync(payout, isDue: true);
        await StoreAsync(payout, AttemptKind.Payment, claimed.Token);
        ClaimedTransaction later = await TakenUpAsync(payout);

        asked.ShouldBe(TransitionResult.Applied.Instance);
        Because(again).ShouldBe(RefusedBecause.AlreadyAsked);
        claimed.Asked.ShouldBe(Ask.SpeedUp);
        later.Asked.ShouldBeNull();
        later.NewestAge.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("included = true", RefusedBecause.AlreadyIncluded)]
    [InlineData("last_observation = 'fee_cap: 1 of 1'", RefusedBecause.FeeCap)]
    [InlineData("last_observation = 'contradiction: x'", RefusedBecause.ChainContradicts)]
    public async Task Nothing_is_hastened_that_cannot_be(string state, RefusedBecause because)
    {
        GivenPayout payout = await RidingAsync();
        await ExecuteAsync(
            $"UPDATE chain_transactions SET {state} WHERE id = {payout.TransactionId}"
        );

        TransitionResult result = await _ask.SpeedUpAsync(Order(payout), default);

        Because(result).ShouldBe(because);
    }

    [Fact]
    public async Task Where_there_are_no_nonces_nothing_is_replaced()
    {
        GivenPayout payout = await APayout.In(database).RidingAsync();
        GivenPayout idle = await APayout.In(database).On("ethereum").ProcessingAsync();

        Because(await _ask.SpeedUpAsync(Order(payout), default))
            .ShouldBe(RefusedBecause.NotReplaceable);
        Because(await CancelAsync(payout)).ShouldBe(RefusedBecause.NotReplaceable);
        Because(await _ask.SpeedUpAsync(Order(idle), default))
            .ShouldBe(RefusedBecause.NothingToCheck);
    }

    [Fact]
    public async Task K14_V26_A_payout_whose_cancel_landed_is_cancelled_and_its_money_is_free()
    {
        GivenPayout payout = await RidingAsync();
        (await CancelAsync(payout)).ShouldBe(TransitionResult.Applied.Instance);
        await StoreAsync(payout, AttemptKind.Cancel);

        int written = await _finalize.FromChainAsync([Dead(payout)], "worker:w", default);

        written.ShouldBe(1);
        PayoutRow row = await RowAsync(payout);
        (row.Status, row.SettledBy, row.Note).ShouldBe(("cancelled", "operator", "asked by phone"));
        (
            await ScalarAsync<long>(
                "SELECT reserved_micro FROM accounts WHERE user_id = @UserId",
                payout
            )
        ).ShouldBe(0);
        (
            await ScalarAsync<string>(
                "SELECT evidence->>'asked_by' FROM payout_events WHERE payout_id = @Id AND action = 'cancelled'",
                payout
            )
        ).ShouldBe("operator:tess");
    }

    [Fact]
    public async Task V27_P9_A_payout_whose_payment_landed_before_the_cancel_is_sent_and_says_so()
    {
        GivenPayout payout = await RidingAsync();
        await CancelAsync(payout);
        await StoreAsync(payout, AttemptKind.Cancel);

        await _finalize.FromChainAsync([payout.Conclusion(paid: true)], "worker:w", default);

        (await RowAsync(payout)).Status.ShouldBe("sent");
        (
            await ScalarAsync<string>(
                "SELECT evidence->>'cancel' FROM payout_events WHERE payout_id = @Id AND action = 'sent'",
                payout
            )
        ).ShouldBe("too late");
    }

    [Fact]
    public async Task V26_A_payout_that_nobody_cancelled_goes_back_in_the_queue_when_its_nonce_was_filled()
    {
        GivenPayout payout = await RidingAsync();
        AttemptOutcome filled = await StoreAsync(payout, AttemptKind.Cancel, isFiller: true);
        ClaimedTransaction claimed = await TakenUpAsync(payout);

        await _finalize.FromChainAsync(
            [new Conclusion.Dead(claimed, Never(), TimeSpan.Zero)],
            "worker:w",
            default
        );

        filled.ShouldBe(AttemptOutcome.Stored.Instance);
        claimed.Asked.ShouldBe(Ask.Fill);
        (await RowAsync(payout)).Status.ShouldBe("processing");
        (
            await ScalarAsync<int>("SELECT failed_rides FROM payouts WHERE id = @Id", payout)
        ).ShouldBe(1);
    }

    [Fact]
    public async Task How_a_node_refused_the_newest_attempt_is_known_at_the_next_look()
    {
        GivenPayout payout = await RidingAsync();
        await _store.NoteBroadcastAsync(
            new BroadcastNote(
                payout.TransactionId,
                payout.Signed!.TransactionId,
                new BroadcastOutcome.Refused(RefusalReason.ReplacementUnderpriced, "underpriced")
            ),
            default
        );

        ClaimedTransaction claimed = await TakenUpAsync(payout);

        claimed.Refused.ShouldBe(RefusalReason.ReplacementUnderpriced);
    }

    private Task<GivenPayout> RidingAsync(string network = "ethereum") =>
        APayout.In(database).On(network).RidingAsync();

    private Task<AttemptOutcome> StoreAsync(
        GivenPayout payout,
        AttemptKind kind,
        long token = 1,
        bool isFiller = false
    )
    {
        SignedTransaction signed = APayout.ASignedTransaction(
            payout.Signed!.Sender,
            payout.Signed.Nonce
        );
        var attempt = new NewAttempt(
            payout.Transaction(token),
            signed with
            {
                Kind = kind,
                Fees = new OfferedFees(1_100, 110),
            },
            "w"
        )
        {
            IsFiller = isFiller,
        };
        return _store.StoreAttemptAsync(attempt, default);
    }

    private async Task<ClaimedTransaction> TakenUpAsync(GivenPayout payout, bool isDue = false)
    {
        if (!isDue)
        {
            await ExecuteAsync(
                $"UPDATE chain_transactions SET due_at = now() - interval '1 day' WHERE id = {payout.TransactionId}"
            );
        }
        IReadOnlyList<ClaimedTransaction> claimed = await _store.ClaimTransactionsAsync(
            new TransactionClaim(new NetworkId("ethereum"), 100, "w", TimeSpan.FromHours(1)),
            default
        );
        return claimed.Single(t => t.Id == payout.TransactionId);
    }

    private Task<TransitionResult> CancelAsync(GivenPayout payout) =>
        _ask.CancelAsync(Order(payout), null, default);

    private static PayoutOrder Order(GivenPayout payout) =>
        new(payout.Id, APayout.Operator, "asked by phone", null);

    private static Conclusion.Dead Dead(GivenPayout payout) =>
        new(payout.Transaction(), Never(), TimeSpan.Zero);

    private static Observation.Never Never() => new(NeverReason.Replaced, APayout.Proof);

    private static RefusedBecause Because(TransitionResult result) =>
        result.ShouldBeOfType<TransitionResult.Refused>().Because;

    private async Task<PayoutRow> RowAsync(GivenPayout payout) =>
        (await new PayoutQueries(database.App).FindAsync(payout.Id, default))!;

    private async Task<int> AttemptsAsync(GivenPayout payout) =>
        (int)
            await ScalarAsync<long>(
                "SELECT count(*) FROM attempts WHERE transaction_id = @TransactionId",
                payout
            );

    private async Task<T> ScalarAsync<T>(string sql, GivenPayout payout)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(
            sql,
            new
            {
                payout.Id,
                payout.UserId,
                payout.TransactionId,
            }
        );
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}

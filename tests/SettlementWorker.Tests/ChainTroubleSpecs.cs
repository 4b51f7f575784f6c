using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class ChainTroubleSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const string TransactionsOf = """
        SELECT string_agg(t.state, ' ' ORDER BY t.id) FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
         WHERE r.payout_id = @Id
        """;

    private readonly Given _given = new(database);

    [Fact]
    public async Task K9_R3_V1_V2_S1_F16_Bytes_that_nobody_saw_are_sent_again_exactly_as_they_were()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new BroadcastOutcome.Unknown("connection reset");
        await worker.Network.SettleAsync(null, default);
        chain.Broadcasting = _ => null;
        await _given.TimePassesAsync();

        await worker.Network.ObserveAsync(default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        chain.BroadcastsById.Values.ShouldBe([2]);
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        chain.Payments[payout.Number].ShouldBe(1);
    }

    [Fact]
    public async Task K11_R6_A_refusal_ends_nothing()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new BroadcastOutcome.Refused(RefusalReason.Other, "no");

        await worker.Network.SettleAsync(null, default);

        PayoutRow row = await _given.RowAsync(payout);
        (row.Status, row.Rides).ShouldBe(("processing", true));
        (
            await _given.ReadAsync<string>(
                "SELECT n.reason FROM broadcast_notes n JOIN transaction_payouts r USING (transaction_id) WHERE r.payout_id = @Id",
                payout
            )
        ).ShouldBe("other: no");
    }

    [Fact]
    public async Task S2_A_transaction_that_expired_unseen_is_followed_by_a_second_that_pays_once()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new BroadcastOutcome.Unknown("lost");
        await worker.Network.SettleAsync(null, default);
        chain.Broadcasting = _ => null;
        chain.Expire();
        await _given.TimePassesAsync();

        await worker.Network.ObserveAsync(default);
        PayoutRow between = await _given.RowAsync(payout);
        await _given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        (between.Status, between.Rides, between.FailedRides).ShouldBe(("processing", false, 0));
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        (await _given.ReadAsync<string>(TransactionsOf, payout)).ShouldBe("dead landed");
        chain.Payments[payout.Number].ShouldBe(1);
        (await _given.HistoryAsync(payout)).ShouldBe(["requested", "processing", "sent"]);
    }

    [Fact]
    public async Task V22_A_payout_whose_transactions_fail_five_times_waits_for_a_person()
    {
        FakeChain chain = AChain.Numbered();
        chain.Reverts = _ => true;
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);

        for (int ride = 0; ride < 7; ride++)
        {
            await worker.Network.SettleAsync(null, default);
            await _given.TimePassesAsync();
            await worker.Network.ObserveAsync(default);
            await _given.TimePassesAsync();
        }

        PayoutRow row = await _given.RowAsync(payout);
        (row.Status, row.ParkReason, row.FailedRides).ShouldBe(("processing", "needs_operator", 5));
        chain.Broadcasts.ShouldBe(5);
        (await _given.AccountAsync(payout)).ReservedMicro.ShouldBe(Given.AmountMicro);
        (await _given.HistoryAsync(payout)).ShouldBe([
            "requested",
            "processing",
            "parked needs_operator",
        ]);
    }

    [Fact]
    public async Task S29_B1_One_bad_rider_does_not_keep_the_others_from_being_paid()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 4);
        chain.Reverts = t => t.PayoutNumber == payouts[2].Number;

        for (int ride = 0; ride < 3; ride++)
        {
            await worker.Network.SettleAsync(null, default);
            await _given.TimePassesAsync();
            await worker.Network.ObserveAsync(default);
            await _given.TimePassesAsync();
        }

        foreach (Payout payout in payouts)
        {
            (await _given.RowAsync(payout)).Status.ShouldBe(
                payout == payouts[2] ? "processing" : "sent"
            );
        }
        chain.Payments.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public async Task V23_A_contradiction_freezes_the_wallet_and_decides_nothing()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout riding = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new BroadcastOutcome.Unknown("lost");
        await worker.Network.SettleAsync(null, default);
        chain.ForeignTransaction();
        await _given.TimePassesAsync();

        await worker.Network.ObserveAsync(default);
        Payout next = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);

        (await _given.RowAsync(riding)).Rides.ShouldBeTrue();
        (await _given.RowAsync(next)).ParkReason.ShouldBe("wallet_frozen");
        (
            await _given.ReadAsync<string>(
                "SELECT frozen_reason FROM wallets WHERE network = @Network",
                new { Network = chain.Network.Name }
            )
        ).ShouldContain("used by somebody else");
    }

    [Fact]
    public async Task R29_What_is_unknown_never_ends_a_payout()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        chain.Observing = _ => new Observation.Unknown("no answer");

        for (int look = 0; look < 30; look++)
        {
            await _given.TimePassesAsync();
            (await worker.Network.ObserveAsync(default)).ShouldBe(1);
        }

        PayoutRow row = await _given.RowAsync(payout);
        (row.Status, row.Rides).ShouldBe(("processing", true));
        chain.Broadcasts.ShouldBe(1);
        chain.Observing = _ => null;
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
    }
}

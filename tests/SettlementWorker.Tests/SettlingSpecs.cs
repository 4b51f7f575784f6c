using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class SettlingSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    public static TheoryData<bool> BothKinds => [true, false];

    [Theory]
    [MemberData(nameof(BothKinds))]
    public async Task A_running_worker_sends_what_is_requested(bool numbered)
    {
        FakeChain chain = numbered ? AChain.Numbered() : AChain.Expiring();
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 20);

        await using AWorker worker = await AWorker.RunningAsync(database, chain);

        foreach (Payout payout in payouts)
        {
            await _given.IsSentAsync(payout);
            (await _given.AccountAsync(payout)).ShouldBe(new AccountRow());
            (await _given.HistoryAsync(payout)).ShouldBe(["requested", "processing", "sent"]);
            chain.Payments[payout.Number].ShouldBe(1);
        }
    }

    [Fact]
    public async Task D9_What_was_asked_for_in_another_asset_waits_for_a_person_and_is_never_paid()
    {
        FakeChain chain = AChain.Expiring();
        chain.OnlyAsset = "the-token-after-a-change-of-configuration";
        bool signed = false;
        chain.AfterSigning = _ =>
        {
            signed = true;
            return Task.CompletedTask;
        };
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);

        await worker.Network.SettleAsync([payout.Id], default);

        signed.ShouldBeFalse();
        PayoutRow row = await _given.RowAsync(payout);
        (row.Status, row.ParkReason).ShouldBe(("processing", "needs_operator"));
        row.ParkDetail.ShouldNotBeNull().ShouldContain("asset-address");
    }

    [Fact]
    public async Task A_message_settles_what_it_names_and_nothing_else()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout named = await _given.PayoutAsync(chain);
        Payout other = await _given.PayoutAsync(chain);

        int taken = await worker.Network.SettleAsync([named.Id, Guid.NewGuid()], default);

        taken.ShouldBe(1);
        (await _given.RowAsync(named)).Rides.ShouldBeTrue();
        (await _given.RowAsync(other)).Status.ShouldBe("requested");
    }

    [Fact]
    public async Task K18_P1_D4_F6_A_message_that_comes_twice_or_too_late_changes_nothing()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync([payout.Id], default);

        int again = await worker.Network.SettleAsync([payout.Id], default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        int late = await worker.Network.SettleAsync([payout.Id], default);

        (again, late).ShouldBe((0, 0));
        chain.Payments[payout.Number].ShouldBe(1);
        (await _given.HistoryAsync(payout)).ShouldBe(["requested", "processing", "sent"]);
    }

    [Fact]
    public async Task What_landed_is_sent_with_its_hash_its_evidence_and_the_money()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();

        await worker.Network.ObserveAsync(default);

        PayoutRow row = await _given.RowAsync(payout);
        (row.Status, row.SettledBy, row.TxHash).ShouldBe(
            ("sent", "chain", chain.BroadcastsById.Keys.Single())
        );
        (
            await _given.ReadAsync<string>(
                "SELECT evidence ->> 'transfer' FROM payout_events WHERE payout_id = @Id AND action = 'sent'",
                payout
            )
        ).ShouldContain("paid 25000000");
        (
            await _given.ReadAsync<string>(
                "SELECT string_agg(kind, ' ' ORDER BY id) FROM ledger_transfers WHERE payout_id = @Id",
                payout
            )
        ).ShouldBe("reserve settle");
    }

    [Fact]
    public async Task What_is_not_final_yet_stays_processing()
    {
        FakeChain chain = AChain.Numbered();
        chain.IsInstant = false;
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        chain.Include(isFinal: false);
        await _given.TimePassesAsync();

        await worker.Network.ObserveAsync(default);
        string included = (await _given.RowAsync(payout)).Status;
        chain.FinalizeBlocks();
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        included.ShouldBe("processing");
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        chain.Broadcasts.ShouldBe(1);
    }

    [Fact]
    public async Task A_payout_that_can_never_be_paid_fails_with_its_reason_and_the_money_is_back()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout bad = await _given.PayoutAsync(chain);
        Payout good = await _given.PayoutAsync(chain);
        chain.Preflight = t =>
            t.PayoutNumber == bad.Number
                ? new PreflightAnswer.NeverPayable(
                    FailureCode.DestinationBlocked,
                    "The token refuses this address."
                )
                : null;

        await worker.Network.SettleAsync(null, default);

        PayoutRow row = await _given.RowAsync(bad);
        (row.Status, row.FailureCode, row.Note).ShouldBe(
            ("failed", "destination_blocked", "The token refuses this address.")
        );
        (await _given.AccountAsync(bad)).ShouldBe(
            new AccountRow { PostedMicro = Given.AmountMicro }
        );
        (await _given.RowAsync(good)).Rides.ShouldBeTrue();
    }

    [Fact]
    public async Task A_payout_that_waits_says_why_and_its_history_says_it_once_per_change()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        ParkReason[] reasons =
        [
            ParkReason.FeeAboveCap,
            ParkReason.FeeAboveCap,
            ParkReason.WalletShortOfGas,
            ParkReason.WalletShortOfGas,
        ];
        foreach (ParkReason reason in reasons)
        {
            chain.Preflight = _ => new PreflightAnswer.NotNow(reason, $"It is {reason}.");
            await worker.Network.SettleAsync(null, default);
            await _given.TimePassesAsync();
        }

        PayoutRow row = await _given.RowAsync(payout);
        (row.ParkReason, row.ParkDetail).ShouldBe(
            ("wallet_short_of_gas", "It is WalletShortOfGas.")
        );
        (await _given.HistoryAsync(payout)).ShouldBe([
            "requested",
            "processing",
            "parked fee_above_cap",
            "parked wallet_short_of_gas",
        ]);

        chain.Preflight = _ => null;
        await worker.Network.SettleAsync(null, default);
        (await _given.RowAsync(payout)).ParkReason.ShouldBeNull();
    }

    [Fact]
    public async Task No_more_is_taken_up_than_the_wallet_can_carry()
    {
        FakeChain chain = AChain.Numbered(maxInFlight: 3);
        chain.IsInstant = false;
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 5);

        int first = await worker.Network.SettleAsync(null, default);
        int second = await worker.Network.SettleAsync(null, default);

        (first, second, chain.Broadcasts).ShouldBe((3, 0, 3));
        (await _given.RowAsync(payouts[4])).Status.ShouldBe("requested");
    }
}

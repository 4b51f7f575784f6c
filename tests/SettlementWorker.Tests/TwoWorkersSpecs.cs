using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class TwoWorkersSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task P4_F14_A_worker_that_slept_past_its_lease_can_store_nothing()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker sleeper = await AWorker.StandingAsync(database, chain);
        await using AWorker rescuer = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        bool slept = false;
        chain.AfterSigning = async _ =>
        {
            if (slept)
                return;
            slept = true;
            await _given.TimePassesAsync();
            (await rescuer.Network.SettleAsync(null, default)).ShouldBe(1);
        };

        await sleeper.Network.SettleAsync(null, default);

        slept.ShouldBeTrue();
        chain.BroadcastsById.Count.ShouldBe(1);
        chain.Payments[payout.Number].ShouldBe(1);
        (
            await _given.ReadAsync<int>(
                "SELECT count(*)::int FROM transaction_payouts WHERE payout_id = @Id",
                payout
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task P4_F14_A_worker_that_slept_past_its_lease_can_conclude_nothing()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker sleeper = await AWorker.StandingAsync(database, chain);
        await using AWorker rescuer = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await sleeper.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        bool slept = false;
        chain.BeforeObserving = async () =>
        {
            if (slept)
                return;
            slept = true;
            await _given.TimePassesAsync();
            (await rescuer.Network.ObserveAsync(default)).ShouldBe(1);
        };

        await sleeper.Network.ObserveAsync(default);

        slept.ShouldBeTrue();
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        (await _given.HistoryAsync(payout)).ShouldBe(["requested", "processing", "sent"]);
        (await _given.AccountAsync(payout)).ShouldBe(new AccountRow());
    }

    [Fact]
    public async Task A_stale_verdict_that_says_never_does_not_undo_what_landed()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker sleeper = await AWorker.StandingAsync(database, chain);
        await using AWorker rescuer = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        await sleeper.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        bool slept = false;
        chain.BeforeObserving = async () =>
        {
            if (slept)
                return;
            slept = true;
            await _given.TimePassesAsync();
            await rescuer.Network.ObserveAsync(default);
            chain.Observing = _ => new Observation.Never(
                NeverReason.Expired,
                new Evidence("""{"lie":true}""")
            );
        };

        await sleeper.Network.ObserveAsync(default);

        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P2_Four_running_workers_pay_everybody_once(bool numbered)
    {
        FakeChain chain = numbered ? AChain.Numbered() : AChain.Expiring();
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 60);
        var workers = new List<AWorker>();

        for (int i = 0; i < 4; i++)
            workers.Add(await AWorker.RunningAsync(database, chain));
        foreach (Payout payout in payouts)
            await _given.IsSentAsync(payout, withinSeconds: 60);
        foreach (AWorker worker in workers)
            await worker.DisposeAsync();

        chain.Payments.Count.ShouldBe(60);
        chain.Payments.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public async Task Verdicts_on_payouts_of_the_same_users_written_at_once_do_not_get_in_each_others_way()
    {
        const int users = 4;
        const int payoutsEach = 15;
        FakeChain chain = AChain.Expiring(maxTransfers: 4);
        await using AWorker opener = await AWorker.StandingAsync(database, chain);
        List<Guid> who = Enumerable.Range(0, users).Select(_ => Guid.NewGuid()).ToList();
        var payouts = new List<Payout>();
        for (int i = 0; i < payoutsEach; i++)
        {
            foreach (Guid user in who)
                payouts.Add(await _given.PayoutAsync(chain, user));
        }
        await opener.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();

        // Every worker takes up some of the transactions, and all write their verdicts at the same moment.
        AWorker[] workers = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ => AWorker.StandingAsync(database, AWorker.Greedy(3), chain))
        );
        using var together = new Barrier(workers.Length);
        // One that came too late to take up any waits for nobody; the others go on without it.
        chain.BeforeObserving = () =>
            Task.Run(() => together.SignalAndWait(TimeSpan.FromSeconds(2)));
        await Task.WhenAll(workers.Select(w => w.Network.ObserveAsync(default)));
        chain.BeforeObserving = () => Task.CompletedTask;
        await opener.Network.ObserveAsync(default);

        foreach (Payout payout in payouts)
            (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        (await _given.AccountAsync(payouts[0])).ShouldBe(new AccountRow());
        foreach (AWorker worker in workers)
            await worker.DisposeAsync();
    }
}

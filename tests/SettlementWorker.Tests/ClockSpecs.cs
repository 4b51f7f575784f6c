using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>What is due and when a lease ends is told by the database, what is final and what has expired by the chain: a worker's
/// own clock decides nothing, however wrong it is.</summary>
public sealed class ClockSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Theory]
    [InlineData(+26)]
    [InlineData(-26)]
    public async Task D6_F21_A_worker_whose_clock_is_wrong_takes_nothing_from_another_and_waits_for_nothing(
        int hours
    )
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker right = await AWorker.StandingAsync(database, chain);
        await using AWorker wrong = await AWorker.StandingAsync(
            database,
            AWorker.Quick,
            new TurnedClock { Ahead = TimeSpan.FromHours(hours) },
            chain
        );
        Payout payout = await _given.PayoutAsync(chain);
        bool triedToTake = false;
        chain.AfterSigning = async _ =>
        {
            if (triedToTake)
                return;
            triedToTake = true;
            (await wrong.Network.SettleAsync(null, default)).ShouldBe(0);
        };

        (await right.Network.SettleAsync(null, default)).ShouldBe(1);
        await _given.TimePassesAsync();
        (await wrong.Network.ObserveAsync(default)).ShouldBe(1);

        triedToTake.ShouldBeTrue();
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        chain.BroadcastsById.Count.ShouldBe(1);
        chain.Payments[payout.Number].ShouldBe(1);
    }

    [Fact]
    public async Task D6_F21_A_transaction_expires_by_the_height_of_the_chain_however_late_a_worker_thinks_it_is()
    {
        FakeChain chain = AChain.Expiring();
        var clock = new TurnedClock();
        await using AWorker worker = await AWorker.StandingAsync(
            database,
            AWorker.Quick,
            clock,
            chain
        );
        Payout payout = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new Chains.BroadcastOutcome.Unknown("lost");
        await worker.Network.SettleAsync(null, default);

        clock.Ahead = TimeSpan.FromDays(3);
        await ObserveAsync(worker);
        string whileItMayLand = await StatesAsync(payout);
        clock.Ahead = TimeSpan.FromDays(-3);
        chain.Expire();
        await ObserveAsync(worker);

        whileItMayLand.ShouldBe("open");
        (await StatesAsync(payout)).ShouldBe("dead");
        (await _given.RowAsync(payout)).Status.ShouldBe("processing");
    }

    [Fact]
    public async Task D6_F21_Workers_whose_clocks_differ_and_jump_pay_everybody_once()
    {
        FakeChain chain = AChain.Numbered();
        TurnedClock[] clocks =
        [
            new() { Ahead = TimeSpan.FromHours(9) },
            new() { Ahead = TimeSpan.FromHours(-9) },
            new(),
        ];
        AWorker[] workers = await Task.WhenAll(
            clocks.Select(c => AWorker.RunningAsync(database.App, AWorker.Quick, c, chain))
        );
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 30);
        for (int i = 0; i < payouts.Count; i++)
        {
            clocks[i % 3].Ahead += TimeSpan.FromHours(i % 2 == 0 ? 5 : -7);
            await _given.IsSentAsync(payouts[i]);
        }
        foreach (AWorker worker in workers)
            await worker.DisposeAsync();

        chain.Payments.Count.ShouldBe(payouts.Count);
        chain.Payments.Values.ShouldAllBe(times => times == 1);
    }

    private async Task ObserveAsync(AWorker worker)
    {
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }

    private Task<string> StatesAsync(Payout payout) =>
        _given.ReadAsync<string>(
            """
            SELECT string_agg(t.state, ' ' ORDER BY t.id) FROM chain_transactions t
              JOIN transaction_payouts r ON r.transaction_id = t.id WHERE r.payout_id = @Id
            """,
            payout
        );

    private sealed class TurnedClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Ahead
        {
            get => new(Volatile.Read(ref _ahead));
            set => Volatile.Write(ref _ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}

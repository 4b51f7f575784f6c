using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class PauseSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task A_pause_stops_new_transactions_and_looks_go_on()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout riding = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        Payout waiting = await _given.PayoutAsync(chain);
        await PauseAsync(chain);
        await _given.TimePassesAsync();

        int taken = await worker.Network.SettleAsync(null, default);
        int looks = await worker.Network.ObserveAsync(default);

        (taken, looks).ShouldBe((0, 1));
        (await _given.RowAsync(riding)).Status.ShouldBe("sent");
        (await _given.RowAsync(waiting)).Status.ShouldBe("requested");
    }

    [Fact]
    public async Task A_pause_between_signing_and_storing_stops_the_transaction()
    {
        FakeChain chain = AChain.Numbered();
        chain.AfterSigning = _ => PauseAsync(chain);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);

        await worker.Network.SettleAsync(null, default);

        chain.Broadcasts.ShouldBe(0);
        (await _given.RowAsync(payout)).Rides.ShouldBeFalse();

        await _given.ExecuteAsync(
            "DELETE FROM pauses WHERE scope = @Network",
            new { Network = chain.Network.Name }
        );
        chain.AfterSigning = _ => Task.CompletedTask;
        await _given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        chain.Payments[payout.Number].ShouldBe(1);
    }

    private Task PauseAsync(FakeChain chain) =>
        _given.ExecuteAsync(
            "INSERT INTO pauses (scope, cause, reason, paused_by) VALUES (@Network, 'operator', 'a test', 'operator:ann')",
            new { Network = chain.Network.Name }
        );
}

using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Owning;

/// <summary>The primary is lost, and a standby that had not received its last commits takes over.</summary>
public sealed class FailOverSpecs : IAsyncLifetime
{
    private PostgresServer _primary = null!;
    private PostgresServer _standby = null!;
    private PostgresDatabase _database = null!;
    private PostgresDatabase _promoted = null!;

    public async Task InitializeAsync()
    {
        _primary = await PostgresServer.StartNewAsync();
        _database = await PostgresDatabase.MakeInAsync(_primary);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _promoted.DisposeAsync();
        await _primary.DisposeAsync();
        await _standby.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P14_F19_A_promoted_standby_pays_nobody_again_whom_its_lost_primary_has_paid(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        var given = new Given(_database);
        Payout before;
        Payout forgotten;
        Payout waiting;
        await using (AWorker first = await AWorker.StandingAsync(_database, chain))
        {
            before = await given.PayoutAsync(chain);
            await PayAsync(first, given, before);
            forgotten = await given.PayoutAsync(chain);
            waiting = await given.PayoutAsync(chain);
            _standby = await _primary.StandbyAsync();
            await _standby.StopFollowingAsync();
            await PayAsync(first, given, forgotten);
        }
        (await given.RowAsync(forgotten)).Status.ShouldBe("sent");
        await _primary.KillAsync();
        await _standby.PromoteAsync();
        _promoted = _database.In(_standby);
        given = new Given(_promoted);
        int sends = chain.Broadcasts;

        await using AWorker worker = await AWorker.StandingAsync(_promoted, chain);
        PayoutRow lost = await given.RowAsync(forgotten);
        await RoundAsync(worker, given);

        lost.Status.ShouldBe("requested");
        (chain.Broadcasts - sends).ShouldBe(0);
        (await given.RowAsync(before)).Status.ShouldBe("sent");
        (await given.RowAsync(forgotten)).ParkReason.ShouldBe("wallet_frozen");
        (await given.RowAsync(waiting)).ParkReason.ShouldBe("wallet_frozen");

        await AccountForAsync(chain, forgotten);
        await worker.Network.Gate.VerifyAsync(default);
        await RoundAsync(worker, given);

        (await given.RowAsync(waiting)).Status.ShouldBe("sent");
        (await given.RowAsync(forgotten)).Status.ShouldBe("sent");
        chain.Payments.Values.ShouldBe([1, 1, 1]);
    }

    private async Task AccountForAsync(FakeChain chain, Payout forgotten)
    {
        var foreign = new ForeignTransactions(_promoted.App);
        ForeignRow row = (await foreign.ListAsync(null, default)).ShouldHaveSingleItem();
        row.PayoutIds.ShouldBe([forgotten.Id]);
        (
            await foreign.AdoptAsync(row.Id, "operator:ann", "lost by the fail-over", null, default)
        ).Outcome.ShouldBe("adopted");
        (
            await new Wallets(_promoted.App).ThawAsync(
                chain.Network,
                chain.Sender,
                "operator:ann",
                "compared with the chain",
                default
            )
        ).ShouldBeTrue();
        (
            await new FinalizePayout(_promoted.App).ByOperatorAsync(
                new OperatorWord(
                    forgotten.Id,
                    row.TransactionId,
                    null,
                    null,
                    null,
                    false,
                    "operator:ann",
                    null
                ),
                default
            )
        ).ShouldBe(TransitionResult.Applied.Instance);
    }

    private static async Task PayAsync(AWorker worker, Given given, Payout payout)
    {
        await worker.Network.SettleAsync([payout.Id], default);
        await given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }

    private static async Task RoundAsync(AWorker worker, Given given)
    {
        await given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        await given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }
}

using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class SettlingSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Theory]
    [InlineData("ethereum", true)]
    [InlineData("solana", false)]
    public async Task A_running_worker_sends_what_is_requested(string name, bool usesNonces)
    {
        var chain = new FakeChain(name, usesNonces, maxTransfers: usesNonces ? 1 : 9);
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 20);

        await using AWorker worker = await AWorker.RunningAsync(database, chain);

        foreach (Payout payout in payouts)
        {
            await Eventually.BecomesAsync(
                async () => (await _given.RowAsync(payout)).Status == "sent",
                "sent"
            );
            (await _given.AccountAsync(payout)).ShouldBe(
                new AccountRow { PostedMicro = 0, ReservedMicro = 0 }
            );
            (await _given.HistoryAsync(payout)).ShouldBe(["requested", "processing", "sent"]);
            chain.Payments[payout.Number].ShouldBe(1);
        }
    }
}

using Settlement.Chains;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>Whatever nodes say against the bytes, a payout is neither lost nor paid anew.</summary>
public sealed class RefusalSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    // A replacement that is underpriced is answered with a dearer attempt; every other refusal with patience.
    public static TheoryData<RefusalReason> Reasons =>
        [
            .. Enum.GetValues<RefusalReason>()
                .Where(reason => reason != RefusalReason.ReplacementUnderpriced),
        ];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task R9_R11_R13_R14_R15_R16_R17_V34_Whatever_a_node_refuses_the_same_bytes_are_sent_again_and_pay_once(
        RefusalReason reason
    )
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        chain.Broadcasting = _ => new BroadcastOutcome.Refused(reason, "no");
        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        PayoutRow refused = await _given.RowAsync(payout);

        chain.Broadcasting = _ => null;
        for (int look = 0; look < 2; look++)
        {
            await _given.TimePassesAsync();
            await worker.Network.ObserveAsync(default);
        }

        (refused.Status, refused.Rides).ShouldBe(("processing", true));
        chain.BroadcastsById.Values.ShouldBe([3]);
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        chain.Payments[payout.Number].ShouldBe(1);
    }
}

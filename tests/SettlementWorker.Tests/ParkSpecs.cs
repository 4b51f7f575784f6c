using Settlement.Chains;
using Settlement.Payouts.Limits;
using Settlement.Payouts.Operations;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>Whatever can change by itself is a reason to wait and never to fail: the payout waits with the reason, its money
/// stays reserved, and it is paid once the cause is gone, without anybody's doing.</summary>
public sealed class ParkSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Theory]
    [InlineData(ParkReason.WalletShortOfAsset, "wallet_short_of_asset")]
    [InlineData(ParkReason.WalletShortOfGas, "wallet_short_of_gas")]
    [InlineData(ParkReason.AssetPaused, "asset_paused")]
    public async Task V19_R14_A_payout_waits_for_funds_gas_and_a_paused_token(
        ParkReason reason,
        string name
    )
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        chain.Preflight = _ => new PreflightAnswer.NotNow(reason, "Not now.");
        Payout payout = await _given.PayoutAsync(chain);

        await RoundAsync(worker);
        PayoutRow waiting = await _given.RowAsync(payout);
        chain.Preflight = _ => null;
        await RoundAsync(worker);

        Waits(waiting, name);
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
    }

    [Fact]
    public async Task V3_A_payout_waits_while_fees_are_above_the_cap()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        chain.Signing = _ => new SigningOutcome.NotNow(ParkReason.FeeAboveCap, "Dear.");
        Payout payout = await _given.PayoutAsync(chain);

        await RoundAsync(worker);
        PayoutRow waiting = await _given.RowAsync(payout);
        chain.Signing = _ => null;
        await RoundAsync(worker);

        Waits(waiting, "fee_above_cap");
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
    }

    [Fact]
    public async Task C15_A_payout_waits_while_its_network_is_paused()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        var pauses = new Pauses(database.App);
        var word = new PauseWord(chain.Network.Name, "a test", "operator:ann", null);
        await pauses.PauseAsync(word, default);
        Payout payout = await _given.PayoutAsync(chain);

        await RoundAsync(worker);
        PayoutRow waiting = await _given.RowAsync(payout);
        await pauses.ResumeAsync(word, default);
        await RoundAsync(worker);

        waiting.Status.ShouldBe("requested");
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
    }

    [Fact]
    public async Task C15_A_payout_waits_for_a_limit_and_others_go_on()
    {
        FakeChain chain = AChain.Expiring(maxTransfers: 8);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        var limits = new SpendLimits(database.App);
        var user = Guid.NewGuid();
        Payout[] ofOne =
        [
            await _given.PayoutAsync(chain, user),
            await _given.PayoutAsync(chain, user),
        ];
        Payout ofAnother = await _given.PayoutAsync(chain);
        SpendLimitWord Limit(long micro) =>
            new(chain.Network.Name, "user", "day", micro, "operator:ann", "a test");
        await limits.SetAsync(Limit(Given.AmountMicro), default);

        await RoundAsync(worker);
        await RoundAsync(worker);
        PayoutRow waiting = await _given.RowAsync(ofOne[1]);
        await limits.SetAsync(Limit(2 * Given.AmountMicro), default);
        await RoundAsync(worker);

        Waits(waiting, "spend_limit");
        waiting.ParkDetail!.ShouldContain("No more than 25.00 may be paid to one user in a day on");
        (await _given.RowAsync(ofAnother)).Status.ShouldBe("sent");
        (await _given.RowAsync(ofOne[0])).Status.ShouldBe("sent");
        (await _given.RowAsync(ofOne[1])).Status.ShouldBe("sent");
        chain.Payments.Values.ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task G4_A_payout_of_a_closed_network_is_told_why_it_waits_and_goes_on_when_it_opens()
    {
        FakeChain closed = AChain.Numbered();
        FakeChain open = AChain.Expiring();
        closed.Identity = new IdentityCheck.Mismatch("The key file /keys/x does not exist.");
        Payout waiting = await _given.PayoutAsync(closed);
        Payout other = await _given.PayoutAsync(open);
        await using AWorker worker = await AWorker.RunningAsync(database, closed, open);

        await _given.IsSentAsync(other);
        await Eventually.BecomesAsync(
            async () => (await _given.RowAsync(waiting)).ParkReason == "network_closed",
            "the payout is told why it waits"
        );
        PayoutRow told = await _given.RowAsync(waiting);
        closed.Identity = new IdentityCheck.Confirmed();
        await _given.IsSentAsync(waiting);

        (told.Status, told.ParkDetail).ShouldBe(
            ("requested", "The key file /keys/x does not exist.")
        );
    }

    private static void Waits(PayoutRow row, string reason) =>
        (row.Status, row.ParkReason, row.FailureCode, row.Rides).ShouldBe(
            ("processing", reason, null, false)
        );

    private async Task RoundAsync(AWorker worker)
    {
        await _given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }
}

using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>A payout that ends whoever works on it must not end everybody for ever, nor hold up the others.</summary>
public sealed class PoisonSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task F9_A_payout_that_ends_whoever_takes_it_up_goes_alone_and_then_waits_for_a_person()
    {
        FakeChain chain = AChain.Expiring(maxTransfers: 8);
        Payout poison = await _given.PayoutAsync(chain);
        IReadOnlyList<Payout> others = await _given.PayoutsAsync(chain, 3);
        chain.Signing = order =>
            order.Transfers.Any(t => t.PayoutNumber == poison.Number)
                ? throw new InvalidOperationException("The worker dies.")
                : null;

        int deathsBeforeOthersWerePaid = 0;
        int deaths = 0;
        for (int life = 0; life < 20; life++)
        {
            deaths += await LiveAsync(chain);
            if (chain.Payments.Count < others.Count)
                deathsBeforeOthersWerePaid = deaths;
        }
        PayoutRow row = await _given.RowAsync(poison);

        (row.Status, row.ParkReason, row.TakeUps).ShouldBe(("processing", "needs_operator", 10));
        row.ParkDetail!.ShouldContain("taken up 10 times");
        deaths.ShouldBe(10);
        // Three with all of them aboard, and one alone, being first by its number.
        deathsBeforeOthersWerePaid.ShouldBe(4);
        foreach (Payout other in others)
            (await _given.RowAsync(other)).Status.ShouldBe("sent");
        chain.Payments.Values.ShouldBe([1, 1, 1]);
        (await _given.AccountAsync(poison)).ReservedMicro.ShouldBe(Given.AmountMicro);

        chain.Signing = _ => null;
        await RequeueAsync(poison);
        await LiveAsync(chain);
        (await _given.RowAsync(poison)).Status.ShouldBe("sent");
        chain.Payments[poison.Number].ShouldBe(1);
    }

    [Fact]
    public async Task F9_Several_that_wait_for_a_person_keep_waiting_without_a_new_entry_at_each_look()
    {
        FakeChain chain = AChain.Expiring(maxTransfers: 8);
        IReadOnlyList<Payout> poisons = await _given.PayoutsAsync(chain, 2);
        chain.Signing = _ => throw new InvalidOperationException("The worker dies.");
        for (int life = 0; life < 30; life++)
            await LiveAsync(chain);

        foreach (Payout poison in poisons)
        {
            (await _given.RowAsync(poison)).ParkReason.ShouldBe("needs_operator");
            (await _given.HistoryAsync(poison)).ShouldBe([
                "requested",
                "processing",
                "parked needs_operator",
            ]);
        }
    }

    [Fact]
    public async Task A_requeue_while_a_worker_gives_a_payout_back_does_no_harm()
    {
        FakeChain chain = AChain.Expiring();
        Payout payout = await _given.PayoutAsync(chain);
        ClaimedPayout claimed = (
            await new ClaimPayouts(database.App).ExecuteAsync(
                new PayoutClaim(chain.Network, [payout.Id], 1, "w", TimeSpan.FromMinutes(1)),
                default
            )
        ).Single();
        await RequeueAsync(payout);

        await new ParkPayouts(database.App).ExecuteAsync(
            [new ParkedPayout(claimed, null, null, TimeSpan.Zero) { IsUntouched = true }],
            default
        );

        (await _given.RowAsync(payout)).TakeUps.ShouldBe(0);
    }

    [Fact]
    public async Task F9_A_reason_to_wait_and_a_ride_begin_the_count_anew()
    {
        FakeChain chain = AChain.Expiring();
        Payout payout = await _given.PayoutAsync(chain);
        chain.AfterSigning = _ => throw new InvalidOperationException("The worker dies.");
        await LiveAsync(chain);
        await LiveAsync(chain);
        PayoutRow afterDeaths = await _given.RowAsync(payout);
        chain.AfterSigning = _ => Task.CompletedTask;
        chain.Preflight = _ => new PreflightAnswer.Unknown("no node answers");
        await LiveAsync(chain);
        PayoutRow afterPark = await _given.RowAsync(payout);
        chain.Preflight = _ => null;
        await LiveAsync(chain);

        afterDeaths.TakeUps.ShouldBe(2);
        afterPark.TakeUps.ShouldBe(0);
        PayoutRow sent = await _given.RowAsync(payout);
        (sent.Status, sent.TakeUps).ShouldBe(("sent", 0));
    }

    [Fact]
    public async Task F9_A_round_that_is_out_of_time_counts_for_nobody_and_gives_back_what_it_took()
    {
        FakeChain chain = AChain.Expiring(maxTransfers: 1);
        Payout paid = await _given.PayoutAsync(chain);
        Payout late = await _given.PayoutAsync(chain);
        Payout parked = await _given.PayoutAsync(chain);
        chain.Preflight = order =>
            order.PayoutNumber == parked.Number
                ? new PreflightAnswer.NotNow(ParkReason.AssetPaused, "The token stands still.")
                : null;
        using var budget = new CancellationTokenSource();
        chain.AfterSigning = async order =>
        {
            if (order.Transfers.Any(t => t.PayoutNumber == late.Number))
            {
                await budget.CancelAsync();
                budget.Token.ThrowIfCancellationRequested();
            }
        };
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        await Should.ThrowAsync<OperationCanceledException>(() =>
            worker.Network.SettleAsync(null, budget.Token)
        );

        (await _given.RowAsync(late)).TakeUps.ShouldBe(0);
        PayoutRow row = await _given.RowAsync(paid);
        (row.TakeUps, row.Rides).ShouldBe((0, true));
        PayoutRow waits = await _given.RowAsync(parked);
        (waits.TakeUps, waits.ParkReason).ShouldBe((0, "asset_paused"));
        bool isDueSoon = await _given.ReadAsync<bool>(
            "SELECT due_at < now() + interval '5 seconds' FROM payouts WHERE id = @Id",
            late
        );
        isDueSoon.ShouldBeTrue();
    }

    /// <returns>How many workers died: nought or one.</returns>
    private async Task<int> LiveAsync(FakeChain chain)
    {
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        int deaths = 0;
        try
        {
            await worker.Network.SettleAsync(null, default);
        }
        catch (InvalidOperationException)
        {
            deaths = 1;
        }
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
        await _given.TimePassesAsync();
        return deaths;
    }

    private async Task RequeueAsync(Payout payout)
    {
        TransitionResult result = await new SteerPayout(database.App).RequeueAsync(
            new PayoutOrder(payout.Id, "operator:ann", "The worker is mended.", null),
            default
        );
        result.ShouldBe(TransitionResult.Applied.Instance);
    }
}

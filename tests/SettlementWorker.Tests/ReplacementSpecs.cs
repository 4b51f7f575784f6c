using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>What the worker does at a nonce whose first attempt does not land: for all who ride on it.</summary>
public sealed class ReplacementSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);
    private readonly AskReplacement _ask = new(database.App);

    [Fact]
    public async Task R12_A_first_send_that_finds_its_place_taken_is_made_dearer_at_the_next_look()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout payout = await _given.PayoutAsync(chain);
        var asked = new List<ReplacementOrder>();
        chain.Replacing = order =>
        {
            asked.Add(order);
            return null;
        };
        chain.Broadcasting = attempt =>
            asked.Count == 0
                ? new BroadcastOutcome.Refused(RefusalReason.ReplacementUnderpriced, "taken")
                : null;

        await worker.Network.SettleAsync(null, default);
        await LookAsync(worker);
        PayoutRow between = await _given.RowAsync(payout);
        await LookAsync(worker);

        asked.ShouldHaveSingleItem().WasUnderpriced.ShouldBeTrue();
        (between.Status, between.Rides).ShouldBe(("processing", true));
        (await _given.RowAsync(payout)).Status.ShouldBe("sent");
        chain.BroadcastsById.Count.ShouldBe(2);
        chain.Payments[payout.Number].ShouldBe(1);
    }

    [Fact]
    public async Task B4_A_batch_that_was_made_dearer_makes_each_rider_sent_once()
    {
        FakeChain chain = AChain.Batching();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> riders = await StuckAsync(worker, chain);
        await _ask.SpeedUpAsync(Order(riders[1]), default);
        // Only what comes after the first attempt arrives anywhere.
        chain.Broadcasting = attempt => IsFirst(chain, attempt) ? Silence() : null;

        await LookAsync(worker);
        chain.Include(isFinal: true);
        await LookAsync(worker);

        chain.BroadcastsById.Count.ShouldBe(2);
        foreach (Payout rider in riders)
        {
            (await _given.RowAsync(rider)).Status.ShouldBe("sent");
            chain.Payments[rider.Number].ShouldBe(1);
        }
    }

    [Fact]
    public async Task B5_V26_A_cancel_of_one_rider_cancels_him_and_the_others_are_due_again_and_paid_once()
    {
        FakeChain chain = AChain.Batching();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> riders = await StuckAsync(worker, chain);
        TransitionResult asked = await _ask.CancelAsync(Order(riders[1]), null, default);
        chain.Broadcasting = attempt => IsFirst(chain, attempt) ? Silence() : null;

        await LookAsync(worker);
        chain.Include(isFinal: true);
        chain.Observing = transaction =>
            transaction.Attempts.Any(a => a.Kind == AttemptKind.Cancel)
                ? new Observation.Never(NeverReason.Replaced, new Evidence("{}"))
                : null;
        await LookAsync(worker);
        PayoutRow[] then = await RowsAsync(riders);
        chain.Broadcasting = _ => null;
        chain.IsInstant = true;
        await _given.TimePassesAsync();
        await worker.Network.SettleAsync(null, default);
        await LookAsync(worker);

        asked.ShouldBe(TransitionResult.Applied.Instance);
        then.Select(r => r.Status).ShouldBe(["processing", "cancelled", "processing"]);
        then.Select(r => r.FailureCode).ShouldAllBe(code => code == null);
        (await RowsAsync(riders)).Select(r => r.Status).ShouldBe(["sent", "cancelled", "sent"]);
        chain.Payments[riders[0].Number].ShouldBe(1);
        chain.Payments.Keys.ShouldNotContain(riders[1].Number);
        chain.Payments[riders[2].Number].ShouldBe(1);
    }

    [Fact]
    public async Task B5_V27_A_cancel_of_one_rider_that_comes_too_late_leaves_all_of_them_sent()
    {
        FakeChain chain = AChain.Batching();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> riders = await StuckAsync(worker, chain);
        await _ask.CancelAsync(Order(riders[1]), null, default);

        await LookAsync(worker);
        // The first attempt is older in every pool.
        chain.Include(isFinal: true);
        await LookAsync(worker);

        foreach (Payout rider in riders)
        {
            (await _given.RowAsync(rider)).Status.ShouldBe("sent");
            chain.Payments[rider.Number].ShouldBe(1);
        }
    }

    /// <summary>Three riders of one transaction that no block takes.</summary>
    private async Task<IReadOnlyList<Payout>> StuckAsync(AWorker worker, FakeChain chain)
    {
        IReadOnlyList<Payout> riders = await _given.PayoutsAsync(chain, 3);
        chain.IsInstant = false;
        await worker.Network.SettleAsync(null, default);
        chain.BroadcastsById.Count.ShouldBe(1);
        return riders;
    }

    private async Task LookAsync(AWorker worker)
    {
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);
    }

    private async Task<PayoutRow[]> RowsAsync(IReadOnlyList<Payout> payouts)
    {
        var rows = new List<PayoutRow>();
        foreach (Payout payout in payouts)
            rows.Add(await _given.RowAsync(payout));
        return [.. rows];
    }

    private static bool IsFirst(FakeChain chain, StoredAttempt attempt)
    {
        bool isFirst = attempt.TransactionId == chain.BroadcastsById.Keys.First();
        if (!isFirst)
            chain.ForgetPool();
        return isFirst;
    }

    private static BroadcastOutcome.Unknown Silence() => new("no answer");

    private static PayoutOrder Order(Payout payout) =>
        new(payout.Id, "operator:tess", "asked by phone", null);
}

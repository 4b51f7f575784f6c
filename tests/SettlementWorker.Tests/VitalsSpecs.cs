using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.TestKit;
using Settlement.Worker.Networks;
using Settlement.Worker.Telemetry;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class VitalsSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task The_workload_counts_what_waits_what_rides_and_what_is_parked()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await _given.PayoutsAsync(chain, 3);
        await worker.Network.SettleAsync(null, default);
        NetworkWorkload riding = await ReadAsync(chain);
        chain.Preflight = _ => new PreflightAnswer.NotNow(ParkReason.FeeAboveCap, "Dear.");
        await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        await _given.PayoutsAsync(chain, 2);

        NetworkWorkload all = await ReadAsync(chain);

        (riding.Processing, riding.OpenTransactions, riding.OldestDueSeconds).ShouldBe((3, 1, 0));
        (all.Requested, all.Processing, all.Parked).ShouldBe((2, 4, 1));
        all.OldestOpenSeconds.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_node_that_is_silent_keeps_the_last_balances_and_their_time()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        var vitals = worker.Services.GetRequiredService<ReadVitals>();
        await vitals.ExecuteAsync(worker.Network, default);
        NetworkVitals before = worker.Network.Vitals;

        chain.Balances = null;
        await vitals.ExecuteAsync(worker.Network, default);

        worker.Network.Vitals.Balances.ShouldBe(before.Balances);
        worker.Network.Vitals.AnsweredAt.ShouldBe(before.AnsweredAt);
        before.AnsweredAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_happens_is_counted()
    {
        FakeChain chain = AChain.Numbered();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == WorkerMetrics.Name)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Count(counts, chain, instrument.Name, value, tags)
        );
        listener.Start();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 3);
        chain.Preflight = t =>
            t.PayoutNumber == payouts[2].Number
                ? new PreflightAnswer.NeverPayable(FailureCode.DestinationBlocked, "Blocked.")
                : null;
        chain.Reverts = t => t.PayoutNumber == payouts[1].Number;

        await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        counts.ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["settlement.payouts.settled sent"] = 1,
                ["settlement.payouts.settled requeued"] = 1,
                ["settlement.payouts.settled failed"] = 1,
                ["settlement.transactions opened"] = 2,
                ["settlement.transactions landed"] = 1,
                ["settlement.transactions dead"] = 1,
                ["settlement.broadcasts taken"] = 2,
                ["settlement.observations landed"] = 1,
                ["settlement.observations never"] = 1,
            },
            ignoreOrder: true
        );
    }

    private static void Count(
        Dictionary<string, long> counts,
        FakeChain chain,
        string instrument,
        long value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags
    )
    {
        // Other tests measure at the same time.
        if (!Equals(tags[0].Value, chain.Network.Name))
            return;
        string name = $"{instrument} {tags[1].Value}";
        counts[name] = counts.GetValueOrDefault(name) + value;
    }

    private Task<NetworkWorkload> ReadAsync(FakeChain chain) =>
        new ReadWorkload(database.App).ExecuteAsync(chain.Network, default);
}

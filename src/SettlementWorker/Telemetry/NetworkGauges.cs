using System.Diagnostics.Metrics;
using Settlement.Chains.Endpoints;
using Settlement.Payouts.Settling;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Telemetry;

/// <summary>How each network is, as the watch last read it.</summary>
public sealed class NetworkGauges(ConfiguredNetworks networks, IMeterFactory meters)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Meter meter = meters.Create(WorkerMetrics.Name);
        Gauge(meter, "settlement.network.open", "1", n => n.Gate.MayPay ? 1 : 0);
        Gauge(
            meter,
            "settlement.wallet.frozen",
            "1",
            n => n.Vitals.Wallet is { } wallet ? (wallet.FrozenReason is null ? 0 : 1) : null
        );
        Gauge(
            meter,
            "settlement.wallet.asset",
            "{base_unit}",
            n => (double?)n.Vitals.Balances?.AssetBaseUnits
        );
        Gauge(
            meter,
            "settlement.wallet.native",
            "{base_unit}",
            n => (double?)n.Vitals.Balances?.NativeBaseUnits
        );
        Gauge(
            meter,
            "settlement.transactions.open",
            "{transaction}",
            n => n.Vitals.Workload?.OpenTransactions
        );
        Gauge(
            meter,
            "settlement.nonce.head_age",
            "s",
            n => n.Line is { } line ? line.Head?.Age.TotalSeconds ?? 0 : null
        );
        Gauge(
            meter,
            "settlement.nonce.gap",
            "1",
            n => n.Line is { } line ? (line.Gap is null ? 0 : 1) : null
        );
        Gauge(
            meter,
            "settlement.nonce.fee_cap",
            "1",
            n =>
                n.Line is { } line
                    ? (
                        line.Head?.Seen?.StartsWith(NextLook.FeeCap, StringComparison.Ordinal)
                            is true
                            ? 1
                            : 0
                    )
                    : null
        );
        Gauge(meter, "settlement.payouts.requested", "{payout}", n => n.Vitals.Workload?.Requested);
        Gauge(
            meter,
            "settlement.payouts.processing",
            "{payout}",
            n => n.Vitals.Workload?.Processing
        );
        Gauge(meter, "settlement.payouts.waiting", "{payout}", n => n.Vitals.Workload?.Parked);
        Gauge(
            meter,
            "settlement.payouts.oldest_due",
            "s",
            n => n.Vitals.Workload?.OldestDueSeconds
        );
        Gauge(
            meter,
            "settlement.payouts.oldest_open",
            "s",
            n => n.Vitals.Workload?.OldestOpenSeconds
        );
        Gauge(
            meter,
            "settlement.finality.stands_still",
            "s",
            n => n.Endpoints.FinalityStandsStillFor?.TotalSeconds
        );
        Gauge(meter, "settlement.disputes", "{transaction}", n => n.Endpoints.Disputes);
        meter.CreateObservableGauge("settlement.endpoint.believed", Believed, "1");
        return Task.CompletedTask;
    }

    private IEnumerable<Measurement<double>> Believed() =>
        from network in networks.All
        from endpoint in network.Endpoints.Endpoints
        select new Measurement<double>(
            endpoint.State == EndpointState.In ? 1 : 0,
            new("network", network.Id.Name),
            new("endpoint", endpoint.Endpoint)
        );

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is not known is not told.</summary>
    private void Gauge(Meter meter, string name, string unit, Func<Network, double?> read) =>
        meter.CreateObservableGauge(
            name,
            () =>
                networks
                    .All.Select(n => (n.Id, Value: read(n)))
                    .Where(g => g.Value is not null)
                    .Select(g => new Measurement<double>(
                        g.Value!.Value,
                        new KeyValuePair<string, object?>("network", g.Id.Name)
                    )),
            unit
        );
}

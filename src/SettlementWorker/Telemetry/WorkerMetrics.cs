using System.Diagnostics;
using System.Diagnostics.Metrics;
using Settlement.Chains;

namespace Settlement.Worker.Telemetry;

/// <summary>What happens, counted. Names: docs/runbook.md.</summary>
public sealed class WorkerMetrics
{
    /// <summary>Meter and activity source.</summary>
    public const string Name = "Settlement.Worker";

    internal static readonly ActivitySource Traces = new(Name);

    private readonly Counter<long> _payouts;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _transactions;
    private readonly Counter<long> _broadcasts;
    private readonly Counter<long> _observations;
    private readonly Histogram<double> _chainSeconds;

    public WorkerMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(Name);
        _payouts = meter.CreateCounter<long>("settlement.payouts.settled", "{payout}");
        _parked = meter.CreateCounter<long>("settlement.payouts.parked", "{payout}");
        _transactions = meter.CreateCounter<long>("settlement.transactions", "{transaction}");
        _broadcasts = meter.CreateCounter<long>("settlement.broadcasts", "{send}");
        _observations = meter.CreateCounter<long>("settlement.observations", "{observation}");
        _chainSeconds = meter.CreateHistogram<double>("settlement.chain.duration", "s");
    }

    /// <summary>Payouts that ended, or went back in the queue.</summary>
    /// <param name="outcome">sent, failed or requeued.</param>
    public void Payouts(NetworkId network, string outcome, int count) =>
        Add(_payouts, count, network, "outcome", outcome);

    /// <summary>Payouts that wait, by reason.</summary>
    public void Parked(NetworkId network, string reason) =>
        Add(_parked, 1, network, "reason", reason);

    /// <summary>Transactions by what became of them.</summary>
    /// <param name="state">opened, replaced, cancel_signed, landed or dead.</param>
    public void Transactions(NetworkId network, string state) =>
        Add(_transactions, 1, network, "state", state);

    public void Broadcast(NetworkId network, BroadcastOutcome outcome) =>
        Add(_broadcasts, 1, network, "outcome", WordFor(outcome));

    public void Observed(NetworkId network, Observation observation) =>
        Add(_observations, 1, network, "result", WordFor(observation));

    /// <summary>How long the network took to answer.</summary>
    public void ChainAnswered(NetworkId network, string operation, TimeSpan time) =>
        _chainSeconds.Record(
            time.TotalSeconds,
            new("network", network.Name),
            new("operation", operation)
        );

    /// <summary>The union's case, such as not_seen.</summary>
    private static string WordFor(object outcome) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.GetType().Name);

    private static void Add(
        Counter<long> counter,
        int count,
        NetworkId network,
        string tag,
        string value
    )
    {
        if (count > 0)
            counter.Add(count, new("network", network.Name), new(tag, value));
    }
}

using System.Diagnostics.Metrics;
using Settlement.Chains;
using Settlement.Webhooks.Deliveries;
using Settlement.Worker.Rounds;
using Settlement.Worker.Telemetry;

namespace Settlement.Worker.Webhooks;

/// <summary>Reads what waits to be told, and says so in the log where this worker has no key to tell it with.</summary>
public sealed partial class WebhookWatch(
    ReadBacklog backlog,
    WebhookVitals vitals,
    RoundFactory rounds,
    WorkerOptions options,
    IMeterFactory meters,
    ILogger<WebhookWatch> log
) : BackgroundService
{
    // Not a network: what the log names when a round fails.
    private static readonly NetworkId s_place = new("webhooks");

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Meter meter = meters.Create(WorkerMetrics.Name);
        Gauge(meter, "settlement.webhooks.oldest_undelivered", read => read.OldestSeconds);
        Gauge(meter, "settlement.webhooks.oldest_untold", read => read.UntoldSeconds ?? 0);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        rounds
            .Loop("reading what waits to be told", s_place, () => options.WatchEvery)
            .RunAsync(ReadAsync, stoppingToken);

    private async Task ReadAsync(CancellationToken ct)
    {
        bool wasMute = vitals.IsMute;
        vitals.Backlog = await backlog.ExecuteAsync(ct);
        if (vitals.IsMute && !wasMute)
            Mute(log, vitals.Backlog.Endpoints);
    }

    // What is not known is not told.
    private void Gauge(Meter meter, string name, Func<WebhookBacklog, double> read) =>
        meter.CreateObservableGauge(
            name,
            () =>
                vitals.Backlog is { } known
                    ? [new Measurement<double>(read(known))]
                    : Array.Empty<Measurement<double>>(),
            "s"
        );

    [LoggerMessage(
        LogLevel.Error,
        "{Count} webhook endpoints are registered, and this worker has no Webhooks:SecretKey: events wait and are not told"
    )]
    private static partial void Mute(ILogger log, long count);
}

using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Settlement.Hosting.Messaging;

/// <summary>Ends the process, for its supervisor to start it anew, when the broker answers and yet a queue is no longer
/// consumed. That state never heals by itself: https://github.com/MassTransit/MassTransit/issues/6001</summary>
/// <remarks>A broker that is down or stalled does not end the process: the sweep works without it.</remarks>
internal sealed partial class DeadEndpointWatchdog(
    IBusControl bus,
    BrokerOptions broker,
    IHostApplicationLifetime lifetime,
    ILogger<DeadEndpointWatchdog> log
) : BackgroundService
{
    // A minute in all: reconnecting endpoints take up to 40 s after the broker is back.
    internal const int Patience = 12;

    private readonly BrokerProbe _probe = new(new Uri(broker.Url));

    internal TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        bool wasHealthy = false;
        int deadTicks = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            BusHealthResult health = bus.CheckHealth();
            wasHealthy |= health.Status is BusHealthStatus.Healthy;
            bool isDead =
                wasHealthy
                && health.Status is BusHealthStatus.Degraded
                && await _probe.AnswersAsync(stoppingToken);
            deadTicks = isDead ? deadTicks + 1 : 0;
            if (deadTicks < Patience)
                continue;
            QueueIsDead(log, health.Description);
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(
        LogLevel.Critical,
        "A queue is no longer consumed although the broker answers: {Description}. Stopping, to be started anew."
    )]
    private static partial void QueueIsDead(ILogger log, string description);
}

using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Settlement.Hosting.Messaging;

/// <summary>Ends the process, for its supervisor to start it anew, when the broker is reachable and yet a queue is no longer
/// consumed. That state never heals by itself: https://github.com/MassTransit/MassTransit/issues/6001</summary>
/// <remarks>A broker that is merely down does not end the process: the sweep works without it.</remarks>
public sealed partial class DeadEndpointWatchdog(
    IBusControl bus,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<DeadEndpointWatchdog> log
) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    // Reconnecting endpoints take up to 40 s after the broker is back.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, clock);
        long? deadSince = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            BusHealthResult health = bus.CheckHealth();
            if (health.Status is not BusHealthStatus.Degraded)
            {
                deadSince = null;
                continue;
            }
            deadSince ??= clock.GetTimestamp();
            if (clock.GetElapsedTime(deadSince.Value) < s_patience)
                continue;
            QueueIsDead(log, health.Description);
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(
        LogLevel.Critical,
        "A queue is no longer consumed although the broker is reachable: {Description}. Stopping, to be started anew."
    )]
    private static partial void QueueIsDead(ILogger log, string description);
}

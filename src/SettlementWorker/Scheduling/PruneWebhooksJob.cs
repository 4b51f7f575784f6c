using Quartz;
using Settlement.Webhooks.Deliveries;

namespace Settlement.Worker.Scheduling;

/// <summary>Forgets webhooks that are older than they are kept.</summary>
[DisallowConcurrentExecution]
public sealed partial class PruneWebhooksJob(PruneWebhooks prune, ILogger<PruneWebhooksJob> log)
    : IJob
{
    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => Pruned(log, await prune.ExecuteAsync(cancellationToken));

    [LoggerMessage(LogLevel.Debug, "{Events} old webhook events are forgotten")]
    private static partial void Pruned(ILogger log, int events);
}

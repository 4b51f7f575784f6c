using Quartz;
using Settlement.Payouts.Auditing;

namespace Settlement.Worker.Scheduling;

/// <summary>Raises an alarm when a network's payouts take too long, once, and says so when they flow again.</summary>
[DisallowConcurrentExecution]
public sealed partial class StuckPayoutsJob(
    StuckPayouts stuck,
    WorkerOptions options,
    ILogger<StuckPayoutsJob> log
) : IJob
{
    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        foreach (
            StuckNews news in await stuck.ExecuteAsync(
                options.StuckAfter,
                options.UntouchedAfter,
                cancellationToken
            )
        )
        {
            if (news.IsStuck)
                Stuck(log, news.Network, news.Late, news.Untouched, news.Reasons ?? "not known");
            else
                FlowAgain(log, news.Network);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "{Network}: {Late} payouts take too long, {Untouched} are due and nobody takes them up; reasons: {Reasons}"
    )]
    private static partial void Stuck(
        ILogger log,
        string network,
        long late,
        long untouched,
        string reasons
    );

    [LoggerMessage(LogLevel.Information, "{Network}: payouts flow again")]
    private static partial void FlowAgain(ILogger log, string network);
}

using Quartz;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Scheduling;

/// <summary>Starts the scheduler as soon as the database answers. The library's own starter would end the process when it
/// does not answer at once; payouts need no scheduler.</summary>
public sealed partial class SchedulerRunner(
    ISchedulerFactory schedulers,
    TimeProvider clock,
    ILogger<SchedulerRunner> log
) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
    private IScheduler? _scheduler;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool isLate = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _scheduler = await schedulers.GetScheduler(stoppingToken);
                await _scheduler.Start(stoppingToken);
                if (isLate)
                    Started(log);
                return;
            }
            catch (SchedulerException e)
            {
                if (!isLate)
                    NotStarted(log, e);
                isLate = true;
            }
            await Pause.ForAsync(s_pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "The scheduler cannot start and is tried again: no audits and no alarms meanwhile"
    )]
    private static partial void NotStarted(ILogger log, Exception e);

    [LoggerMessage(LogLevel.Information, "The scheduler has started")]
    private static partial void Started(ILogger log);
}

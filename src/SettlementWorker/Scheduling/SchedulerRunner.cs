using Quartz;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Scheduling;

/// <summary>Starts the scheduler as soon as the database answers. The library's own starter would end the process when it
/// does not answer at once; payouts need no scheduler.</summary>
public sealed partial class SchedulerRunner(
    IServiceProvider host,
    TimeProvider clock,
    ILogger<SchedulerRunner> log
) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool hasFailed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            await using ServiceProvider attempt = Schedule.BuildScheduler(host);
            try
            {
                await RunAsync(attempt, hasFailed, stoppingToken);
                return;
            }
            catch (SchedulerException e)
            {
                if (!hasFailed)
                    NotStarted(log, e);
                hasFailed = true;
            }
            await Pause.ForAsync(s_pause, clock, stoppingToken);
        }
    }

    /// <summary>Starts a scheduler and waits until it is no longer wanted; then its jobs come to their end.</summary>
    private async Task RunAsync(
        IServiceProvider attempt,
        bool hasFailed,
        CancellationToken stopping
    )
    {
        IScheduler scheduler = await attempt
            .GetRequiredService<ISchedulerFactory>()
            .GetScheduler(CancellationToken.None);
        await scheduler.Start(CancellationToken.None);
        if (hasFailed)
            Started(log);
        var stopped = new TaskCompletionSource();
        await using CancellationTokenRegistration _ = stopping.Register(stopped.SetResult);
        await stopped.Task;
        await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
    }

    [LoggerMessage(
        LogLevel.Error,
        "The scheduler cannot start and is tried again: no audits and no alarms meanwhile"
    )]
    private static partial void NotStarted(ILogger log, Exception e);

    [LoggerMessage(LogLevel.Information, "The scheduler has started")]
    private static partial void Started(ILogger log);
}

using System.Data.Common;
using Npgsql;
using Quartz;

namespace Settlement.Worker.Scheduling;

/// <summary>What happens by the clock, once in the whole cluster. Every job may run twice without harm: the scheduler's
/// "once" saves work, no more.</summary>
public static class Schedule
{
    /// <summary>The scheduler's own tables; see the migrations.</summary>
    private const string TablePrefix = "quartz.qrtz_";

    public static void AddSchedule(this WebApplicationBuilder builder, WorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<DbDataSource>(p => p.GetRequiredService<NpgsqlDataSource>());
        builder.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o =>
            {
                o.InstanceName = "settlement";
                // "AUTO" as a name would be taken literally, and two nodes of one name corrupt a cluster.
                o.GenerateInstanceId = true;
            });
            quartz.UsePersistentStore(store =>
            {
                store.ConfigureStore(o =>
                {
                    o.TablePrefix = TablePrefix;
                    o.StoreJobDataAsStrings = true;
                    o.CommandTimeout = TimeSpan.FromSeconds(10);
                });
                store.UsePostgres(d => d.UseRegisteredDataSource = true);
                store.UseClustering(c =>
                {
                    c.CheckinInterval = TimeSpan.FromSeconds(5);
                    c.CheckinMisfireThreshold = TimeSpan.FromSeconds(10);
                });
                store.ProvisionSchema();
            });
            quartz.Every<LedgerAuditJob>(options.AuditEvery);
            quartz.Every<StuckPayoutsJob>(options.StuckEvery);
        });
        builder.Services.AddHostedService<SchedulerRunner>();
    }

    private static void Every<T>(this IQuartzBuilder quartz, TimeSpan interval)
        where T : class, IJob =>
        quartz.ScheduleJob<T>(trigger =>
            trigger
                .WithIdentity(typeof(T).Name)
                .StartNow()
                .WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever())
        );
}

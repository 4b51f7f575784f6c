using System.Data.Common;
using Npgsql;
using Quartz;
using Settlement.Payouts.Auditing;
using Settlement.Webhooks.Deliveries;

namespace Settlement.Worker.Scheduling;

/// <summary>What happens by the clock, once in the whole cluster. Every job may run twice without harm: the scheduler's
/// "once" saves work, no more.</summary>
public static class Schedule
{
    /// <summary>The scheduler's own tables; see the migrations.</summary>
    private const string TablePrefix = "quartz.qrtz_";

    private static readonly TimeSpan s_pruneEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_commandTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_checkIn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_missedCheckIn = TimeSpan.FromSeconds(10);

    public static void AddSchedule(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Its errors are kept, except those of a database that is down: they come every second, and all other work says so once.
        builder.Logging.AddFilter("Quartz", LogLevel.Error);
        builder.Logging.AddFilter("Quartz.Impl.AdoJobStore", LogLevel.Critical);
        builder.Services.AddHostedService<SchedulerRunner>();
    }

    /// <summary>Builds a scheduler in a container of its own: one whose start has failed can never be started again.</summary>
    internal static ServiceProvider BuildScheduler(IServiceProvider host)
    {
        var options = host.GetRequiredService<WorkerOptions>();
        var services = new ServiceCollection();
        services.AddSingleton(host.GetRequiredService<ILoggerFactory>());
        services.AddLogging();
        services.AddSingleton<DbDataSource>(host.GetRequiredService<NpgsqlDataSource>());
        services.AddSingleton(host.GetRequiredService<LedgerAudit>());
        services.AddSingleton(host.GetRequiredService<AuditFreeze>());
        services.AddSingleton(host.GetRequiredService<StuckPayouts>());
        services.AddSingleton(host.GetRequiredService<PruneWebhooks>());
        services.AddSingleton(options);
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o =>
            {
                o.InstanceName = "settlement";
                // "AUTO" as a name would be taken literally, and two nodes of one name corrupt a cluster.
                o.GenerateInstanceId = true;
            });
            quartz.UsePersistentStore(Store);
            quartz.Every<LedgerAuditJob>(options.AuditEvery);
            quartz.Every<StuckPayoutsJob>(options.StuckEvery);
            quartz.Every<PruneWebhooksJob>(s_pruneEvery);
        });
        return services.BuildServiceProvider();
    }

    private static void Store(IPersistentStoreBuilder store)
    {
        store.ConfigureStore(o =>
        {
            o.TablePrefix = TablePrefix;
            o.StoreJobDataAsStrings = true;
            o.CommandTimeout = s_commandTimeout;
        });
        store.UsePostgres(d => d.UseRegisteredDataSource = true);
        store.UseClustering(c =>
        {
            c.CheckinInterval = s_checkIn;
            c.CheckinMisfireThreshold = s_missedCheckIn;
        });
        store.ProvisionSchema();
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

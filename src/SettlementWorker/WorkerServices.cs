using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.Payouts.Settling;
using Settlement.Payouts.Treasury;
using Settlement.Worker.Networks;
using Settlement.Worker.Observing;
using Settlement.Worker.Rounds;
using Settlement.Worker.Sweeping;
using Settlement.Worker.Telemetry;
using Settlement.Worker.Verifying;

namespace Settlement.Worker;

/// <summary>What the worker is made of. Needs a data source, a clock and the adapters (IChainAdapter) beside it.</summary>
public static class WorkerServices
{
    /// <summary>Registers those who check the books.</summary>
    public static IServiceCollection AddAuditing(this IServiceCollection services)
    {
        services.AddSingleton<LedgerAudit>();
        services.AddSingleton<AuditFreeze>();
        return services.AddSingleton<StuckPayouts>();
    }

    /// <summary>Registers the networks and the loops that work on them.</summary>
    public static IServiceCollection AddSettling(
        this IServiceCollection services,
        WorkerOptions options
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.Configure<HostOptions>(o =>
        {
            // Longer than the longest round, so that what is being sent is noted before the process ends; all loops
            // are told at once, or the last would begin new rounds while the first ends its own.
            o.ShutdownTimeout = options.StopWithin;
            o.ServicesStopConcurrently = true;
        });
        services.AddSingleton(ThisProcess());
        services.AddSingleton<PostgresSettlementStore>();
        services.AddSingleton<Wallets>();
        services.AddSingleton<StoredMark>();
        services.AddSingleton<TellWaiting>();
        services.AddSingleton<IOwnTransactionStore, PostgresOwnTransactionStore>();
        services.AddSingleton<CheckOwnTransactions>();
        services.AddSingleton<ReadWorkload>();
        services.AddSingleton<WorkerMetrics>();
        services.AddSingleton<RoundFactory>();
        services.AddSingleton<NetworkFactory>();
        services.AddSingleton<ConfiguredNetworks>();
        services.AddSingleton<RecordHoldings>();
        services.AddSingleton<LowFunds>();
        services.AddSingleton<NoteHoldings>();
        services.AddSingleton(p => new CompareHoldings(
            p.GetRequiredService<NpgsqlDataSource>(),
            CompareHoldings.UsuallyBehind
        ));
        services.AddSingleton<ReadVitals>();
        services.AddSingleton<WatchFunds>();
        services.AddSingleton<WatchEndpoints>();
        services.AddHostedService<NetworkGauges>();
        services.AddHostedService<NetworkWatch>();
        services.AddSingleton<NonceQueue>();
        services.AddSingleton<NonceWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<NonceWatch>());
        services.AddHostedService<SweepLoop>();
        services.AddHostedService<ObserveLoop>();
        services.AddSingleton<TransferChecks>();
        services.AddHostedService<TransferCheckLoop>();
        return services;
    }

    private static WorkerIdentity ThisProcess()
    {
        string host = Environment.MachineName;
        return new WorkerIdentity(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{host[..Math.Min(host.Length, 80)]}/{Environment.ProcessId}"
            )
        );
    }
}

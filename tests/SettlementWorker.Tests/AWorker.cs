using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Settling;
using Settlement.TestKit;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Tests;

/// <summary>The worker's own parts over fake networks. Step by step through <see cref="Network"/>, or running with its loops.</summary>
public sealed class AWorker : IAsyncDisposable
{
    private readonly IHost _host;

    /// <summary>Quick enough for tests; times decide no outcome.</summary>
    public static WorkerOptions Quick { get; } =
        new()
        {
            SweepEvery = TimeSpan.FromMilliseconds(50),
            ObserveEvery = TimeSpan.FromMilliseconds(20),
            WatchEvery = TimeSpan.FromMilliseconds(100),
            VerifyEvery = TimeSpan.FromMilliseconds(200),
            VerifyAgain = TimeSpan.FromMilliseconds(50),
            UntoldFor = TimeSpan.FromMilliseconds(100),
            Policy = new SettlementPolicy
            {
                FirstLook = TimeSpan.FromMilliseconds(10),
                LookAgain = TimeSpan.FromMilliseconds(10),
                LookAgainAtMost = TimeSpan.FromMilliseconds(50),
                SendAgainAtMost = TimeSpan.FromMilliseconds(50),
                Postpone = TimeSpan.FromMilliseconds(20),
                ParkFor = TimeSpan.FromMilliseconds(100),
            },
        };

    private AWorker(IHost host) => _host = host;

    public RecordedLogs Logs => Services.GetRequiredService<RecordedLogs>();

    public IServiceProvider Services => _host.Services;

    public Network Network => Services.GetRequiredService<ConfiguredNetworks>().All[0];

    /// <summary>Looks at so many transactions at a time.</summary>
    public static WorkerOptions Greedy(int observeLimit) =>
        Quick with
        {
            Policy = Quick.Policy with { ObserveLimit = observeLimit },
        };

    /// <summary>A worker whose loops stand still: the test takes each step.</summary>
    public static Task<AWorker> StandingAsync(
        PostgresDatabase database,
        params FakeChain[] chains
    ) => StandingAsync(database, Quick, chains);

    public static Task<AWorker> StandingAsync(
        PostgresDatabase database,
        WorkerOptions options,
        params FakeChain[] chains
    ) => StandingAsync(database, options, TimeProvider.System, chains);

    public static async Task<AWorker> StandingAsync(
        PostgresDatabase database,
        WorkerOptions options,
        TimeProvider clock,
        params FakeChain[] chains
    )
    {
        var worker = new AWorker(Build(database.App, options, clock, chains));
        foreach (Network network in worker.Services.GetRequiredService<ConfiguredNetworks>().All)
            await network.Gate.VerifyAsync(default);
        return worker;
    }

    /// <summary>A worker with its loops.</summary>
    public static Task<AWorker> RunningAsync(
        PostgresDatabase database,
        params FakeChain[] chains
    ) => RunningAsync(database.App, Quick, chains);

    public static Task<AWorker> RunningAsync(
        NpgsqlDataSource database,
        WorkerOptions options,
        params FakeChain[] chains
    ) => RunningAsync(database, options, TimeProvider.System, chains);

    public static async Task<AWorker> RunningAsync(
        NpgsqlDataSource database,
        WorkerOptions options,
        TimeProvider clock,
        params FakeChain[] chains
    )
    {
        var worker = new AWorker(Build(database, options, clock, chains));
        await worker._host.StartAsync();
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static IHost Build(
        NpgsqlDataSource database,
        WorkerOptions options,
        TimeProvider clock,
        FakeChain[] chains
    )
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection();
        builder.Services.AddMetrics();
        var logs = new RecordedLogs();
        builder.Services.AddSingleton(logs);
        builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(database);
        foreach (FakeChain chain in chains)
            builder.Services.AddSingleton<IChainAdapter>(chain);
        builder.Services.AddSettling(options);
        return builder.Build();
    }
}

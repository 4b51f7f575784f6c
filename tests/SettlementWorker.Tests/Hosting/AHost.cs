using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Settlement.Chains;
using Settlement.Hosting.Health;
using Settlement.Hosting.Observability;
using Settlement.Hosting.Start;
using Settlement.TestKit;
using Settlement.Worker.Health;
using Settlement.Worker.Scheduling;
using Settlement.Worker.Settling;
using Settlement.Worker.Webhooks;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>The whole host as Program.cs composes it, over fake networks.</summary>
public sealed class AHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private AHost(WebApplication app) => _app = app;

    public RecordedLogs Logs => _app.Services.GetRequiredService<RecordedLogs>();

    /// <summary>Whether it has decided to end, for its supervisor to start it anew.</summary>
    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    public static Task<AHost> StartAsync(
        string database,
        string? broker,
        WorkerOptions options,
        params FakeChain[] chains
    ) => StartAsync(database, broker, rewardQueue: "", options, chains);

    public static async Task<AHost> StartAsync(
        string database,
        string? broker,
        string rewardQueue,
        WorkerOptions options,
        params FakeChain[] chains
    )
    {
        var host = new AHost(Build(database, broker, rewardQueue, options, chains));
        await host._app.StartAsync();
        string url = host
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        host._http.BaseAddress = new Uri(url);
        return host;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.RootElement.Clone());
    }

    public Task IsReadyAsync() =>
        Eventually.BecomesAsync(
            async () => (await ReadAsync("/health/ready")).Status == HttpStatusCode.OK,
            "the host is ready",
            withinSeconds: 60
        );

    public Task IsNotReadyAsync(string check) =>
        Eventually.BecomesAsync(
            async () =>
            {
                (HttpStatusCode status, JsonElement body) = await ReadAsync("/health/ready");
                return status == HttpStatusCode.ServiceUnavailable
                    && body.GetProperty("checks")
                        .GetProperty(check)
                        .GetProperty("status")
                        .GetString() == "unhealthy";
            },
            $"{check} is unhealthy",
            withinSeconds: 60
        );

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(
        string database,
        string? broker,
        string rewardQueue,
        WorkerOptions options,
        FakeChain[] chains
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Database:ConnectionString"] = database,
                ["RabbitMq:Url"] = broker ?? "",
                ["RabbitMq:RewardQueue"] = rewardQueue,
                ["urls"] = "http://127.0.0.1:0",
            }
        );
        var logs = new RecordedLogs();
        builder.AddSettlementLogging();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSettlementDatabase(builder.Configuration, "tests");
        builder.Services.AddAuditing();
        foreach (FakeChain chain in chains)
            builder.Services.AddSingleton<IChainAdapter>(chain);
        builder.Services.AddSettling(options);
        builder.Services.AddWebhooks(builder.Configuration);
        builder.Services.AddHints(
            builder.Configuration,
            chains.Select(c => c.Network.Name).ToList()
        );
        builder.AddSchedule();
        builder.Services.AddWorkerHealth();
        WebApplication app = builder.Build();
        app.MapSettlementHealth();
        return app;
    }
}

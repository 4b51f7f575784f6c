using Settlement.Api.Affiliates;
using Settlement.Api.Configuration;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Api.OpenApi;
using Settlement.Api.Operations;
using Settlement.Api.Treasury;
using Settlement.Api.Webhooks;
using Settlement.Hosting.Health;
using Settlement.Hosting.Observability;
using Settlement.Hosting.Start;

namespace Settlement.Api;

/// <summary>Accepts payout requests and operators' words. Holds no key and calls no node.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) =>
        HostStart.RunAsync(async () =>
        {
            if (await Commands.RunAsync(args) is { } exitCode)
                return exitCode;
            await using WebApplication app = Build(args);
            await Commands.MigrateOnStartAsync(app);
            await app.RunAsync();
            return 0;
        });

    /// <summary>Puts the host together, in the order in which a request meets it.</summary>
    /// <param name="args">Configuration as --Key=value.</param>
    /// <param name="configure">Tests: the last word on configuration and services.</param>
    public static WebApplication Build(
        string[] args,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        configure?.Invoke(builder);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            // The body reader counts for itself and answers in our envelope.
            server.Limits.MaxRequestBodySize = null;
        });
        builder.AddSettlementLogging();
        builder.AddSettlementTelemetry("settlement-api");

        IReadOnlyList<NetworkSection> networks = NetworkSections.Read(builder.Configuration);
        builder.Services.AddApiOptions(builder.Configuration);
        builder.Services.AddPayoutNetworks(networks);
        builder.Services.AddSettlementDatabase(builder.Configuration, "settlement-api");
        builder.Services.AddSettlementHealth();
        builder.Services.AddDispatch(builder.Configuration, networks);
        builder.Services.AddUserRoutes();
        builder.Services.AddOperatorRoutes();
        builder.Services.AddTreasuryRoutes();
        builder.Services.AddAffiliateRoutes();
        builder.Services.AddWebhookRoutes(builder.Configuration);
        builder.Services.AddApiDescription();

        WebApplication app = builder.Build();
        app.UseMiddleware<Envelope>();
        app.UseMiddleware<AdminGate>();
        app.UseMiddleware<BearerGate>();
        app.UseApiDocs();
        app.UseWordsBeforeIds();
        app.UseRouting();
        app.UseMiddleware<ScopeGate>();
        app.MapUserEndpoints();
        app.MapOperatorEndpoints();
        app.MapTreasuryEndpoints();
        app.MapAffiliateEndpoints();
        app.MapWebhookRoutes();
        (IEndpointConventionBuilder live, IEndpointConventionBuilder ready) =
            app.MapSettlementHealth();
        live.Describe(Operation.Live);
        ready.Describe(Operation.Ready);
        app.MapSettlementMetrics().Describe(Operation.Metrics);
        app.MapOpenApi();
        return app;
    }
}

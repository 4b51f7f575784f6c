using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Settlement.Hosting.Observability;

/// <summary>Metrics on <c>/metrics</c>; traces, metrics and logs by OTLP only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is
/// set.</summary>
public static class HostTelemetry
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // All of them are built into the libraries: without a listener they cost nothing.
    private static readonly string[] s_sources =
    [
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "Npgsql",
        "MassTransit",
        "Settlement.*",
    ];

    private static readonly string[] s_meters =
    [
        "Microsoft.AspNetCore.*",
        "System.Net.Http",
        "System.Runtime",
        "Npgsql",
        "MassTransit",
        "Settlement.*",
    ];

    // What is on the page is counted whether or not anybody reads it: not every statement, nor every call of a node.
    private static readonly string[] s_onThePage =
    [
        "Microsoft.AspNetCore.Hosting",
        "System.Runtime",
        "Settlement.*",
    ];

    /// <summary>Registers the exporters.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">The name in every trace, such as settlement-api.</param>
    public static void AddSettlementTelemetry(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(_ => new MetricsPage(s_onThePage));
        if (string.IsNullOrWhiteSpace(builder.Configuration[EndpointKey]))
            return;
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService(service);
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ =>
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(s_sources)
                .AddOtlpExporter()
                .Build()
        );
        builder.Services.AddSingleton(_ =>
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter(s_meters)
                .AddOtlpExporter()
                .Build()
        );
        builder.Services.AddHostedService<Exporters>();
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static IEndpointConventionBuilder MapSettlementMetrics(this IEndpointRouteBuilder app) =>
        MetricsPage.Map(app);

    /// <summary>Makes the providers at start; the container disposes them, which sends what is left.</summary>
    private sealed class Exporters(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush(timeoutMilliseconds: 2_000);
            metrics.ForceFlush(timeoutMilliseconds: 2_000);
            return Task.CompletedTask;
        }
    }
}

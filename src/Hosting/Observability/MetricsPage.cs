using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Settlement.Hosting.Observability;

/// <summary><c>/metrics</c>: what is counted, for Prometheus. Counts and balances, no secrets; still nothing for the whole
/// world: let only your monitoring reach it.</summary>
public sealed class MetricsPage : IDisposable
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    private readonly Lock _gate = new();
    private readonly PullExporter _exporter = new();
    private readonly MeterProvider _meters;

    /// <summary>Begins to count.</summary>
    /// <param name="meters">Their names; <c>*</c> stands for anything.</param>
    public MetricsPage(params string[] meters)
    {
        _meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meters)
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();
    }

    /// <summary>Everything as it stands.</summary>
    public string Read()
    {
        lock (_gate)
        {
            _ = _exporter.Collect?.Invoke(Timeout.Infinite);
            return _exporter.Text;
        }
    }

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        byte[] body = Encoding.UTF8.GetBytes(Read());
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <inheritdoc />
    public void Dispose() => _meters.Dispose();

    internal static IEndpointConventionBuilder Map(IEndpointRouteBuilder app)
    {
        MetricsPage page = app.ServiceProvider.GetRequiredService<MetricsPage>();
        return app.MapMethods("/metrics", s_methods, page.WriteAsync);
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public Func<int, bool>? Collect { get; set; }

        public string Text { get; private set; } = "";

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Text = PrometheusText.Of(batch);
            return ExportResult.Success;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Payouts.Operations;

namespace Settlement.Hosting.Health;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work; what it does not need to be
/// ready, such as the broker, is told beside it.</summary>
public static class HealthPage
{
    internal const string PausesKey = "pauses";

    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    /// <summary>Registers the checks of database and ledger. A host adds its own, tagged
    /// <see cref="Readiness.Required"/> where it cannot work without.</summary>
    public static IHealthChecksBuilder AddSettlementHealth(this IServiceCollection services)
    {
        services.AddSingleton<Pauses>();
        return services
            .AddHealthChecks()
            .AddCheck<DatabaseCheck>(
                Readiness.Database,
                tags: [Readiness.Required],
                timeout: s_timeout
            )
            .AddCheck<LedgerCheck>(
                Readiness.Ledger,
                tags: [Readiness.Required],
                timeout: s_timeout
            );
    }

    /// <summary>Maps both pages, for GET and HEAD.</summary>
    public static (
        IEndpointConventionBuilder Live,
        IEndpointConventionBuilder Ready
    ) MapSettlementHealth(this IEndpointRouteBuilder app) =>
        (
            app.MapMethods("/health/live", s_methods, WriteLiveAsync),
            app.MapMethods("/health/ready", s_methods, WriteReadyAsync)
        );

    private static Task WriteLiveAsync(HttpContext context) =>
        WriteAsync(
            context,
            StatusCodes.Status200OK,
            JsonSerializer.SerializeToUtf8Bytes(new LiveView("live"), HealthJson.Default.LiveView)
        );

    private static async Task WriteReadyAsync(HttpContext context)
    {
        HealthReport report = await context
            .RequestServices.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(context.RequestAborted);
        bool isReady = report
            .Entries.Values.Where(e => e.Tags.Contains(Readiness.Required))
            .All(e => e.Status is HealthStatus.Healthy);
        var view = new ReadyView(
            isReady ? "ready" : "not_ready",
            report.Entries.ToDictionary(
                e => e.Key,
                e => CheckView.Of(e.Value),
                StringComparer.Ordinal
            ),
            PausesOf(report)
        );
        await WriteAsync(
            context,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            JsonSerializer.SerializeToUtf8Bytes(view, HealthJson.Default.ReadyView)
        );
    }

    private static List<PauseView> PausesOf(HealthReport report) =>
        report
            .Entries.Values.SelectMany(e => e.Data)
            .Where(d => string.Equals(d.Key, PausesKey, StringComparison.Ordinal))
            .SelectMany(d => (IReadOnlyList<Pause>)d.Value)
            .Select(p => new PauseView(p.Scope, p.Cause, p.PausedAt.UtcDateTime))
            .ToList();

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>The body of <c>/health/live</c>.</summary>
public sealed record LiveView(string Status);

/// <summary>The body of <c>/health/ready</c>.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Checks">By name.</param>
/// <param name="Pauses">The switches that hold new transactions; requests are accepted all the same.</param>
public sealed record ReadyView(
    string Status,
    IReadOnlyDictionary<string, CheckView> Checks,
    IReadOnlyList<PauseView> Pauses
);

/// <summary>One check.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Required">Whether the host is ready only while this is healthy.</param>
/// <param name="Detail">One sentence, without secrets.</param>
public sealed record CheckView(string Status, bool Required, string? Detail)
{
    internal static CheckView Of(HealthReportEntry entry) =>
        new(
            entry.Status switch
            {
                HealthStatus.Healthy => "healthy",
                HealthStatus.Degraded => "degraded",
                HealthStatus.Unhealthy => "unhealthy",
            },
            entry.Tags.Contains(Readiness.Required),
                // An exception's text may hold an address or a name; a timeout has no text of its own.
                entry.Status is HealthStatus.Healthy
                    ? null
                : entry.Exception is null ? entry.Description
                : "The check failed."
        );
}

/// <summary>A switch that stands. Why is for operators: the page needs no token.</summary>
public sealed record PauseView(string Scope, string Cause, DateTime PausedAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LiveView))]
[JsonSerializable(typeof(ReadyView))]
internal sealed partial class HealthJson : JsonSerializerContext;

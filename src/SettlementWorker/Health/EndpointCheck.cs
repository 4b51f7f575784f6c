using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Chains.Endpoints;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Health;

/// <summary>Told beside readiness: which endpoints are believed. Without one there are no verdicts; payouts are signed and
/// sent all the same, and nothing is lost.</summary>
internal sealed class EndpointCheck(Network network) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Check(network.Endpoints));

    private static HealthCheckResult Check(NetworkReport report)
    {
        if (report.HaltedBecause is { } halted)
            return HealthCheckResult.Unhealthy($"No verdict can be had: {halted}");
        if (report.AlarmingDisputes > 0)
        {
            return HealthCheckResult.Unhealthy(
                $"Endpoints do not agree about {report.AlarmingDisputes} transactions."
            );
        }
        string[] doubts = [.. report.Endpoints.Select(e => e.Because).OfType<string>()];
        return doubts.Length > 0
            ? HealthCheckResult.Degraded(string.Join("; ", doubts))
            : HealthCheckResult.Healthy();
    }
}

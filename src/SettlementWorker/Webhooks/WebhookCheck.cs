using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Webhooks.Deliveries;

namespace Settlement.Worker.Webhooks;

/// <summary>Told beside readiness: whoever listens is told. Payouts are paid all the same.</summary>
internal sealed class WebhookCheck(WebhookVitals vitals) : IHealthCheck
{
    // Workers look every second; only when none of them can does an event wait for so long.
    private const double PatientSeconds = 300;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Check());

    private HealthCheckResult Check() =>
        vitals.Backlog switch
        {
            null => HealthCheckResult.Degraded("Not read yet."),
            _ when vitals.IsMute => HealthCheckResult.Degraded(
                "Webhook endpoints are registered, and this worker has no Webhooks:SecretKey: events wait and are not told."
            ),
            { UntoldSeconds: > PatientSeconds } => HealthCheckResult.Degraded(
                "Events wait, and no worker makes messages of them."
            ),
            WebhookBacklog => HealthCheckResult.Healthy(),
        };
}

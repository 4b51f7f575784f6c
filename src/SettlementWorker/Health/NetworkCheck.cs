using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Health;

/// <summary>Payouts of a network can be paid: identity confirmed, node answering, wallet not frozen.</summary>
internal sealed class NetworkCheck(Network network, WorkerOptions options, TimeProvider clock)
    : IHealthCheck
{
    /// <summary>Unanswered questions before a node counts as silent.</summary>
    private const int PatientRounds = 3;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (network.Gate.State is GateState.Closed closed)
            return HealthCheckResult.Unhealthy(closed.Because);
        if (network.Gate.State is GateState.Watching watching)
            return HealthCheckResult.Unhealthy(watching.Because);
        NetworkVitals vitals = network.Vitals;
        if (vitals.Wallet?.FrozenReason is not null)
            return HealthCheckResult.Unhealthy("The wallet is frozen; an operator must look.");
        TimeSpan patience = options.WatchEvery * PatientRounds + options.RoundBudget;
        return clock.GetUtcNow() - vitals.AnsweredAt > patience
            ? HealthCheckResult.Unhealthy($"No node has answered since {vitals.AnsweredAt:u}.")
            : HealthCheckResult.Healthy();
    }
}

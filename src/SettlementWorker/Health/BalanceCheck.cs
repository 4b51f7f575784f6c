using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Chains;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Health;

/// <summary>Told beside readiness: the hot wallet holds more than its low marks. What cannot be paid for is parked with a
/// reason, so a worker with an empty wallet is ready all the same.</summary>
internal sealed class BalanceCheck(Network network, LowMarks marks) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(Check());

    private HealthCheckResult Check() =>
        network.Vitals.Balances switch
        {
            null => HealthCheckResult.Degraded("Not read yet."),
            WalletBalances held when held.AssetBaseUnits < marks.AssetBaseUnits =>
                HealthCheckResult.Degraded("The wallet holds little of the asset; fill it up."),
            WalletBalances held when held.NativeBaseUnits < marks.NativeBaseUnits =>
                HealthCheckResult.Degraded(
                    "The wallet holds little of the network's own coin; fill it up."
                ),
            _ => HealthCheckResult.Healthy(),
        };
}

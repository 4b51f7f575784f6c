using Microsoft.Extensions.Diagnostics.HealthChecks;
using Settlement.Hosting.Health;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Health;

/// <summary>The checks of a worker: those of every host, and three for each network.</summary>
public static class WorkerHealth
{
    public static void AddWorkerHealth(this IServiceCollection services)
    {
        services.AddSettlementHealth();
        services
            .AddOptions<HealthCheckServiceOptions>()
            .Configure<ConfiguredNetworks, WorkerOptions, TimeProvider>(Register);
    }

    private static void Register(
        HealthCheckServiceOptions health,
        ConfiguredNetworks networks,
        WorkerOptions options,
        TimeProvider clock
    )
    {
        foreach (Network network in networks.All)
        {
            LowMarks marks = options.LowMarks.GetValueOrDefault(network.Id.Name, new LowMarks());
            health.Registrations.Add(
                new(
                    $"network:{network.Id}",
                    new NetworkCheck(network, options, clock),
                    failureStatus: null,
                    tags: [Readiness.Required]
                )
            );
            health.Registrations.Add(
                new(
                    $"balance:{network.Id}",
                    new BalanceCheck(network, marks),
                    failureStatus: null,
                    tags: null
                )
            );
            health.Registrations.Add(
                new(
                    $"endpoints:{network.Id}",
                    new EndpointCheck(network),
                    failureStatus: null,
                    tags: null
                )
            );
        }
    }
}

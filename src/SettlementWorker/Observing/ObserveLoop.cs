using Settlement.Worker.Networks;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Observing;

/// <summary>Looks at open transactions when they are due, whoever opened them, and ends payouts by what the chain says.</summary>
public sealed class ObserveLoop(
    ConfiguredNetworks networks,
    RoundFactory rounds,
    WorkerOptions options
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            networks.All.Select(network =>
                rounds
                    .Loop("looking at open transactions", network.Id, () => options.ObserveEvery)
                    .RunAsync(
                        network.ObserveAsync,
                        options.Policy.ObserveLimit,
                        new WakeUp(),
                        stoppingToken
                    )
            )
        );
}

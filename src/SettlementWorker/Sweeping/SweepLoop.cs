using Settlement.Worker.Networks;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Sweeping;

/// <summary>Settles whatever is due, message or not: new payouts, parked ones whose time has come, and those of a worker
/// that died, once its lease is over. It needs no broker. What found no room is taken up as soon as there is some.</summary>
public sealed class SweepLoop(
    ConfiguredNetworks networks,
    RoundFactory rounds,
    WorkerOptions options
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            networks.All.Select(network =>
                rounds
                    .Loop("settling what is due", network.Id, () => options.SweepEvery)
                    .RunAsync(
                        ct => network.SettleAsync(null, ct),
                        options.Policy.ClaimLimit,
                        network.Room,
                        stoppingToken
                    )
            )
        );
}

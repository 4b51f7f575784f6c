using Settlement.Worker.Rounds;

namespace Settlement.Worker.Networks;

/// <summary>Opens and closes the gates, and reads how each network is. Loops of their own per network: one bad network
/// never holds up another.</summary>
public sealed class NetworkWatch(
    ConfiguredNetworks networks,
    ReadVitals vitals,
    WatchFunds funds,
    RoundFactory rounds,
    WorkerOptions options
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            networks.All.SelectMany(n =>
                new[]
                {
                    VerifyAsync(n, stoppingToken),
                    ReadAsync(n, stoppingToken),
                    CompareAsync(n, stoppingToken),
                }
            )
        );

    private Task VerifyAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop(
                "checking identity and wallet",
                network.Id,
                () => network.Gate.IsOpen ? options.VerifyEvery : options.VerifyAgain
            )
            .RunAsync(network.Gate.VerifyAsync, stopping);

    private Task ReadAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop("reading balances and workload", network.Id, () => options.WatchEvery)
            .RunAsync(ct => vitals.ExecuteAsync(network, ct), stopping);

    private Task CompareAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop(
                "comparing funds",
                network.Id,
                () => network.Gate.IsOpen ? options.CompareEvery : options.VerifyAgain
            )
            .RunAsync(ct => funds.ExecuteAsync(network, ct), stopping);
}

using Settlement.Payouts.Lifecycle;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Networks;

/// <summary>Opens and closes the gates, and reads how each network is. Loops of their own per network: one bad network
/// never holds up another.</summary>
public sealed class NetworkWatch(
    ConfiguredNetworks networks,
    ReadVitals vitals,
    WatchFunds funds,
    WatchEndpoints endpoints,
    TellWaiting waiting,
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
                    LookAsync(n, stoppingToken),
                }
            )
        );

    private Task VerifyAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop(
                "checking identity and wallet",
                network.Id,
                () => network.Gate.MayPay ? options.VerifyEvery : options.VerifyAgain
            )
            .RunAsync(
                async ct =>
                {
                    await network.Gate.VerifyAsync(ct);
                    if (network.Gate.Because is { } why)
                        await waiting.ExecuteAsync(network.Id, why, options.UntoldFor, ct);
                },
                stopping
            );

    private Task ReadAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop("reading balances and workload", network.Id, () => options.WatchEvery)
            .RunAsync(ct => vitals.ExecuteAsync(network, ct), stopping);

    private Task LookAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop("looking at endpoints", network.Id, () => options.WatchEvery)
            .RunAsync(ct => endpoints.ExecuteAsync(network, ct), stopping);

    private Task CompareAsync(Network network, CancellationToken stopping) =>
        rounds
            .Loop(
                "comparing funds",
                network.Id,
                () => network.Gate.IsOpen ? options.CompareEvery : options.VerifyAgain
            )
            .RunAsync(ct => funds.ExecuteAsync(network, ct), stopping);
}

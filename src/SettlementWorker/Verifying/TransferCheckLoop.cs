using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Worker.Networks;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Verifying;

/// <summary>Answers operators who ask whether a transaction of somebody else's paid a payout. It reads, and decides nothing.</summary>
public sealed class TransferCheckLoop(
    ConfiguredNetworks networks,
    TransferChecks checks,
    RoundFactory rounds,
    WorkerOptions options,
    WorkerIdentity worker
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            networks.All.Select(network =>
                rounds
                    .Loop("answering operators", network.Id, () => options.AnswerEvery)
                    .RunAsync(ct => AnswerAsync(network, ct), stoppingToken)
            )
        );

    internal async Task AnswerAsync(Network network, CancellationToken ct)
    {
        // Before its identity is confirmed, a node's word counts for nothing.
        if (!network.Gate.IsOpen)
            return;
        foreach (TransferQuestion question in await checks.TakeAsync(network.Id, ct))
        {
            TransferSighting seen = network.Chain.PaysIn(question.AssetAddress)
                ? await network.Chain.FindTransferAsync(
                    question.TxHash,
                    new TransferOrder(question.Number, question.Address, question.AmountMicro),
                    ct
                )
                : new TransferSighting.Unknown("the payout was asked for in another asset");
            await checks.AnswerAsync(question.Id, seen, worker.Name, ct);
        }
    }
}

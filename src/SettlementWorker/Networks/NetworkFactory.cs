using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.Payouts.Settling;
using Settlement.Worker.Rounds;
using Settlement.Worker.Telemetry;

namespace Settlement.Worker.Networks;

/// <summary>Puts a network together: adapter and store, both measured, gate and steps.</summary>
public sealed class NetworkFactory(
    PostgresSettlementStore store,
    Wallets wallets,
    CheckOwnTransactions own,
    StoredMark stored,
    WorkerIdentity worker,
    WorkerOptions options,
    RoundFactory rounds,
    WorkerMetrics metrics,
    ILoggerFactory logs
)
{
    public Network Make(IChainAdapter chain)
    {
        var measured = new MeasuredChain(chain, metrics);
        return new Network(
            measured,
            new NetworkGate(measured, wallets, own, stored, logs.CreateLogger<NetworkGate>()),
            new MeasuredStore(
                store,
                new SettlementJournal(
                    chain.Network,
                    metrics,
                    logs.CreateLogger<SettlementJournal>()
                )
            ),
            worker,
            options,
            rounds.Round("settling what messages name", chain.Network)
        );
    }
}

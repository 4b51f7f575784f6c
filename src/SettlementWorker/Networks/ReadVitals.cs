using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.Worker.Networks;

/// <summary>Asks node and database how a network is.</summary>
public sealed partial class ReadVitals(
    ReadWorkload workload,
    Wallets wallets,
    NoteHoldings holdings,
    TimeProvider clock,
    ILogger<ReadVitals> log
)
{
    /// <summary>Reads; the log has one line when the wallet is found frozen, and one when it is free again.</summary>
    public async Task ExecuteAsync(Network network, CancellationToken ct)
    {
        WalletBalances? balances = await network.Chain.ReadBalancesAsync(ct);
        NetworkVitals before = network.Vitals;
        network.Vitals = new NetworkVitals(
            balances ?? before.Balances,
            balances is null ? before.AnsweredAt : clock.GetUtcNow(),
            // A wallet is known from the first time its gate was open.
            network.Gate.IsOpen
                ? await wallets.ReadAsync(network.Id, network.Chain.Sender, ct)
                : before.Wallet,
            await workload.ExecuteAsync(network.Id, ct)
        );
        // Whether it is our chain is not known before.
        if (balances is not null && network.Gate.IsOpen)
            await holdings.ExecuteAsync(network.Chain, balances, ct);
        LogFreeze(network, before.Wallet, network.Vitals.Wallet);
    }

    private void LogFreeze(Network network, WalletState? before, WalletState? now)
    {
        if (now?.FrozenReason == before?.FrozenReason)
            return;
        if (now?.FrozenReason is { } reason)
            Frozen(log, network.Id, network.Chain.Sender, reason);
        else
            Thawed(log, network.Id, network.Chain.Sender);
    }

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: wallet {Sender} is frozen and opens no transactions: {Reason}"
    )]
    private static partial void Frozen(
        ILogger log,
        NetworkId network,
        string sender,
        string reason
    );

    [LoggerMessage(LogLevel.Information, "{Network}: wallet {Sender} is no longer frozen")]
    private static partial void Thawed(ILogger log, NetworkId network, string sender);
}

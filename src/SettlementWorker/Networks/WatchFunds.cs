using Settlement.Payouts.Treasury;

namespace Settlement.Worker.Networks;

/// <summary>Raises an alarm when more has left a hot wallet than payouts took.</summary>
public sealed partial class WatchFunds(CompareHoldings compare, ILogger<WatchFunds> log)
{
    /// <summary>Compares; the log has one line when funds are found missing.</summary>
    public async Task ExecuteAsync(Network network, CancellationToken ct)
    {
        // Before its identity is confirmed, a node's word counts for nothing.
        if (!network.Gate.IsOpen)
            return;
        if (await compare.ExecuteAsync(network.Chain, ct) is { IsNews: true } missing)
            Missing(log, network.Id, missing.BaseUnits, network.Chain.Sender);
    }

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: {BaseUnits} base units have left wallet {Sender} and no payout took them; somebody else may use the key"
    )]
    private static partial void Missing(
        ILogger log,
        Chains.NetworkId network,
        UInt128 baseUnits,
        string sender
    );
}

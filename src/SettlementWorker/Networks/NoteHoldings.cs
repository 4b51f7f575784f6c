using Settlement.Chains;
using Settlement.Payouts.Treasury;

namespace Settlement.Worker.Networks;

/// <summary>Writes down what a wallet holds, and says so when that is less than its low marks.</summary>
public sealed partial class NoteHoldings(
    RecordHoldings holdings,
    LowFunds low,
    WorkerOptions options,
    ILogger<NoteHoldings> log
)
{
    /// <summary>Writes it down; the log has one line for each mark that is crossed.</summary>
    public async Task ExecuteAsync(IChainAdapter chain, WalletBalances held, CancellationToken ct)
    {
        await holdings.ExecuteAsync(chain, held, ct);
        LowMarks marks = options.LowMarks.GetValueOrDefault(chain.Network.Name, new LowMarks());
        IReadOnlyList<LowFinding> crossed = await low.ExecuteAsync(
            chain,
            held,
            new WalletBalances(marks.AssetBaseUnits, marks.NativeBaseUnits),
            ct
        );
        foreach (LowFinding finding in crossed)
            Low(log, chain.Network, chain.Sender, finding.Held, finding.Coin, finding.Mark);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Network}: wallet {Sender} holds {Held} base units of {Coin}, less than its low mark {Mark}; fill it up"
    )]
    private static partial void Low(
        ILogger log,
        NetworkId network,
        string sender,
        string held,
        string coin,
        string mark
    );
}

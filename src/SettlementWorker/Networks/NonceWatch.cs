using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Networks;

/// <summary>Watches the line of nonces of each wallet: raises an alarm when its head stands too long, sends again what a node has
/// lost, and raises one when there is nothing to send.</summary>
public sealed partial class NonceWatch(
    ConfiguredNetworks networks,
    NonceQueue queue,
    RoundFactory rounds,
    WorkerOptions options,
    ILogger<NonceWatch> log
) : BackgroundService
{
    /// <summary>Looks once.</summary>
    public async Task LookAsync(Network network, CancellationToken ct)
    {
        // Before its identity is confirmed, a node's word counts for nothing.
        if (!network.Gate.IsOpen || !network.Chain.Limits.UsesNonces)
            return;
        if (await network.Chain.ReadNonceCountsAsync(ct) is not { } counts)
            return;
        string sender = network.Chain.Sender;
        if (await queue.ReadAsync(network.Id, sender, counts, ct) is not { } line)
            return;
        NonceLine? before = network.Line;
        network.Line = line;
        TellOfHead(network, before, line);
        if (line.Gap is { } gap)
            await FillAsync(network, before, line, gap, ct);
        if (line.Ahead > 0 && line.Ahead != before?.Ahead)
            Overtaken(log, network.Id, sender, line.Ahead);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            networks.All.Select(network =>
                rounds
                    .Loop("watching nonces", network.Id, () => options.WatchEvery)
                    .RunAsync(ct => LookAsync(network, ct), stoppingToken)
            )
        );

    // Once for each head: the gauge tells for how long.
    private void TellOfHead(Network network, NonceLine? before, NonceLine line)
    {
        if (line.Head is not { } head || head.Age < options.HeadOfLineAfter)
            return;
        bool wasTold =
            before?.Head is { } told
            && told.TransactionId == head.TransactionId
            && told.Age >= options.HeadOfLineAfter;
        if (!wasTold)
        {
            HeadStands(
                log,
                network.Id,
                head.Nonce,
                head.TransactionId,
                (long)head.Age.TotalSeconds,
                head.Seen ?? "nobody has looked"
            );
        }
    }

    private async Task FillAsync(
        Network network,
        NonceLine? before,
        NonceLine line,
        ulong gap,
        CancellationToken ct
    )
    {
        if (line.IsGapStored)
            await queue.HurryAsync(network.Id, network.Chain.Sender, gap, ct);
        // The first sight may be a send that is under way.
        else if (before?.Gap == gap)
            NothingStored(log, network.Id, network.Chain.Sender, gap);
    }

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: nonce {Nonce} (transaction {TransactionId}) has been open for {Seconds} s and holds up all behind it: {Seen}"
    )]
    private static partial void HeadStands(
        ILogger log,
        NetworkId network,
        ulong nonce,
        long transactionId,
        long seconds,
        string seen
    );

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: the chain waits for nonce {Nonce} of {Sender}, and nothing that is stored can be sent for it"
    )]
    private static partial void NothingStored(
        ILogger log,
        NetworkId network,
        string sender,
        ulong nonce
    );

    [LoggerMessage(
        LogLevel.Critical,
        "{Network}: the chain has used up {Count} nonces of {Sender} that we never stored; somebody else uses the key"
    )]
    private static partial void Overtaken(
        ILogger log,
        NetworkId network,
        string sender,
        ulong count
    );
}

using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>The adapter's honest rules over a simulated Solana chain. "Never" needs, in this order: a finalized height past the
/// last valid one, then a finalized history without it at that node, then the same at a second node. A node that is many backends
/// may go back in time between two calls: each call must tell its own height.</summary>
public sealed class SimSolanaAdapter(
    SolanaNetwork network,
    SimProcess process,
    Scheduler clock,
    Dice dice,
    Weather weather,
    Flaw flaws
) : SimAdapter(network, process, clock, dice, weather)
{
    public override async Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct)
    {
        SimNode node = AnyNode();
        bool answered = await AskAsync(ct);
        if (!answered)
            return new SigningOutcome.Unknown("no answer");
        if (Weather.Within(Weather.FeeSpike, Clock.Now))
            return new SigningOutcome.NotNow(ParkReason.FeeAboveCap, "dear");
        long seen = node.SeesUntil(Clock.Now);
        for (int i = 0; i < order.Transfers.Count; i++)
        {
            if (network.IsBlocked(order.Transfers[i].Destination, seen))
            {
                var never = new PreflightAnswer.NeverPayable(
                    FailureCode.DestinationBlocked,
                    "frozen"
                );
                return new SigningOutcome.Rejected(i, never);
            }
        }
        long blockhash = network.HeadAt(seen);
        ulong lastValid = (ulong)(blockhash + network.Window);
        ChainTransaction signed = network.Sign(null, lastValid, 0, order.Transfers);
        return new SigningOutcome.Signed(
            new SignedTransaction(
                signed.Hash,
                signed.Bytes,
                Sender,
                null,
                lastValid,
                TimeSpan.FromMilliseconds(network.Window * network.BlockMs),
                Proof
            )
        );
    }

    public override async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        SimNode first = AnyNode();
        var observations = new Observation[transactions.Count];
        bool answered = await AskAsync(ct);
        if (!answered)
        {
            Array.Fill(observations, new Observation.Unknown("no answer"));
            return observations;
        }
        List<int>? missing = null;
        long seen = first.SeesUntil(Clock.Now);
        for (int i = 0; i < observations.Length; i++)
        {
            observations[i] = Look(first, transactions[i], seen, inHistory: false);
            if (observations[i] is Observation.NotSeen)
                (missing ??= []).Add(i);
        }
        if (missing is not null)
            await ProveAsync(first, transactions, observations, missing, ct);
        return observations;
    }

    private Observation Look(SimNode node, OpenTransaction open, long seen, bool inHistory)
    {
        ChainTransaction transaction = network.Decode(open.Attempts[0].Bytes);
        // Nodes keep the statuses of recent blocks at hand, and look further back only when they are told to.
        bool isAtHand = network.HeadAt(seen) - transaction.Height <= network.StatusesKept;
        if ((inHistory || isAtHand) && Shows(node, transaction, seen))
            return Judge(transaction, transaction.Height <= network.FinalizedAt(seen));
        return new Observation.NotSeen("no status");
    }

    /// <summary>Proof X for those whose blockhash has expired at finality.</summary>
    private async Task ProveAsync(
        SimNode first,
        IReadOnlyList<OpenTransaction> transactions,
        Observation[] observations,
        List<int> missing,
        CancellationToken ct
    )
    {
        bool answered = await AskAsync(ct);
        if (!answered)
            return;
        long height = ExpiryHeight(first.SeesUntil(Clock.Now));
        missing.RemoveAll(i => height <= (long)transactions[i].LastValidBlockHeight!.Value);
        if (missing.Count == 0)
            return;
        SimNode second = Other(first);
        if (!flaws.HasFlag(Flaw.StatusBeforeHeight))
            await AskHistoryAsync(first, transactions, observations, missing, ct);
        if (!flaws.HasFlag(Flaw.OneNodeIsEnough))
            await AskHistoryAsync(second, transactions, observations, missing, ct);
        foreach (int i in missing)
            observations[i] = new Observation.Never(NeverReason.Expired, Proof);
    }

    /// <summary>Leaves in the list those that a node whose finalized height is past them does not know.</summary>
    private async Task AskHistoryAsync(
        SimNode node,
        IReadOnlyList<OpenTransaction> transactions,
        Observation[] observations,
        List<int> missing,
        CancellationToken ct
    )
    {
        bool answered = await AskAsync(ct);
        long seen = node.SeesUntil(Clock.Now);
        long height = ExpiryHeight(seen);
        missing.RemoveAll(i =>
        {
            bool isPast =
                height > (long)transactions[i].LastValidBlockHeight!.Value
                || flaws.HasFlag(Flaw.HeightOfAnotherCall);
            if (!answered || !isPast)
            {
                observations[i] = new Observation.Unknown("expired; no second opinion yet");
                return true;
            }
            bool inHistory = !flaws.HasFlag(Flaw.StatusCacheIsHistory);
            Observation look = Look(node, transactions[i], seen, inHistory);
            if (look is Observation.NotSeen)
                return false;
            observations[i] = look;
            return true;
        });
    }

    private long ExpiryHeight(long seen) =>
        flaws.HasFlag(Flaw.ExpiryByNewestBlock) ? network.HeadAt(seen) : network.FinalizedAt(seen);

    private SimNode Other(SimNode first)
    {
        foreach (SimNode node in network.Nodes)
        {
            if (!ReferenceEquals(node, first))
                return node;
        }
        return first;
    }
}

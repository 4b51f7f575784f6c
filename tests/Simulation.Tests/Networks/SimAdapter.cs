using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>What both simulated adapters share: nodes that answer late, wrongly or not at all, and honest outcomes above them.</summary>
/// <remarks>Each call to a node is a place where the world may cut, so that proofs of several calls are torn apart.</remarks>
public abstract class SimAdapter(
    SimNetwork network,
    SimProcess process,
    Scheduler clock,
    Dice dice,
    Weather weather
) : IChainAdapter
{
    protected static readonly Evidence Proof = new("{}");

    public NetworkId Network => network.Name;
    public string Sender => "hot-wallet";
    public required ChainLimits Limits { get; init; }

    protected Scheduler Clock { get; } = clock;
    protected Dice Dice { get; } = dice;
    protected Weather Weather { get; } = weather;
    protected bool IsFoul => Clock.Now < Weather.ClearsAt;

    public string Asset => "simulated";

    public bool PaysIn(string asset) => true;

    public Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct) =>
        Task.FromResult<IdentityCheck>(new IdentityCheck.Confirmed());

    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct) => Task.FromResult<ulong?>(null);

    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct) =>
        Task.FromResult<NonceCounts?>(null);

    public Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct) =>
        Task.FromResult<WalletBalances?>(null);

    public async Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    )
    {
        SimNode node = AnyNode();
        bool answered = await AskAsync(ct);
        var answers = new PreflightAnswer[transfers.Count];
        long seen = node.SeesUntil(Clock.Now);
        for (int i = 0; i < answers.Length; i++)
            answers[i] = answered ? Judge(transfers[i], seen) : new PreflightAnswer.Unknown("-");
        return answers;
    }

    public abstract Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct);

    public virtual Task<ReplacementOutcome> ReplaceAsync(
        ReplacementOrder order,
        CancellationToken ct
    ) => throw new InvalidOperationException("Nothing is replaced here.");

    public async Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        ChainTransaction transaction = network.Decode(attempt.Bytes);
        BroadcastOutcome? outcome = Send(transaction);
        // The token is honoured before the send only.
        long latency = outcome is null ? Dice.Between(1_000, 10_000) : Dice.Skewed(10, 1_000);
        await WaitAsync(latency, CancellationToken.None);
        return outcome ?? new BroadcastOutcome.Unknown("no answer");
    }

    public abstract Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    );

    public async Task<OwnTransactions> ReadOwnTransactionsAsync(
        string? cursor,
        CancellationToken ct
    )
    {
        SimNode node = AnyNode();
        bool answered = await AskAsync(ct);
        return answered
            ? network.ReadOwn(cursor, node.SeesUntil(Clock.Now))
            : new OwnTransactions.Unknown("no answer");
    }

    public async Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    )
    {
        SimNode node = AnyNode();
        bool answered = await AskAsync(ct);
        return answered
            ? network.Explain(transaction, node.SeesUntil(Clock.Now))
            : new OwnTransactionFacts.Unknown("no answer");
    }

    /// <summary>Honest, by one node's view: nobody pays by hand in a simulation, but whoever asks is told the truth.</summary>
    public async Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    )
    {
        SimNode node = AnyNode();
        if (!await AskAsync(ct))
            return new TransferSighting.Unknown("no answer");
        ChainTransaction? found = network.Signed.FirstOrDefault(t => t.Hash == transactionId);
        if (found is null || !Shows(node, found, node.SeesUntil(Clock.Now)))
            return new TransferSighting.Missing("not known");
        if (found.Height > network.FinalizedAt(node.SeesUntil(Clock.Now)))
            return new TransferSighting.Pending("not final");
        if (!found.Succeeded)
            return new TransferSighting.Failed("failed", Proof);
        List<string> places =
        [
            .. found
                .Transfers.Select((t, i) => (Transfer: t, Place: $"{i}", IsPaid: found.Paid[i]))
                .Where(t =>
                    t.IsPaid
                    && t.Transfer.Destination == order.Destination
                    && t.Transfer.AmountMicro == order.AmountMicro
                )
                .Select(t => t.Place),
        ];
        return places.Count > 0
            ? new TransferSighting.Made(found.Hash, places, Proof)
            : new TransferSighting.Other(TransferDifference.Destination, "others", Proof);
    }

    protected SimNode AnyNode() => Dice.Pick(network.Nodes);

    /// <summary>One call to a node: whether it answered, after its time.</summary>
    protected Task<bool> AskAsync(CancellationToken ct)
    {
        bool silent =
            IsFoul
            && (Weather.Within(Weather.RpcAway, Clock.Now) || Dice.Chance(Weather.RpcSilent));
        long latency = silent ? Dice.Between(1_000, 10_000) : Dice.Skewed(5, 500);
        return CallAsync(!silent, latency, ct);
    }

    protected Task WaitAsync(long latency, CancellationToken ct) => CallAsync(true, latency, ct);

    /// <summary>Whether a node shows a transaction; a lying one may deny it.</summary>
    protected bool Shows(SimNode node, ChainTransaction transaction, long seen) =>
        transaction.IsIncluded
        && transaction.Height <= network.HeadAt(seen)
        && !(node.Lies && IsFoul && Dice.Chance(Weather.Lie));

    /// <summary>What a transaction that a node shows amounts to.</summary>
    protected static Observation Judge(ChainTransaction shown, bool final)
    {
        if (!final)
            return new Observation.Included("not final");
        if (!shown.Succeeded)
            return new Observation.Never(NeverReason.Reverted, Proof);
        var results = new TransferResult[shown.Transfers.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new TransferResult(shown.Paid[i], Proof)
            {
                NeedsOperator =
                    shown.PaidBefore.Length > i && shown.PaidBefore[i] ? "paid before" : null,
            };
        }
        return new Observation.Landed(shown.Hash, results, Proof);
    }

    /// <summary>Why a person must look at it before anything is paid; null: nothing.</summary>
    protected virtual string? WhyAsk(TransferOrder transfer, long seen) => null;

    private PreflightAnswer Judge(TransferOrder transfer, long seen)
    {
        if (WhyAsk(transfer, seen) is { } because)
            return new PreflightAnswer.NotNow(ParkReason.NeedsOperator, because);
        if (network.IsBlocked(transfer.Destination, seen))
            return new PreflightAnswer.NeverPayable(FailureCode.DestinationBlocked, "blocked");
        if (Weather.Within(Weather.EmptyWallet, seen))
            return new PreflightAnswer.NotNow(ParkReason.WalletShortOfAsset, "empty");
        return PreflightAnswer.Payable.Instance;
    }

    /// <summary>Null when no answer comes back, whatever the effect.</summary>
    private BroadcastOutcome? Send(ChainTransaction transaction)
    {
        if (!IsFoul)
            return network.Receive(transaction);
        if (Weather.Within(Weather.RpcAway, Clock.Now) || Dice.Chance(Weather.RpcSilent))
            return null;
        if (Dice.Chance(Weather.RpcLate))
        {
            Clock.At(Clock.Now + Dice.Skewed(1, 300_000), () => network.Receive(transaction));
            return null;
        }
        if (Dice.Chance(Weather.RpcRefused))
        {
            // One node refuses; another may have it.
            if (Dice.Chance(0.5))
                network.Receive(transaction);
            return Dice.Chance(0.8)
                ? new BroadcastOutcome.Refused(RefusalReason.PoolPressure, "busy")
                : new BroadcastOutcome.Refused(RefusalReason.Malformed, "intrinsic gas too low");
        }
        BroadcastOutcome outcome = network.Receive(transaction);
        return Dice.Chance(Weather.RpcLostReply) ? null : outcome;
    }

    private Task<bool> CallAsync(bool result, long latency, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<bool>(ct);
        var call = new SimCall<bool>(process, result, null, ct);
        Clock.At(Clock.Now + latency, call);
        return call.Task;
    }
}

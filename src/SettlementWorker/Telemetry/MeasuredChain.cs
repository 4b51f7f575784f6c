using System.Diagnostics;
using Settlement.Chains;
using Settlement.Chains.Endpoints;

namespace Settlement.Worker.Telemetry;

/// <summary>An adapter whose answers are counted, timed and traced. It changes none of them.</summary>
public sealed class MeasuredChain(IChainAdapter chain, WorkerMetrics metrics) : IChainAdapter
{
    public NetworkId Network => chain.Network;

    public string Sender => chain.Sender;

    public string Asset => chain.Asset;

    public bool PaysIn(string asset) => chain.PaysIn(asset);

    public ChainLimits Limits => chain.Limits;

    public FinalityMark? Mark => chain.Mark;

    public Task<IdentityCheck> VerifyIdentityAsync(CancellationToken ct) =>
        MeasureAsync("verify_identity", () => chain.VerifyIdentityAsync(ct));

    public Task<ulong?> ReadNextNonceAsync(CancellationToken ct) =>
        MeasureAsync("read_nonce", () => chain.ReadNextNonceAsync(ct));

    public Task<NonceCounts?> ReadNonceCountsAsync(CancellationToken ct) =>
        MeasureAsync("read_nonce_counts", () => chain.ReadNonceCountsAsync(ct));

    public Task<WalletBalances?> ReadBalancesAsync(CancellationToken ct) =>
        MeasureAsync("read_balances", () => chain.ReadBalancesAsync(ct));

    public Task<IReadOnlyList<PreflightAnswer>> PreflightAsync(
        IReadOnlyList<TransferOrder> transfers,
        CancellationToken ct
    ) => MeasureAsync("preflight", () => chain.PreflightAsync(transfers, ct));

    public Task<SigningOutcome> SignAsync(SigningOrder order, CancellationToken ct) =>
        MeasureAsync("sign", () => chain.SignAsync(order, ct));

    public Task<ReplacementOutcome> ReplaceAsync(ReplacementOrder order, CancellationToken ct) =>
        MeasureAsync("replace", () => chain.ReplaceAsync(order, ct));

    public async Task<BroadcastOutcome> BroadcastAsync(
        StoredAttempt attempt,
        bool again,
        CancellationToken ct
    )
    {
        BroadcastOutcome outcome = await MeasureAsync(
            "broadcast",
            () => chain.BroadcastAsync(attempt, again, ct)
        );
        metrics.Broadcast(Network, outcome);
        return outcome;
    }

    public async Task<IReadOnlyList<Observation>> ObserveAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        IReadOnlyList<Observation> seen = await MeasureAsync(
            "observe",
            () => chain.ObserveAsync(transactions, ct)
        );
        foreach (Observation observation in seen)
            metrics.Observed(Network, observation);
        return seen;
    }

    public Task<TransferSighting> FindTransferAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    ) => MeasureAsync("find_transfer", () => chain.FindTransferAsync(transactionId, order, ct));

    public Task<OwnTransactions> ReadOwnTransactionsAsync(string? cursor, CancellationToken ct) =>
        MeasureAsync("read_own", () => chain.ReadOwnTransactionsAsync(cursor, ct));

    public Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    ) => MeasureAsync("explain", () => chain.ExplainAsync(transaction, ct));

    public Task<NetworkReport> InspectAsync(CancellationToken ct) =>
        MeasureAsync("inspect", () => chain.InspectAsync(ct));

    private async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> callAsync)
    {
        using Activity? trace = WorkerMetrics.Traces.StartActivity(
            $"chain {operation}",
            ActivityKind.Client
        );
        trace?.SetTag("network", Network.Name);
        long began = Stopwatch.GetTimestamp();
        try
        {
            return await callAsync();
        }
        finally
        {
            metrics.ChainAnswered(Network, operation, Stopwatch.GetElapsedTime(began));
        }
    }
}

using Settlement.Chains;
using Settlement.Chains.Endpoints;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Networks;

/// <summary>One configured network as this process works on it. Nothing passes the gate while it is closed.</summary>
public sealed class Network : IDisposable
{
    private readonly SettlementStep _settlement;
    private readonly ObservationStep _observation;
    private readonly SemaphoreSlim _lanes;

    internal Network(
        IChainAdapter chain,
        NetworkGate gate,
        ISettlementStore store,
        WorkerIdentity worker,
        WorkerOptions options,
        SafeRound deliveries
    )
    {
        Chain = chain;
        Gate = gate;
        Deliveries = deliveries;
        // Two signers of one process would only race for the same nonce.
        Lanes = chain.Limits.UsesNonces ? 1 : options.Lanes;
        _lanes = new SemaphoreSlim(Lanes);
        _settlement = new SettlementStep(store, chain, options.Policy, worker);
        _observation = new ObservationStep(store, chain, options.Policy, worker);
    }

    public NetworkId Id => Chain.Network;

    public NetworkGate Gate { get; }

    /// <summary>Rounds of settling that may run at a time.</summary>
    public int Lanes { get; }

    /// <summary>Payouts that the wallet can carry at a time.</summary>
    public int Capacity => Chain.Limits.MaxTransfers * Chain.Limits.MaxInFlight;

    /// <summary>How long a payout may wait for others to travel with.</summary>
    public TimeSpan Linger => Chain.Limits.Linger;

    /// <summary>Runs what messages ask for.</summary>
    public SafeRound Deliveries { get; }

    /// <summary>Called when transactions were looked at: those that are in a block make room for others.</summary>
    public WakeUp Room { get; } = new();

    /// <summary>As last read by the watch.</summary>
    public NetworkVitals Vitals { get; set; } = NetworkVitals.Unread;

    /// <summary>As last read by <see cref="NonceWatch"/>; null: not read, or there are no nonces.</summary>
    public NonceLine? Line { get; set; }

    /// <summary>As last seen by the watch.</summary>
    public NetworkReport Endpoints { get; set; } = NetworkReport.None;

    internal IChainAdapter Chain { get; }

    /// <summary>Takes up payouts and sends them on their way.</summary>
    /// <param name="payoutIds">Those of messages; null to sweep whatever is due.</param>
    /// <param name="ct">Ends the round where that is safe.</param>
    /// <returns>How many were taken up.</returns>
    public async Task<int> SettleAsync(IReadOnlyList<Guid>? payoutIds, CancellationToken ct)
    {
        await _lanes.WaitAsync(ct);
        try
        {
            return Gate.MayPay ? await _settlement.SettleAsync(payoutIds, ct) : 0;
        }
        finally
        {
            _lanes.Release();
        }
    }

    /// <summary>Looks at open transactions that are due.</summary>
    /// <returns>How many were looked at.</returns>
    public async Task<int> ObserveAsync(CancellationToken ct)
    {
        int looked = Gate.IsOpen ? await _observation.ObserveAsync(ct) : 0;
        if (looked > 0)
            Room.Call();
        return looked;
    }

    public void Dispose() => _lanes.Dispose();
}

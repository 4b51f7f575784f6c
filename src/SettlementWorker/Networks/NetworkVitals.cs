using Settlement.Chains;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Settling;

namespace Settlement.Worker.Networks;

/// <summary>What the watch last read of a network, for health and metrics. Nothing is decided by it.</summary>
/// <param name="Balances">The last that a node told; null: none so far.</param>
/// <param name="AnsweredAt">When that was.</param>
/// <param name="Wallet">Null: not read yet.</param>
/// <param name="Workload">Null: not read yet.</param>
public sealed record NetworkVitals(
    WalletBalances? Balances,
    DateTimeOffset? AnsweredAt,
    WalletState? Wallet,
    NetworkWorkload? Workload
)
{
    public static readonly NetworkVitals Unread = new(null, null, null, null);
}

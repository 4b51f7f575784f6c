using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Building;

/// <summary>The priority fee: a percentile of what landed lately among transactions that write our
/// accounts.</summary>
internal sealed class UnitPrices(SolanaNetwork network, TimeProvider clock)
{
    // Fees move over many slots; asking for each transaction would only cost.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    // 32 times the going price.
    private const int MostDoublings = 5;

    private readonly Lock _gate = new();
    private ulong _price;
    private long _readAt;
    private bool _known;
    private int _doublings;

    /// <summary>Learns from what became of transactions. One that expired was too cheap for a whole window: the next
    /// attempt pays double, up to the cap; one that landed takes a step back. What is signed is never priced anew.</summary>
    internal void Learn(IReadOnlyList<Observation> observations)
    {
        bool expired = observations.Any(o =>
            o is Observation.Never { Reason: NeverReason.Expired }
        );
        bool landed = observations.Any(o => o is Observation.Landed);
        lock (_gate)
        {
            if (expired)
                _doublings = Math.Min(_doublings + 1, MostDoublings);
            else if (landed)
                _doublings = Math.Max(_doublings - 1, 0);
        }
    }

    /// <summary>Micro-lamports for each compute unit, at least the floor; it may exceed the cap.</summary>
    internal async Task<NodeAnswer<ulong>> ReadAsync(SolanaRpcClient node, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_known && clock.GetElapsedTime(_readAt) < FreshFor)
                return new NodeAnswer<ulong>.Known(Raised(_price));
        }

        long askedAt = clock.GetTimestamp();
        ulong floor = (ulong)network.Options.UnitPriceFloor;
        NodeAnswer<IReadOnlyList<ulong>> answer = await node.GetRecentPrioritizationFeesAsync(
            [network.Wallet, network.Source],
            ct
        );
        // Some providers do not offer the method. Too low a price costs a wait and never money.
        if (answer is NodeAnswer<IReadOnlyList<ulong>>.Refused)
            return new NodeAnswer<ulong>.Known(Raised(floor));
        if (answer is not NodeAnswer<IReadOnlyList<ulong>>.Known fees)
            return new NodeAnswer<ulong>.Silent(answer.Trouble ?? "");

        ulong price = Math.Max(floor, Percentile(fees.Value, network.Options.UnitPricePercentile));
        lock (_gate)
        {
            _price = price;
            _readAt = askedAt;
            _known = true;
        }
        return new NodeAnswer<ulong>.Known(Raised(price));
    }

    // A price that the network asks may exceed the cap, and then payouts wait; one that we raise may not.
    private ulong Raised(ulong price)
    {
        lock (_gate)
        {
            UInt128 raised = (UInt128)Math.Max(price, 1) << _doublings;
            UInt128 cap = (UInt128)network.Options.UnitPriceCap;
            return _doublings == 0 || price >= cap ? price : (ulong)UInt128.Min(raised, cap);
        }
    }

    // Nearest rank: the smallest value that at least so many percent do not exceed.
    internal static ulong Percentile(IReadOnlyList<ulong> values, int percent)
    {
        if (values.Count == 0)
            return 0;
        ulong[] sorted = [.. values.Order()];
        int rank = ((sorted.Length * percent) + 99) / 100;
        return sorted[Math.Max(rank, 1) - 1];
    }
}

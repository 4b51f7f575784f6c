using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Building;

/// <summary>The priority fee: a percentile of what landed lately among transactions that write our
/// accounts.</summary>
internal sealed class UnitPrices(SolanaNetwork network, TimeProvider clock)
{
    // Fees move over many slots; asking for each transaction would only cost.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private ulong _price;
    private long _readAt;
    private bool _known;

    /// <summary>Micro-lamports for each compute unit, at least the floor; it may exceed the cap.</summary>
    internal async Task<NodeAnswer<ulong>> ReadAsync(SolanaRpcClient node, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_known && clock.GetElapsedTime(_readAt) < FreshFor)
                return new NodeAnswer<ulong>.Known(_price);
        }

        long askedAt = clock.GetTimestamp();
        ulong floor = (ulong)network.Options.UnitPriceFloor;
        NodeAnswer<IReadOnlyList<ulong>> answer = await node.GetRecentPrioritizationFeesAsync(
            [network.Wallet, network.Source],
            ct
        );
        // Some providers do not offer the method. Too low a price costs a wait and never money.
        if (answer is NodeAnswer<IReadOnlyList<ulong>>.Refused)
            return new NodeAnswer<ulong>.Known(floor);
        if (answer is not NodeAnswer<IReadOnlyList<ulong>>.Known fees)
            return new NodeAnswer<ulong>.Silent(answer.Trouble ?? "");

        ulong price = Math.Max(floor, Percentile(fees.Value, network.Options.UnitPricePercentile));
        lock (_gate)
        {
            _price = price;
            _readAt = askedAt;
            _known = true;
        }
        return new NodeAnswer<ulong>.Known(price);
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

using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Evm;

/// <summary>What is right for a network when its configuration does not say otherwise.</summary>
public static class EvmDefaults
{
    private const ulong Gwei = 1_000_000_000;

    /// <summary>Defaults by name; any other name gets Ethereum's finality and no chain id.</summary>
    public static EvmOptions For(NetworkId network) =>
        network.Name switch
        {
            "ethereum" => Ethereum(),
            "polygon" => Polygon(),
            _ => Other(),
        };

    private static EvmOptions Ethereum() =>
        new()
        {
            ChainId = 1,
            // Two epochs, about 13 minutes: what the tag means when all is well. The depth guards against a node
            // whose tag is ahead of its chain.
            FinalityTag = EvmOptions.FinalizedTag,
            FinalityDepth = 64,
            // 62,000 gas at 200 gwei is 0.0124 ETH for one payout; waiting is cheaper.
            MaxFeePerGasWei = 200 * Gwei,
            // A tenth of a gwei: below it proposers leave transactions lying in quiet hours.
            MinTipWei = Gwei / 10,
            // Fifteen blocks: a fair offer is in one of the next few.
            ReplaceAfter = TimeSpan.FromMinutes(3),
            // An epoch of 6.4 minutes that is not finalized happens; two in a row are an incident.
            Endpoints = new EndpointPolicy { StallAfter = TimeSpan.FromMinutes(15) },
        };

    private static EvmOptions Polygon() =>
        new()
        {
            ChainId = 137,
            // Polygon has reorganised blocks that carried the tag (September 2025,
            // https://github.com/smartcontractkit/chainlink-evm/pull/237), so the tag alone is not believed.
            FinalityTag = EvmOptions.FinalizedTag,
            FinalityDepth = 128,
            MaxFeePerGasWei = 1_000 * Gwei,
            // Bor refuses less than 25 gwei (BorDefaultTxPoolPriceLimit); 30 leaves room.
            MinTipWei = 30 * Gwei,
            // Thirty blocks of two seconds.
            ReplaceAfter = TimeSpan.FromMinutes(1),
            // Milestones come every few seconds; several minutes without one are an incident.
            Endpoints = new EndpointPolicy { StallAfter = TimeSpan.FromMinutes(6) },
        };

    private static EvmOptions Other() =>
        new()
        {
            FinalityTag = EvmOptions.FinalizedTag,
            FinalityDepth = 64,
            MaxFeePerGasWei = 200 * Gwei,
            MinTipWei = Gwei,
        };
}

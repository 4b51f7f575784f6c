using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Paying;

/// <summary>Fees of one transaction, in wei a unit of gas.</summary>
internal sealed record EvmFees(UInt128 MaxFeePerGas, UInt128 MaxPriorityFeePerGas);

/// <summary>Chooses fees from what recent blocks cost.</summary>
internal static class FeePolicy
{
    /// <summary>The tip is what half of the recent blocks took; the cap survives six full blocks (+12.5% each).</summary>
    /// <returns>The fees; null when even the next block's base fee and the least tip exceed the configured cap.</returns>
    internal static EvmFees? Choose(EvmFeeHistory history, EvmOptions options)
    {
        UInt128 cap = options.MaxFeePerGasWei;
        UInt128 least = options.MinTipWei;
        // Compared before anything is added: a node's number may be absurd.
        if (history.NextBaseFee > cap || least > cap - history.NextBaseFee)
            return null;
        UInt128 tip = UInt128.Max(MedianOfNonZero(history.Rewards), least);
        tip = UInt128.Min(tip, cap - history.NextBaseFee);
        UInt128 wanted = 2 * history.NextBaseFee + tip;
        return new EvmFees(UInt128.Min(wanted, cap), tip);
    }

    // Empty blocks report zero, which says nothing about the price of a place.
    private static UInt128 MedianOfNonZero(IReadOnlyList<UInt128> rewards)
    {
        UInt128[] sorted = [.. rewards.Where(r => r > 0).Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}

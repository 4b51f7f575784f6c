using Settlement.Chains.Evm.Paying;

namespace Settlement.Chains.Evm.Replacing;

/// <summary>The price of a replacement: what nodes ask for one (a tenth on top of both fees), and what the market asks.</summary>
/// <remarks>geth's PriceBump, and every other client's default, is 10 percent of each fee; a floor that is rounded down is refused.</remarks>
internal static class ReplacementFees
{
    private const uint LeastPercent = 10;

    // For a node that wants more than its defaults, or that holds an attempt which it got from nobody of ours.
    private const uint MorePercent = 25;

    /// <summary>The next price.</summary>
    /// <param name="best">What the dearest attempt offers.</param>
    /// <param name="market">What a new transaction would offer now.</param>
    /// <param name="cap">Most wei a unit of gas.</param>
    /// <param name="wasUnderpriced">Whether a node has refused the dearest attempt as too cheap to replace another.</param>
    /// <returns>Null when the least step exceeds the cap.</returns>
    internal static EvmFees? Next(EvmFees best, EvmFees market, UInt128 cap, bool wasUnderpriced)
    {
        // Compared before anything is multiplied: a stored number may be absurd.
        if (best.MaxFeePerGas >= cap)
            return null;
        UInt128 leastFee = Raise(best.MaxFeePerGas, LeastPercent);
        UInt128 leastTip = Raise(best.MaxPriorityFeePerGas, LeastPercent);
        if (leastFee > cap)
            return null;
        uint percent = wasUnderpriced ? MorePercent : LeastPercent;
        UInt128 fee = UInt128.Max(Raise(best.MaxFeePerGas, percent), market.MaxFeePerGas);
        UInt128 tip = UInt128.Max(
            Raise(best.MaxPriorityFeePerGas, percent),
            market.MaxPriorityFeePerGas
        );
        fee = UInt128.Clamp(fee, leastFee, cap);
        return new EvmFees(fee, UInt128.Clamp(tip, leastTip, fee));
    }

    // Rounded up; and more by one wei at least.
    private static UInt128 Raise(UInt128 fee, uint percent) =>
        UInt128.Max((fee * (100 + percent) + 99) / 100, fee + 1);
}

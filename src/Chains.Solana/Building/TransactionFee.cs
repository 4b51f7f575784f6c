namespace Settlement.Chains.Solana.Building;

/// <summary>What a transaction of one signature costs. Source: Solana docs, "Fees".</summary>
internal static class TransactionFee
{
    private const uint MaxUnits = 1_400_000;
    private const ulong LamportsPerSignature = 5_000;

    // Two compute budget instructions at 150 units each, and the memo.
    private const int UnitsBeside = 3_000;

    /// <summary>Compute units to reserve. The priority fee is charged on them, not on what is used.</summary>
    internal static uint UnitLimit(SolanaOptions options, int transfers)
    {
        long units = UnitsBeside + ((long)options.UnitsPerTransfer * transfers);
        return (uint)Math.Min(units * (100 + options.UnitMarginPercent) / 100, MaxUnits);
    }

    /// <summary>Lamports: the signature and the priority fee, which is rounded up.</summary>
    /// <param name="unitLimit">Reserved compute units.</param>
    /// <param name="unitPrice">Micro-lamports for each.</param>
    internal static UInt128 Lamports(uint unitLimit, ulong unitPrice) =>
        LamportsPerSignature + ((((UInt128)unitPrice * unitLimit) + 999_999) / 1_000_000);
}

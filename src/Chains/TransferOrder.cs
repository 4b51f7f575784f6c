namespace Settlement.Chains;

/// <summary>One transfer to make.</summary>
/// <param name="PayoutNumber">The payout's dense number, greater than 0. It tells two otherwise equal transfers apart on the chain.</param>
/// <param name="Destination">A destination that <see cref="IAddressFormat"/> called valid.</param>
/// <param name="AmountMicro">Micro-units, greater than 0; the adapter converts by its asset's decimals.</param>
public sealed record TransferOrder(long PayoutNumber, string Destination, long AmountMicro);

/// <summary>Transfers to sign as one transaction.</summary>
/// <param name="Transfers">1 to <see cref="ChainLimits.MaxTransfers"/>, in the order in which they ride.</param>
/// <param name="Nonce">The nonce to use; null where the network has none.</param>
public sealed record SigningOrder(IReadOnlyList<TransferOrder> Transfers, ulong? Nonce);

/// <summary>How an adapter may be used.</summary>
/// <param name="MaxTransfers">Most transfers in one transaction.</param>
/// <param name="MaxInFlight">Most open transactions of the wallet at a time.</param>
/// <param name="UsesNonces">Whether transactions of one wallet are numbered and land in that order.</param>
public sealed record ChainLimits(int MaxTransfers, int MaxInFlight, bool UsesNonces)
{
    /// <summary>How long a payout may wait for others to travel with; zero: not at all.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>After so long without a place in a block an attempt is replaced by a dearer one; null where nothing can be replaced.</summary>
    public TimeSpan? ReplaceAfter { get; init; }
}

namespace Settlement.Chains.Evm.Vault;

/// <summary>How payouts travel together through a vault: section <c>Networks:&lt;name&gt;:Batch</c>. Without a vault nothing of
/// it counts.</summary>
public sealed class EvmBatchOptions
{
    /// <summary>The protocol's own limit of a transaction's gas: 2^24, EIP-7825.</summary>
    public const ulong MostGas = 16_777_216;

    /// <summary>Most transfers in one transaction, 1 to 200. Beyond a hundred the gas of each falls by a hundredth only.</summary>
    public int MaxTransfers { get; set; } = 100;

    /// <summary>Gas to reserve in the hot wallet for one transfer before the node has estimated it.</summary>
    /// <remarks>Of a hundred, each to a new holder of USDC behind its proxy, a transfer takes 29,400.</remarks>
    public ulong GasPerTransfer { get; set; } = 35_000;

    /// <summary>Most gas for one transaction, the margin included. What does not fit rides on the next.</summary>
    public ulong MaxGas { get; set; } = MostGas;

    /// <summary>Most wei that one transaction may cost. What does not fit rides on the next.</summary>
    /// <remarks>geth refuses what may cost more than 1 ETH (RPCTxFeeCap), whatever the coin is worth.</remarks>
    public UInt128 MaxFeeWei { get; set; } = 1_000_000_000_000_000_000;

    /// <summary>How long a payout may wait for others to travel with; zero: not at all.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(250);
}

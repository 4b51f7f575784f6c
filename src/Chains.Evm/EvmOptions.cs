using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm;

/// <summary>One EVM network, from the configuration section <c>Networks:&lt;name&gt;</c>.</summary>
/// <remarks>The API reads <see cref="Token"/>, <see cref="Decimals"/>, <see cref="Wallet"/> and
/// <see cref="OwnAddresses"/>; the worker reads all. Defaults by name: <see cref="EvmDefaults"/>.</remarks>
public sealed class EvmOptions
{
    /// <summary>The only value that <c>Kind</c> may have here.</summary>
    public const string EvmKind = "evm";

    /// <summary>The tag of blocks that the chain's own consensus calls final.</summary>
    public const string FinalizedTag = "finalized";

    /// <summary><see cref="FinalityTag"/> of a chain that has no such tag.</summary>
    public const string NoTag = "none";

    /// <summary>Which adapter serves the network: <c>evm</c>.</summary>
    public string Kind { get; set; } = EvmKind;

    /// <summary>EIP-155 chain id; compared with every endpoint before it is believed.</summary>
    public ulong ChainId { get; set; }

    /// <summary>Hash of the chain's first block, compared like <see cref="ChainId"/>: it tells a fork or a copy with the
    /// same id. Null: not compared.</summary>
    public string? GenesisHash { get; set; }

    /// <summary>The nodes, two or more of different providers. Transactions go to all; verdicts take two that agree.</summary>
    public string[] RpcUrls { get; set; } = [];

    /// <summary>How far the word of one node goes.</summary>
    public EndpointPolicy Endpoints { get; set; } = new();

    /// <summary>The asset's contract.</summary>
    public string Token { get; set; } = "";

    /// <summary>The asset's decimals, 6 to 24; compared with the contract at start.</summary>
    public int Decimals { get; set; } = BaseUnits.MicroDecimals;

    /// <summary>The hot wallet's address; compared with the signer's at start.</summary>
    public string Wallet { get; set; } = "";

    /// <summary>The contract that holds the asset and pays it in batches; empty: the wallet pays, one by one.</summary>
    /// <remarks>See contracts/PayoutVault.sol; token and operator are compared at start.</remarks>
    public string Vault { get; set; } = "";

    /// <summary>How payouts travel together through the vault.</summary>
    public EvmBatchOptions Batch { get; set; } = new();

    /// <summary>Further addresses of ours that must not be paid: old wallets, old vaults.</summary>
    public string[] OwnAddresses { get; set; } = [];

    /// <summary>File with the wallet's key, readable by its owner only. Either this or <see cref="KeyVariable"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Environment variable with the wallet's key, for development only.</summary>
    public string? KeyVariable { get; set; }

    /// <summary><c>finalized</c>, or <c>none</c> to judge by depth alone.</summary>
    public string FinalityTag { get; set; } = FinalizedTag;

    /// <summary>Blocks on top of a final block, at least; holds beside the tag: the stricter of both decides.</summary>
    public ulong FinalityDepth { get; set; }

    /// <summary>Most wei a unit of gas, base fee included. Above it payouts wait.</summary>
    public ulong MaxFeePerGasWei { get; set; }

    /// <summary>Least tip in wei a unit of gas.</summary>
    public ulong MinTipWei { get; set; }

    /// <summary>Percentile of the tips in recent blocks, 1 to 99.</summary>
    public int TipPercentile { get; set; } = 50;

    /// <summary>Gas on top of the estimate, in percent of it. Gas that is not used is not paid.</summary>
    /// <remarks>50: a transfer to a known holder is estimated at 45,000 gas and needs 62,000 when the holder has
    /// emptied the account in the meantime.</remarks>
    public int GasMarginPercent { get; set; } = 50;

    /// <summary>Most gas for one transfer that the wallet makes. A higher estimate waits for an operator.</summary>
    public ulong GasLimitCap { get; set; } = 250_000;

    /// <summary>For one call to a node.</summary>
    public TimeSpan RpcTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most open transactions, 1 to 16: geth guarantees 16 places to an account (AccountSlots).</summary>
    public int MaxInFlight { get; set; } = 16;

    /// <summary>After so long without a place in a block an attempt is replaced by one that is a tenth dearer at least.</summary>
    public TimeSpan ReplaceAfter { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Wei that stay in the wallet beside the fees of what is asked for.</summary>
    public UInt128 NativeReserveWei { get; set; }

    /// <summary>An estimate with the margin on top.</summary>
    internal UInt128 WithMargin(ulong estimate) =>
        (UInt128)estimate * (uint)(100 + GasMarginPercent) / 100;

    internal bool UsesFinalizedTag => FinalityTag == FinalizedTag;

    /// <summary>The policy in words, for evidence.</summary>
    internal string FinalityPolicy =>
        UsesFinalizedTag
            ? $"finalized tag and {FinalityDepth} blocks deep"
            : $"{FinalityDepth} blocks deep";
}

using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm;

/// <summary>A network with its checked options, and the addresses that every question needs.</summary>
internal sealed record EvmNetwork(NetworkId Id, EvmOptions Options)
{
    /// <summary>The asset's contract.</summary>
    internal EvmAddress Token { get; } = EvmAddress.Parse(Options.Token);

    /// <summary>The hot wallet.</summary>
    internal EvmAddress Wallet { get; } = EvmAddress.Parse(Options.Wallet);

    /// <summary>The contract that pays in batches; null: the wallet pays one by one.</summary>
    internal EvmAddress? Vault { get; } =
        string.IsNullOrEmpty(Options.Vault) ? null : EvmAddress.Parse(Options.Vault);

    /// <summary>Who holds the asset and pays it.</summary>
    internal EvmAddress Payer => Vault ?? Wallet;

    /// <summary><see cref="Payer"/> in words.</summary>
    internal string PayerName => Vault is null ? "hot wallet" : "vault";

    /// <summary>What must not be paid, with the reasons.</summary>
    internal EvmAddressFormat Format { get; } = EvmAddressFormat.For(Id, Options);

    /// <summary>An order's amount in the asset's smallest units.</summary>
    internal UInt128 AmountOf(TransferOrder order) =>
        BaseUnits.FromMicro(order.AmountMicro, Options.Decimals);
}

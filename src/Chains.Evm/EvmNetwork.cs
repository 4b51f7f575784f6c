using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm;

/// <summary>A network with its checked options, and the two addresses that every question needs.</summary>
internal sealed record EvmNetwork(NetworkId Id, EvmOptions Options)
{
    /// <summary>The asset's contract.</summary>
    internal EvmAddress Token { get; } = EvmAddress.Parse(Options.Token);

    /// <summary>The hot wallet.</summary>
    internal EvmAddress Wallet { get; } = EvmAddress.Parse(Options.Wallet);

    /// <summary>What must not be paid, with the reasons.</summary>
    internal EvmAddressFormat Format { get; } = EvmAddressFormat.For(Id, Options);

    /// <summary>An order's amount in the asset's smallest units.</summary>
    internal UInt128 AmountOf(TransferOrder order) =>
        BaseUnits.FromMicro(order.AmountMicro, Options.Decimals);
}

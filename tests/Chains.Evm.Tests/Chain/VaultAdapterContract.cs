namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>With a vault, too, the EVM adapter keeps every promise of the port.</summary>
[Collection(EthereumCollection.Name)]
public sealed class VaultAdapterContract(EthereumChain chain) : EvmAdapterContract(chain)
{
    private protected override EvmOptions Options() => EthereumChain.VaultOptions();
}

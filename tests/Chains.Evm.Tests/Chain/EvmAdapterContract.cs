using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>The EVM adapter keeps every promise of the port.</summary>
[Collection(EthereumCollection.Name)]
public class EvmAdapterContract(EthereumChain chain) : ChainAdapterContract
{
    protected override int AssetDecimals => BaseUnits.MicroDecimals;

    /// <summary>What is right.</summary>
    private protected virtual EvmOptions Options() => EthereumChain.Options();

    protected override Task<IChainAdapter> CreateAdapterAsync(AdapterCondition condition)
    {
        EvmOptions options = Options();
        Secp256k1Signer? signer = null;
        switch (condition)
        {
            case AdapterCondition.Healthy:
                break;
            case AdapterCondition.NodeUnreachable:
                options.RpcUrls = ["http://127.0.0.1:1"];
                break;
            case AdapterCondition.AnotherChain:
                options.ChainId++;
                break;
            case AdapterCondition.AnotherSigner:
                signer = Secp256k1Signer.FromText("0x" + new string('7', 64));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(condition));
        }
        return Task.FromResult<IChainAdapter>(chain.Adapter(options, signer));
    }

    protected override string FreshDestination() => EthereumChain.FreshAddress();

    protected override Task<UInt128> ReadBalanceAsync(string destination) =>
        chain.BalanceOfAsync(destination);

    protected override Task StepAsync() => chain.MineAsync(2);
}

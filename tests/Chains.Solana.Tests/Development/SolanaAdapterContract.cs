using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Solana.Tests.Development;

/// <summary>What every adapter promises, kept on Solana.</summary>
[Collection(DevChainCollection.Name)]
public sealed class SolanaAdapterContract(DevChain chain) : ChainAdapterContract, IDisposable
{
    private readonly Ed25519Signer _another = Ed25519Signer.FromSeed(new byte[32]);

    protected override int AssetDecimals => 6;

    public void Dispose() => _another.Dispose();

    protected override Task<IChainAdapter> CreateAdapterAsync(AdapterCondition condition)
    {
        SolanaOptions options = chain.Options();
        if (condition == AdapterCondition.NodeUnreachable)
            options.RpcUrls = ["http://127.0.0.1:9"];
        if (condition == AdapterCondition.AnotherChain)
            options.GenesisHash = DevChain.FreshWallet();
        return Task.FromResult(
            chain.Adapter(options, condition == AdapterCondition.AnotherSigner ? _another : null)
        );
    }

    protected override string FreshDestination() => DevChain.FreshWallet();

    protected override async Task<UInt128> ReadBalanceAsync(string destination) =>
        await chain.BalanceAsync(destination);

    protected override Task StepAsync() => chain.AdvanceAsync(3);
}

namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>A wallet that has delegated itself to a contract (EIP-7702), on a real chain.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class DelegatedWalletSpecs(EthereumChain chain)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task V30_A_wallet_that_delegates_itself_stops_the_network_until_it_no_longer_does()
    {
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options());
        IdentityCheck before = await adapter.VerifyIdentityAsync(None);
        IdentityCheck delegated;
        try
        {
            await chain.SetCodeAsync(EthereumChain.Wallet, $"0xef0100{EthereumChain.Vault[2..]}");
            delegated = await adapter.VerifyIdentityAsync(None);
        }
        finally
        {
            await chain.SetCodeAsync(EthereumChain.Wallet, "0x");
        }
        IdentityCheck after = await adapter.VerifyIdentityAsync(None);

        before.ShouldBeOfType<IdentityCheck.Confirmed>();
        string problem = delegated.ShouldBeOfType<IdentityCheck.Mismatch>().Problem;
        problem.ShouldContain("EIP-7702");
        problem.ShouldContain(EthereumChain.Wallet);
        problem.ShouldContain(EthereumChain.Vault);
        after.ShouldBeOfType<IdentityCheck.Confirmed>();
    }
}

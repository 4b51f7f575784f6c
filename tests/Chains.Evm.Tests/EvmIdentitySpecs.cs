using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests;

public sealed class EvmIdentitySpecs : IAsyncLifetime
{
    private ScriptedChain _chain = null!;

    public async Task InitializeAsync() => _chain = await ScriptedChain.StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task What_is_configured_is_confirmed()
    {
        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Fact]
    public async Task R18_One_endpoint_of_another_chain_is_a_mismatch()
    {
        _chain.Nodes[1].ChainId = 137;

        string problem = (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Mismatch>().Problem;

        problem.ShouldContain("chain 137");
        problem.ShouldContain("not 1");
    }

    [Fact]
    public async Task One_silent_endpoint_does_not_stop_the_others()
    {
        _chain.Nodes[0].Override("eth_chainId", new ScriptedReply.Http(503, ""));

        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Fact]
    public async Task Silence_of_all_is_unknown()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Override("eth_call", new ScriptedReply.Reset());

        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Unknown>();
    }

    [Fact]
    public async Task Other_decimals_are_a_mismatch()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Decimals = 18;

        string problem = (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Mismatch>().Problem;

        problem.ShouldContain("18 decimals");
        problem.ShouldContain("6 are configured");
    }

    [Fact]
    public async Task An_address_without_a_token_is_a_mismatch()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Override("eth_call", new ScriptedReply.Result("0x"));

        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Mismatch>();
    }

    // EIP-7702: 0xef0100 and the contract.
    [Theory]
    [InlineData(
        "0xef0100a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        "delegated itself to the contract 0xA0b86991c6218b36"
    )]
    [InlineData("0xef0100a0b8", "is a contract")]
    [InlineData("0x6001600155", "is a contract")]
    public async Task V30_A_wallet_with_code_stops_the_network(string code, string problem)
    {
        _chain.Nodes[1].Code = code;

        (await VerifyAsync())
            .ShouldBeOfType<IdentityCheck.Mismatch>()
            .Problem.ShouldContain(problem);
    }

    [Theory]
    [InlineData("not hex")]
    [InlineData(null)]
    public async Task V30_Whether_the_wallet_has_code_must_be_known(string? answer)
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Override("eth_getCode", new ScriptedReply.Result(answer));

        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Unknown>();
    }

    [Fact]
    public async Task G4_Another_signers_key_is_a_mismatch()
    {
        using var signer = Secp256k1Signer.FromText($"0x{new string('7', 64)}");

        IdentityCheck check = await _chain
            .Adapter(signer)
            .VerifyIdentityAsync(CancellationToken.None);

        string problem = check.ShouldBeOfType<IdentityCheck.Mismatch>().Problem;
        problem.ShouldContain(signer.Address);
        problem.ShouldContain(ScriptedChain.Wallet);
    }

    [Theory]
    [InlineData(ScriptedChain.Token, true)]
    [InlineData("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", true)]
    [InlineData("0xdAC17F958D2ee523a2206206994597C13D831ec7", false)]
    [InlineData("", false)]
    public void It_pays_in_the_configured_token_in_any_spelling_and_in_no_other(
        string asset,
        bool pays
    ) => _chain.Adapter().PaysIn(asset).ShouldBe(pays);

    private Task<IdentityCheck> VerifyAsync() =>
        _chain.Adapter().VerifyIdentityAsync(CancellationToken.None);
}

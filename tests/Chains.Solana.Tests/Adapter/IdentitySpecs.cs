using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

public sealed class IdentitySpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private Dictionary<string, object?> _accounts = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(nodes: 2);
        _accounts = _cluster.Healthy();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task The_configured_cluster_mint_and_wallet_are_confirmed() =>
        (await CheckAsync()).ShouldBeOfType<IdentityCheck.Confirmed>();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task R22_One_endpoint_of_another_cluster_stops_the_network(int index)
    {
        _cluster.Nodes[index].Result("getGenesisHash", Cluster.Key("another").ToString());
        await ShouldMismatchAsync("genesis hash");
    }

    [Fact]
    public async Task One_silent_endpoint_does_not_stop_the_network()
    {
        _cluster.Nodes[0].On("getGenesisHash", new Answer.Http(503));
        (await CheckAsync()).ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Fact]
    public async Task Only_silence_is_unknown()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
            node.On("getGenesisHash", new Answer.Http(503));
        (await CheckAsync()).ShouldBeOfType<IdentityCheck.Unknown>();
    }

    [Fact]
    public async Task Other_decimals_stop_the_network()
    {
        _accounts[Cluster.Mint.ToString()] = Accounts.Mint(9);
        await ShouldMismatchAsync("9 decimals");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task R23_A_mint_that_looks_another_at_one_endpoint_stops_the_network(int index)
    {
        Dictionary<string, object?> other = _cluster.Healthy();
        other[Cluster.Mint.ToString()] = Accounts.Mint(9);
        IChainAdapter adapter = _cluster.Adapter();
        _cluster.Nodes[index].On("getMultipleAccounts", Accounts.Of(other));

        (await adapter.VerifyIdentityAsync(default)).ShouldBeOfType<IdentityCheck.Mismatch>();
    }

    [Fact]
    public async Task A_missing_mint_stops_the_network()
    {
        _accounts.Remove(Cluster.Mint.ToString());
        await ShouldMismatchAsync("not a mint");
    }

    [Fact]
    public async Task S21_A_mint_of_the_other_token_program_stops_the_network()
    {
        _accounts[Cluster.Mint.ToString()] = Accounts.Mint(6, Programs.Token2022);
        await ShouldMismatchAsync("belongs to program");
    }

    [Fact]
    public async Task Balances_are_those_of_wallet_and_token_account()
    {
        WalletBalances? balances = await _cluster.Adapter().ReadBalancesAsync(default);

        balances.ShouldBe(new WalletBalances(10_000_000_000, 1_000_000_000));
    }

    [Fact]
    public async Task Without_an_answer_there_are_no_balances()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
            node.On("getMultipleAccounts", new Answer.Reset());

        (await _cluster.Adapter().ReadBalancesAsync(default)).ShouldBeNull();
    }

    [Fact]
    public void It_pays_in_the_configured_mint_and_in_no_other()
    {
        IChainAdapter adapter = _cluster.Adapter();

        adapter.PaysIn(Cluster.Mint.ToString()).ShouldBeTrue();
        adapter.PaysIn(Cluster.Key("another").ToString()).ShouldBeFalse();
    }

    private Task<IdentityCheck> CheckAsync()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
            node.On("getMultipleAccounts", Accounts.Of(_accounts));
        return _cluster.Adapter().VerifyIdentityAsync(default);
    }

    private async Task ShouldMismatchAsync(string problem) =>
        (await CheckAsync())
            .ShouldBeOfType<IdentityCheck.Mismatch>()
            .Problem.ShouldContain(problem);
}

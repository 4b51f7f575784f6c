using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Faults;

/// <summary>A transaction of a form that is newer than this code: whatever is asked about it, nothing follows.</summary>
public sealed class NewerTransactionSpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private Fate _fate = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        _fate = await Fate.OfAsync(_cluster);
        _fate.Landed(_cluster.Node);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task S31_A_node_that_refuses_to_show_it_leaves_everything_unknown()
    {
        _cluster.Node.On(
            "getTransaction",
            new Answer.Error(
                -32015,
                "Transaction version (1) is not supported by the requesting client"
            )
        );

        await ShouldBeUnknownAsync();
    }

    [Fact]
    public async Task S31_One_that_is_shown_all_the_same_is_not_read()
    {
        Shows(1);

        await ShouldBeUnknownAsync();
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData(0)]
    public async Task What_is_known_is_read(object version)
    {
        Shows(version);

        (await ObserveAsync()).ShouldBeOfType<Observation.Landed>();
    }

    private void Shows(object version) =>
        _cluster.Node.Result(
            "getTransaction",
            Accounts.Transaction(
                _fate.Id,
                Fate.LandedSlot,
                [
                    (_cluster.Source.ToString(), 10_000_000, 9_000_000),
                    (
                        Cluster
                            .Token.AccountOf(
                                Solana.Addresses.PublicKey.Parse(
                                    _fate.Open.Transfers[0].Destination
                                )
                            )
                            .ToString(),
                        null,
                        1_000_000
                    ),
                ],
                version: version
            )
        );

    private async Task ShouldBeUnknownAsync()
    {
        IChainAdapter adapter = _cluster.Adapter();

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
        (
            await adapter.FindTransferAsync(_fate.Id, _fate.Open.Transfers[0], default)
        ).ShouldBeOfType<TransferSighting.Unknown>();
        (
            await adapter.ExplainAsync(new OwnTransaction(_fate.Id, Nonce: null), default)
        ).ShouldBeOfType<OwnTransactionFacts.Unknown>();
        // Not even when it is past its last block, and only history knows it.
        _cluster.Node.On("getSignatureStatuses", Accounts.Statuses(Fate.FinalSlot + 40, _ => null));
        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    private async Task<Observation> ObserveAsync() =>
        (await _cluster.Adapter().ObserveAsync([_fate.Open], default)).ShouldHaveSingleItem();
}

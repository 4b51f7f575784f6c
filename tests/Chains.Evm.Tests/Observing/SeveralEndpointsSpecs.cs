using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Observing;

public sealed class SeveralEndpointsSpecs : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private ScriptedChain _chain = null!;

    public async Task InitializeAsync() => _chain = await StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task The_next_endpoint_is_asked_when_the_first_does_not_answer_and_stays_preferred()
    {
        StoredAttempt attempt = _chain.Attempt();
        _chain.Nodes[0].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        _chain.Nodes[1].Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
        EvmChainAdapter adapter = _chain.Adapter();

        Observation first = (await adapter.ObserveAsync([Open(attempt)], None))[0];
        int askedBefore = _chain.Nodes[0].Calls.Count;
        Observation second = (await adapter.ObserveAsync([Open(attempt)], None))[0];

        first.ShouldBeOfType<Observation.Landed>();
        second.ShouldBeOfType<Observation.Landed>();
        _chain.Nodes[0].Calls.Count.ShouldBe(askedBefore);
    }

    [Fact]
    public async Task A_verdict_is_never_mixed_from_two_endpoints()
    {
        // The first knows what is final but not the receipt; the second has the receipt and is far behind.
        StoredAttempt attempt = _chain.Attempt();
        _chain.Nodes[0].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        _chain.Nodes[1].Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
        _chain.Nodes[1].FinalizedBlock = 900;

        Observation observation = (await _chain.Adapter().ObserveAsync([Open(attempt)], None))[0];

        observation.ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task Another_endpoints_receipt_stops_the_accusation_of_strangers()
    {
        StoredAttempt attempt = _chain.Attempt();
        _chain.Nodes[0].LatestNonce = _chain.Nodes[0].FinalNonce = Nonce + 1;
        _chain.Nodes[1].Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
        _chain.Nodes[1].Override("eth_blockNumber", new ScriptedReply.Http(503, ""));

        Observation observation = (await _chain.Adapter().ObserveAsync([Open(attempt)], None))[0];

        observation.ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task Only_what_is_still_unknown_is_asked_of_the_next_endpoint()
    {
        StoredAttempt clear = _chain.Attempt(1);
        StoredAttempt unclear = _chain.Attempt(2);
        _chain.Nodes[0].Receipts[clear.TransactionId] = Receipt(clear, 980, 1, Log());
        _chain.Nodes[0].Receipts[unclear.TransactionId] = "not a receipt";
        _chain.Nodes[1].Receipts[unclear.TransactionId] = Receipt(unclear, 980, 1, Log());

        IReadOnlyList<Observation> observations = await _chain
            .Adapter()
            .ObserveAsync([Open(clear), Open(unclear)], None);

        observations.ShouldAllBe(o => o is Observation.Landed);
        _chain.Nodes[1].CountOf("eth_getTransactionReceipt").ShouldBe(1);
    }
}

using System.Text.Json;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Observing;

/// <summary>Two or three endpoints that are honest, each in its own state.</summary>
public sealed class SeveralEndpointsSpecs : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private ScriptedChain _chain = null!;
    private StoredAttempt _attempt = null!;

    public async Task InitializeAsync()
    {
        _chain = await StartAsync(nodes: 2);
        _attempt = _chain.Attempt();
    }

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task What_two_endpoints_say_has_landed_and_the_evidence_names_both()
    {
        LandsAt(_chain.Nodes[0]);
        LandsAt(_chain.Nodes[1]);
        _chain.Nodes[1].LatestBlock = 1_003;

        Observation.Landed landed = (await ObserveAsync()).ShouldBeOfType<Observation.Landed>();

        JsonElement agreement = JsonElement.Parse(landed.Proof.Json).GetProperty("agreement");
        agreement
            .GetProperty("endpoints")
            .EnumerateArray()
            .Select(e => e.GetString())
            .ShouldBe(_chain.Nodes.Select(n => new Uri(n.Url).Authority));
        agreement
            .GetProperty("second")
            .GetProperty("finality")
            .GetProperty("latestBlock")
            .GetUInt64()
            .ShouldBe(1_003UL);
    }

    [Fact]
    public async Task R24_After_a_restart_nodes_behind_a_stored_verdict_say_nothing_until_they_have_caught_up()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            LandsAt(node);
        EvmChainAdapter restarted = _chain.Adapter();
        restarted.Mark.Resume(new FinalHead(995, ScriptedEvmNode.HashOfBlock(995)));

        Observation behind = (await restarted.ObserveAsync([Open(_attempt)], None))[0];
        foreach (ScriptedEvmNode node in _chain.Nodes)
            (node.LatestBlock, node.FinalizedBlock) = (1_005, 995);
        Observation caughtUp = (await restarted.ObserveAsync([Open(_attempt)], None))[0];

        behind.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("995 already used");
        caughtUp.ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task V13_After_a_restart_nodes_with_another_block_than_a_stored_verdicts_say_nothing()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            LandsAt(node);
        EvmChainAdapter restarted = _chain.Adapter();
        restarted.Mark.Resume(new FinalHead(985, "0xother"));

        Observation seen = (await restarted.ObserveAsync([Open(_attempt)], None))[0];

        seen.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("another block 985");
    }

    [Fact]
    public async Task R20_What_one_endpoint_has_and_the_other_does_not_is_unknown()
    {
        LandsAt(_chain.Nodes[0]);

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task R29_With_the_second_endpoint_silent_nothing_is_concluded_and_it_resumes()
    {
        LandsAt(_chain.Nodes[0]);
        LandsAt(_chain.Nodes[1]);
        _chain.Nodes[1].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        EvmChainAdapter adapter = _chain.Adapter();

        Observation without = await ObserveAsync(adapter);
        _chain.Nodes[1].Heal("eth_getTransactionReceipt");
        Observation with = await ObserveAsync(adapter);

        without.ShouldBeOfType<Observation.Unknown>();
        with.ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task With_three_endpoints_one_may_be_silent()
    {
        await using ScriptedChain chain = await StartAsync(nodes: 3);
        foreach (ScriptedEvmNode node in chain.Nodes)
            LandsAt(node);
        chain.Nodes[0].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));

        Observation observation = (await chain.Adapter().ObserveAsync([Open(_attempt)], None))[0];

        observation.ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task Where_small_landings_need_no_second_word_one_answers_and_the_silent_one_comes_last()
    {
        _chain.Options.Endpoints.AgreeOnLandedFromMicro = Order.AmountMicro + 1;
        _chain.Nodes[0].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        LandsAt(_chain.Nodes[1]);
        EvmChainAdapter adapter = _chain.Adapter();

        Observation first = await ObserveAsync(adapter);
        int askedBefore = _chain.Nodes[0].Calls.Count;
        Observation second = await ObserveAsync(adapter);
        Observation third = await ObserveAsync(adapter);

        first.ShouldBeOfType<Observation.Landed>();
        second.ShouldBeOfType<Observation.Landed>();
        third.ShouldBeOfType<Observation.Landed>();
        _chain.Nodes[0].Calls.Count.ShouldBe(askedBefore);
    }

    [Fact]
    public async Task R21_A_verdict_is_never_mixed_from_two_endpoints()
    {
        // The first knows what is final but not the receipt; the second has the receipt and is far behind.
        _chain.Options.Endpoints.AgreeOnLandedFromMicro = long.MaxValue;
        _chain.Nodes[0].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        LandsAt(_chain.Nodes[1]);
        _chain.Nodes[1].FinalizedBlock = 900;

        (await ObserveAsync()).ShouldBeOfType<Observation.Included>();
    }

    [Fact]
    public async Task R21_A_chain_that_moves_under_the_look_is_no_verdict()
    {
        _chain.Options.Endpoints.AgreeOnLandedFromMicro = long.MaxValue;
        LandsAt(_chain.Nodes[0]);
        LandsAt(_chain.Nodes[1]);
        foreach (ScriptedEvmNode node in _chain.Nodes)
        {
            // After the receipt was read, the final block is another one.
            node.BeforeAnswer = method =>
            {
                if (method == "eth_getTransactionReceipt")
                    node.OtherHashes[990] = $"0x{new string('1', 64)}";
            };
        }

        (await ObserveAsync())
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("moved under the look");
    }

    [Fact]
    public async Task C11_An_endpoint_behind_a_head_that_a_verdict_used_is_out_until_it_has_caught_up()
    {
        LandsAt(_chain.Nodes[0]);
        LandsAt(_chain.Nodes[1]);
        EvmChainAdapter adapter = _chain.Adapter();
        (await ObserveAsync(adapter)).ShouldBeOfType<Observation.Landed>();

        _chain.Nodes[0].FinalizedBlock = 989;
        Observation behind = await ObserveAsync(adapter);
        _chain.Nodes[0].FinalizedBlock = 991;
        Observation ahead = await ObserveAsync(adapter);

        behind.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("behind");
        ahead.ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task C11_An_endpoint_that_is_behind_is_not_asked_what_is_decided_before_signing()
    {
        LandsAt(_chain.Nodes[0]);
        LandsAt(_chain.Nodes[1]);
        var clock = new HandClock();
        EvmChainAdapter adapter = _chain.Adapter(clock: clock);
        (await ObserveAsync(adapter)).ShouldBeOfType<Observation.Landed>();

        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.FinalizedBlock = 989;
        clock.Advance(_chain.Options.Endpoints.HeadEvery);

        (await adapter.PreflightAsync([Order], None))[0].ShouldBeOfType<PreflightAnswer.Unknown>();
        (
            await adapter.SignAsync(new SigningOrder([Order], 7), None)
        ).ShouldBeOfType<SigningOutcome.Unknown>();
        (await adapter.ReadNextNonceAsync(None)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_endpoints_receipt_stops_the_accusation_of_strangers()
    {
        _chain.Nodes[0].LatestNonce = _chain.Nodes[0].FinalNonce = Nonce + 1;
        LandsAt(_chain.Nodes[1]);
        _chain.Nodes[1].Override("eth_blockNumber", new ScriptedReply.Http(503, ""));

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task R20_R23_Nobody_is_accused_while_another_endpoint_does_not_answer()
    {
        StoredAttempt attempt = _chain.Attempt();
        _chain.Nodes[0].LatestNonce = _chain.Nodes[0].FinalNonce = Nonce + 1;
        _chain.Nodes[1].Override("eth_getTransactionReceipt", new ScriptedReply.Http(503, ""));
        _chain.Nodes[1].Override("eth_blockNumber", new ScriptedReply.Http(503, ""));

        Observation observation = (await _chain.Adapter().ObserveAsync([Open(attempt)], None))[0];

        observation.ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task Only_what_is_not_settled_is_asked_of_the_next_endpoint()
    {
        _chain.Options.Endpoints.AgreeOnLandedFromMicro = long.MaxValue;
        StoredAttempt unclear = _chain.Attempt(2);
        LandsAt(_chain.Nodes[0]);
        _chain.Nodes[0].Receipts[unclear.TransactionId] = "not a receipt";
        _chain.Nodes[1].Receipts[unclear.TransactionId] = Receipt(unclear, 980, 1, Log());

        IReadOnlyList<Observation> observations = await _chain
            .Adapter()
            .ObserveAsync([Open(_attempt), Open(unclear)], None);

        observations.ShouldAllBe(o => o is Observation.Landed);
        _chain.Nodes[1].CountOf("eth_getTransactionReceipt").ShouldBe(1);
    }

    private void LandsAt(ScriptedEvmNode node) =>
        node.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, 1, Log());

    private Task<Observation> ObserveAsync() => ObserveAsync(_chain.Adapter());

    private async Task<Observation> ObserveAsync(EvmChainAdapter adapter) =>
        (await adapter.ObserveAsync([Open(_attempt)], None)).ShouldHaveSingleItem();
}

using System.Text.Json;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Observing;

public sealed class EvmObserverSpecs : IAsyncLifetime
{
    private const string Stranger = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private const string OtherBlock =
        "0x1111111111111111111111111111111111111111111111111111111111111111";

    private ScriptedChain _chain = null!;

    private ScriptedEvmNode Node => _chain.Node;

    public async Task InitializeAsync() => _chain = await StartAsync();

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task A_final_receipt_with_exactly_the_ordered_transfer_has_landed()
    {
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());

        Observation.Landed landed = (
            await ObserveAsync(Open(attempt))
        ).ShouldBeOfType<Observation.Landed>();

        landed.TransactionId.ShouldBe(attempt.TransactionId);
        landed.Transfers.ShouldHaveSingleItem().Paid.ShouldBeTrue();
        JsonElement transfer = JsonElement.Parse(landed.Transfers[0].Proof.Json);
        transfer.GetProperty("logIndex").GetInt32().ShouldBe(42);
        transfer.GetProperty("token").GetString().ShouldBe(Token);
        transfer.GetProperty("amountBaseUnits").GetString().ShouldBe("1234567");
        JsonElement proof = JsonElement.Parse(landed.Proof.Json);
        proof.GetProperty("block").GetUInt64().ShouldBe(980UL);
        proof.GetProperty("blockHash").GetString().ShouldBe(ScriptedEvmNode.HashOfBlock(980));
        proof.GetProperty("finality").GetProperty("finalBlock").GetUInt64().ShouldBe(990UL);
        proof.GetProperty("finality").GetProperty("endpoint").GetString().ShouldNotBeEmpty();
        proof
            .GetProperty("finality")
            .GetProperty("policy")
            .GetString()
            .ShouldBe("finalized tag and 5 blocks deep");
    }

    [Fact]
    public async Task R19_F15_A_missing_receipt_is_not_seen_and_proves_nothing()
    {
        (await ObserveAsync(Open(_chain.Attempt()))).ShouldBeOfType<Observation.NotSeen>();
    }

    [Theory]
    [InlineData(990UL, 5UL, 990UL)] // the tag is stricter
    [InlineData(999UL, 5UL, 995UL)] // the depth is stricter
    [InlineData(990UL, 50UL, 950UL)]
    public async Task V11_F17_Final_is_what_both_the_tag_and_the_depth_call_final(
        ulong tag,
        ulong depth,
        ulong lastFinal
    )
    {
        Node.FinalizedBlock = tag;
        _chain.Options.FinalityDepth = depth;
        StoredAttempt attempt = _chain.Attempt();

        Node.Receipts[attempt.TransactionId] = Receipt(attempt, lastFinal + 1, 1, Log());
        Observation before = await ObserveAsync(Open(attempt));
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, lastFinal, 1, Log());
        Observation after = await ObserveAsync(Open(attempt));

        before.ShouldBeOfType<Observation.Included>();
        after.ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task Without_a_tag_the_depth_decides_alone()
    {
        Node.FinalizedBlock = null;
        _chain.Options.FinalityTag = EvmOptions.NoTag;
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 995, 1, Log());

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task A_chain_younger_than_the_depth_has_nothing_final()
    {
        _chain.Options.FinalityDepth = 2_000;
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 1, 1, Log());

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Included>();
    }

    [Fact]
    public async Task V10_F17_A_revert_is_proven_at_finality_and_not_before()
    {
        StoredAttempt attempt = _chain.Attempt();

        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 991, status: 0);
        Observation before = await ObserveAsync(Open(attempt));
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 990, status: 0);
        Observation after = await ObserveAsync(Open(attempt));

        before.ShouldBeOfType<Observation.Included>();
        Observation.Never never = after.ShouldBeOfType<Observation.Never>();
        never.Reason.ShouldBe(NeverReason.Reverted);
        JsonElement proof = JsonElement.Parse(never.Proof.Json);
        proof.GetProperty("gasUsed").GetUInt64().ShouldBe(45_071UL);
        proof.GetProperty("block").GetUInt64().ShouldBe(990UL);
    }

    [Fact]
    public async Task V9_A_receipt_in_an_abandoned_block_is_not_seen()
    {
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
        Node.OtherHashes[980] = OtherBlock;

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.NotSeen>();
    }

    [Fact]
    public async Task A_receipt_in_a_block_that_the_node_does_not_have_is_unknown()
    {
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 1_001, 1, Log());

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Unknown>();
    }

    public static TheoryData<string, object[]> WrongLogs =>
        new()
        {
            { "none", [] },
            { "another token", [Log(token: Stranger)] },
            { "another payer", [Log(from: Stranger)] },
            { "another destination", [Log(to: Stranger)] },
            { "one unit less", [Log(amount: 1_234_566)] },
            { "one unit more", [Log(amount: 1_234_568)] },
            { "taken back", [Log(removed: true)] },
            { "twice", [Log(), Log()] },
            { "with a fee to somebody", [Log(), Log(to: Stranger, amount: 1)] },
            {
                "with a fee taken from who was paid",
                [Log(), Log(from: ScriptedChain.Destination, to: Stranger, amount: 1)]
            },
        };

    [Theory]
    [MemberData(nameof(WrongLogs), DisableDiscoveryEnumeration = true)]
    public async Task V15_V16_Success_without_exactly_the_ordered_transfer_is_a_contradiction(
        string why,
        object[] logs
    )
    {
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, logs);

        Observation observation = await ObserveAsync(Open(attempt));

        observation
            .ShouldBeOfType<Observation.Contradiction>(why)
            .Proof.Json.ShouldContain("expected");
    }

    [Fact]
    public async Task Logs_of_other_contracts_do_not_disturb()
    {
        StoredAttempt attempt = _chain.Attempt();
        object[] logs = [Log(token: Stranger), Log(), Log(from: Stranger)];
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, logs);

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task V7_Whichever_attempt_has_landed_is_found()
    {
        StoredAttempt[] attempts = [_chain.Attempt(1), _chain.Attempt(2), _chain.Attempt(3)];
        Node.Receipts[attempts[1].TransactionId] = Receipt(attempts[1], 980, 1, Log());

        Observation observation = await ObserveAsync(Open(attempts));

        observation
            .ShouldBeOfType<Observation.Landed>()
            .TransactionId.ShouldBe(attempts[1].TransactionId);
    }

    [Fact]
    public async Task V23_A_nonce_that_strangers_used_at_finality_is_a_contradiction_and_never_a_never()
    {
        Node.LatestNonce = Node.FinalNonce = Nonce + 1;
        StoredAttempt attempt = _chain.Attempt();

        Observation observation = await ObserveAsync(Open(attempt));

        Observation.Contradiction contradiction =
            observation.ShouldBeOfType<Observation.Contradiction>();
        contradiction.Detail.ShouldContain("Nonce 7");
        contradiction.Detail.ShouldContain("not ours");
        contradiction.Proof.Json.ShouldContain(attempt.TransactionId);
        Node.CountOf("eth_getTransactionReceipt").ShouldBe(2); // looked again before accusing
    }

    [Fact]
    public async Task A_receipt_that_comes_between_two_looks_stops_the_accusation()
    {
        StoredAttempt attempt = _chain.Attempt();
        Node.LatestNonce = Node.FinalNonce = Nonce + 1;
        Node.BeforeAnswer = method =>
        {
            if (method == "eth_getTransactionCount")
                Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());
        };

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Landed>();
    }

    [Fact]
    public async Task A_nonce_used_in_a_block_that_is_not_final_accuses_nobody()
    {
        Node.LatestNonce = Nonce + 1;

        (await ObserveAsync(Open(_chain.Attempt()))).ShouldBeOfType<Observation.NotSeen>();
    }

    [Fact]
    public async Task R24_A_finalized_head_that_moves_back_is_not_believed()
    {
        StoredAttempt attempt = _chain.Attempt();
        EvmChainAdapter adapter = _chain.Adapter();
        await ObserveAsync(adapter, Open(attempt));
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());

        Node.FinalizedBlock = 989;
        Observation behind = await ObserveAsync(adapter, Open(attempt));
        Node.FinalizedBlock = 991;
        Observation ahead = await ObserveAsync(adapter, Open(attempt));

        behind.ShouldBeOfType<Observation.Unknown>().Cause.ShouldContain("behind");
        ahead.ShouldBeOfType<Observation.Landed>();
    }

    [Theory]
    [InlineData(990UL)]
    [InlineData(995UL)]
    public async Task V13_A_final_block_that_changes_stops_all_verdicts(ulong finalizedAfterwards)
    {
        StoredAttempt attempt = _chain.Attempt();
        EvmChainAdapter adapter = _chain.Adapter();
        await ObserveAsync(adapter, Open(attempt));
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());

        Node.OtherHashes[990] = OtherBlock;
        Node.FinalizedBlock = finalizedAfterwards;
        Observation observation = await ObserveAsync(adapter, Open(attempt));

        observation
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("finality was broken");
    }

    [Fact]
    public async Task R24_No_finalized_block_means_no_verdict()
    {
        Node.FinalizedBlock = null;
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_is_not_believed()
    {
        Node.ChainId = 137;
        StoredAttempt attempt = _chain.Attempt();
        Node.Receipts[attempt.TransactionId] = Receipt(attempt, 980, 1, Log());

        (await ObserveAsync(Open(attempt)))
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("serves chain 137, not 1");
    }

    [Fact]
    public async Task R23_A_receipt_of_another_transaction_is_not_believed()
    {
        StoredAttempt attempt = _chain.Attempt(1);
        Node.Receipts[attempt.TransactionId] = Receipt(_chain.Attempt(2), 980, 1, Log());

        (await ObserveAsync(Open(attempt))).ShouldBeOfType<Observation.Unknown>();
    }

    public static TheoryData<string, ScriptedReply> Faults
    {
        get
        {
            string[] methods =
            [
                "eth_chainId",
                "eth_blockNumber",
                "eth_getBlockByNumber",
                "eth_getTransactionReceipt",
                "eth_getTransactionCount",
            ];
            ScriptedReply[] faults =
            [
                new ScriptedReply.Http(429, "slow down"),
                new ScriptedReply.Http(500, "oops"),
                new ScriptedReply.Http(200, "<html>Just a moment...</html>"),
                new ScriptedReply.Result("0x1", IdOffset: 5),
                new ScriptedReply.Result("0x01"),
                new ScriptedReply.Result(17),
                new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":CALL_ID,"result":"\ud800"}"""),
                new ScriptedReply.Error("transaction indexing is in progress"),
                new ScriptedReply.Reset(),
            ];
            var all = new TheoryData<string, ScriptedReply>();
            foreach (string method in methods)
            {
                foreach (ScriptedReply fault in faults)
                    all.Add(method, fault);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task R19_A_fault_of_any_read_leaves_it_unknown(string method, ScriptedReply fault)
    {
        // Even where all other reads would make it a verdict.
        Node.LatestNonce = Node.FinalNonce = Nonce + 1;
        Node.Override(method, fault);

        Observation observation = await ObserveAsync(Open(_chain.Attempt()));

        observation.ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task A_node_that_never_answers_leaves_it_unknown()
    {
        _chain.Options.RpcTimeout = TimeSpan.FromMilliseconds(100);
        Node.Override("eth_getTransactionReceipt", new ScriptedReply.Silence());

        (await ObserveAsync(Open(_chain.Attempt())))
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("no answer within");
    }

    [Fact]
    public async Task A_fault_of_one_attempts_receipt_outweighs_the_others_absence()
    {
        Node.LatestNonce = Node.FinalNonce = Nonce + 1;
        StoredAttempt[] attempts = [_chain.Attempt(1), _chain.Attempt(2)];
        Node.Receipts[attempts[0].TransactionId] = "not a receipt";

        (await ObserveAsync(Open(attempts))).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task A_transaction_without_a_nonce_is_none_of_this_network()
    {
        OpenTransaction open = Open(_chain.Attempt()) with { Nonce = null };

        (await ObserveAsync(open)).ShouldBeOfType<Observation.Unknown>();
    }

    private Task<Observation> ObserveAsync(OpenTransaction open) =>
        ObserveAsync(_chain.Adapter(), open);

    private static async Task<Observation> ObserveAsync(
        EvmChainAdapter adapter,
        OpenTransaction open
    ) => (await adapter.ObserveAsync([open], CancellationToken.None)).ShouldHaveSingleItem();
}

using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Faults;

/// <summary>One endpoint lies, one is honest: whatever the lie and whoever is asked first, no wrong verdict comes of
/// it.</summary>
public sealed class LyingEndpointSpecs : IAsyncLifetime
{
    private const string Other =
        "0x1111111111111111111111111111111111111111111111111111111111111111";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly HandClock _clock = new();
    private ScriptedChain _chain = null!;
    private EvmChainAdapter _adapter = null!;
    private StoredAttempt _attempt = null!;

    private ScriptedEvmNode Liar => _chain.Nodes[0];

    private ScriptedEvmNode Honest => _chain.Nodes[1];

    public async Task InitializeAsync()
    {
        _chain = await StartAsync(nodes: 2);
        _adapter = _chain.Adapter(clock: _clock);
        _attempt = _chain.Attempt();
    }

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task R19_R20_A_null_receipt_for_what_exists()
    {
        Lands(Honest);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R20_A_null_receipt_and_a_used_nonce_for_what_exists()
    {
        Lands(Honest);
        Honest.LatestNonce = Honest.FinalNonce = Nonce + 1;
        Liar.LatestNonce = Liar.FinalNonce = Nonce + 1;

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_A_receipt_for_what_does_not_exist()
    {
        Lands(Liar);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_A_reverted_receipt_for_what_does_not_exist()
    {
        Liar.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, status: 0);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_V10_A_reverted_receipt_for_what_has_landed()
    {
        Lands(Honest);
        Liar.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, status: 0);

        await ShouldEndNothingAsync();
        await ShouldBecomeAnAlarmAsync();
    }

    [Fact]
    public async Task R23_V11_A_landing_for_what_was_reverted()
    {
        Lands(Liar);
        Honest.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, status: 0);

        await ShouldEndNothingAsync();
        await ShouldBecomeAnAlarmAsync();
    }

    [Theory]
    [InlineData(1_234_566)]
    [InlineData(1_234_568)]
    public async Task R23_V16_A_wrong_amount_in_the_logs(long amount)
    {
        Lands(Honest);
        Liar.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, 1, Log(amount: amount));

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_Another_transactions_receipt()
    {
        Lands(Honest);
        Liar.Receipts[_attempt.TransactionId] = Receipt(_chain.Attempt(2), 980, 1, Log());

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_V8_Another_block_for_what_has_landed()
    {
        Lands(Honest);
        Liar.Receipts[_attempt.TransactionId] = Receipt(_attempt, 981, 1, Log());

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R24_A_finalized_head_that_is_invented()
    {
        // In a block that is not final: the liar calls it final.
        Honest.Receipts[_attempt.TransactionId] = Receipt(_attempt, 995, 1, Log());
        Liar.Receipts[_attempt.TransactionId] = Receipt(_attempt, 995, 1, Log());
        Liar.FinalizedBlock = 1_000_000;
        Liar.LatestBlock = 1_000_010;

        await ShouldEndNothingAsync();
        Honest.FinalizedBlock = 995;
        Honest.LatestBlock = 1_010;
        await ShouldLandAsync();
        // Its invention shuts the honest one out of nothing.
        Honest.LatestBlock = 1_011;
        await ShouldLandAsync();
    }

    [Fact]
    public async Task R24_C11_A_head_that_moves_back()
    {
        Lands(Liar);
        Lands(Honest);
        await ShouldLandAsync();
        Liar.FinalizedBlock = 985;

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.Regressed);
        Liar.FinalizedBlock = 990;
        await ShouldLandAsync();
    }

    [Fact]
    public async Task V13_R22_Another_block_where_a_verdict_rested()
    {
        Lands(Liar);
        Lands(Honest);
        await ShouldLandAsync();
        Liar.OtherHashes[990] = Other;
        Liar.FinalizedBlock = 992;

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.OtherBlock);
    }

    [Fact]
    public async Task R21_V9_A_chain_that_changes_while_it_is_asked()
    {
        Lands(Liar);
        Lands(Honest);
        Liar.BeforeAnswer = method =>
        {
            if (method == "eth_getTransactionReceipt")
                Liar.OtherHashes[990] = Other;
        };

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R4_HTML_with_status_200()
    {
        Lands(Honest);
        Liar.Override(
            "eth_getTransactionReceipt",
            new ScriptedReply.Http(200, "<html>Just a moment...</html>")
        );

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R4_Half_of_a_JSON_answer()
    {
        Lands(Honest);
        Liar.Override(
            "eth_getTransactionReceipt",
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":CALL_ID,"result":{"status":"0x""")
        );

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R18_C12_Another_chains_answers_put_an_endpoint_out_when_it_is_asked_again()
    {
        Lands(Liar);
        Lands(Honest);
        await ShouldLandAsync();
        Liar.ChainId = 137;
        _clock.Advance(_chain.Options.Endpoints.IdentityEvery);

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.OtherChain);
        // The network goes on with the other one, and with this one when it is back.
        (await _adapter.VerifyIdentityAsync(None)).ShouldBeOfType<IdentityCheck.Confirmed>();
        Liar.ChainId = 1;
        await ShouldLandAsync();
    }

    [Fact]
    public async Task R22_V29_A_copy_of_the_chain_with_the_same_id_is_told_by_its_first_block()
    {
        _chain.Options.GenesisHash = ScriptedEvmNode.HashOfBlock(0);
        Liar.OtherHashes[0] = Other;
        Lands(Liar);
        Lands(Honest);

        await ShouldEndNothingAsync();
        (await _chain.Adapter().VerifyIdentityAsync(None))
            .ShouldBeOfType<IdentityCheck.Mismatch>()
            .Problem.ShouldContain("first block");
    }

    [Fact]
    public async Task V14_R24_Finality_that_stands_still_halts_verdicts_and_resumes_by_itself()
    {
        Lands(Liar);
        Lands(Honest);
        await _adapter.InspectAsync(None);
        _clock.Advance(_chain.Options.Endpoints.StallAfter);

        await ShouldEndNothingAsync();
        NetworkReport halted = await _adapter.InspectAsync(None);
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.FinalizedBlock = 991;
        await ShouldLandAsync();

        halted.HaltedBecause.ShouldNotBeNull().ShouldContain("stands still");
        (await _adapter.InspectAsync(None)).HaltedBecause.ShouldBeNull();
    }

    [Fact]
    public async Task V14_While_finality_stands_still_what_is_not_seen_is_still_told()
    {
        await _adapter.InspectAsync(None);
        _clock.Advance(_chain.Options.Endpoints.StallAfter);

        (await ObserveAsync()).ShouldBeOfType<Observation.NotSeen>();
    }

    private void Lands(ScriptedEvmNode node) =>
        node.Receipts[_attempt.TransactionId] = Receipt(_attempt, 980, 1, Log());

    // Twice, so that each of the two is asked first once.
    private async Task ShouldEndNothingAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            Observation seen = await ObserveAsync();
            (
                seen is Observation.Landed or Observation.Never or Observation.Contradiction
            ).ShouldBeFalse(seen.ToString());
        }
    }

    private async Task ShouldLandAsync() =>
        (await ObserveAsync()).ShouldBeOfType<Observation.Landed>();

    private async Task ShouldBecomeAnAlarmAsync()
    {
        TimeSpan bound = _chain.Options.Endpoints.DisagreementAfter;
        (await _adapter.InspectAsync(None)).AlarmingDisputes.ShouldBe(0);
        _clock.Advance(bound / 2);
        await ObserveAsync();
        _clock.Advance(bound / 2);
        (await _adapter.InspectAsync(None)).AlarmingDisputes.ShouldBe(1);
    }

    private async Task<EndpointState> StateOfLiarAsync() =>
        (await _adapter.InspectAsync(None)).Endpoints[0].State;

    private async Task<Observation> ObserveAsync() =>
        (await _adapter.ObserveAsync([Open(_attempt)], None)).ShouldHaveSingleItem();
}

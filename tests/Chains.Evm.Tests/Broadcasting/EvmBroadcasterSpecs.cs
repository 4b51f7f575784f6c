using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Broadcasting;

public sealed class EvmBroadcasterSpecs : IAsyncLifetime
{
    private const string Send = "eth_sendRawTransaction";

    private ScriptedChain _chain = null!;

    public async Task InitializeAsync() => _chain = await StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task R30_Every_endpoint_gets_exactly_the_stored_bytes()
    {
        StoredAttempt attempt = _chain.Attempt();

        BroadcastOutcome outcome = await SendAsync(attempt);

        outcome.ShouldBe(BroadcastOutcome.Taken.Instance);
        foreach (ScriptedEvmNode node in _chain.Nodes)
        {
            string? sent = node.Calls.Single(c => c.Method == Send).Parameters[0].GetString();
            sent.ShouldBe($"0x{Convert.ToHexStringLower(attempt.Bytes.Span)}");
        }
    }

    [Fact]
    public async Task One_endpoint_that_takes_the_bytes_is_enough()
    {
        _chain.Nodes[0].Override(Send, new ScriptedReply.Error("nonce too high"));

        (await SendAsync(_chain.Attempt())).ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    [Fact]
    public async Task R8_Bytes_that_a_node_already_has_are_taken()
    {
        OverrideBoth(new ScriptedReply.Error("already known"));

        (await SendAsync(_chain.Attempt())).ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    [Fact]
    public async Task R9_A_nonce_too_low_is_refused_while_the_transaction_is_not_in_a_block()
    {
        OverrideBoth(new ScriptedReply.Error("nonce too low: next nonce 8, tx nonce 7"));

        (await SendAsync(_chain.Attempt()))
            .ShouldBeOfType<BroadcastOutcome.Refused>()
            .Reason.ShouldBe(RefusalReason.NonceTooLow);
    }

    [Fact]
    public async Task R9_A_nonce_too_low_is_taken_when_these_bytes_used_it()
    {
        StoredAttempt attempt = _chain.Attempt();
        OverrideBoth(new ScriptedReply.Error("nonce too low"));
        _chain.Nodes[1].Receipts[attempt.TransactionId] = Receipt(attempt);

        (await SendAsync(attempt)).ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    [Fact]
    public async Task R7_Another_hash_for_our_bytes_raises_an_alarm()
    {
        OverrideBoth(new ScriptedReply.Result($"0x{new string('a', 64)}"));

        BroadcastOutcome.Refused refused = (
            await SendAsync(_chain.Attempt())
        ).ShouldBeOfType<BroadcastOutcome.Refused>();

        refused.Reason.ShouldBe(RefusalReason.Other);
        refused.NodeText.ShouldContain("ALARM");
    }

    public static TheoryData<ScriptedReply> SilentReplies =>
        [
            new ScriptedReply.Http(429, "slow down"),
            new ScriptedReply.Http(500, "oops"),
            new ScriptedReply.Http(200, "<html>Just a moment...</html>"),
            new ScriptedReply.Result("0x1", IdOffset: 5),
            new ScriptedReply.Result(null),
            new ScriptedReply.Result("0x1"),
            new ScriptedReply.Reset(),
        ];

    [Theory]
    [MemberData(nameof(SilentReplies), DisableDiscoveryEnumeration = true)]
    public async Task R4_R5_Silence_is_unknown_even_beside_a_refusal(ScriptedReply silence)
    {
        _chain.Nodes[0].Override(Send, new ScriptedReply.Error("insufficient funds"));
        _chain.Nodes[1].Override(Send, silence);

        (await SendAsync(_chain.Attempt()))
            .ShouldBeOfType<BroadcastOutcome.Unknown>()
            .Cause.ShouldContain("insufficient funds");
    }

    [Fact]
    public async Task A_node_that_never_answers_is_unknown()
    {
        _chain.Options.RpcTimeout = TimeSpan.FromMilliseconds(100);
        OverrideBoth(new ScriptedReply.Silence());

        (await SendAsync(_chain.Attempt())).ShouldBeOfType<BroadcastOutcome.Unknown>();
    }

    [Fact]
    public async Task R6_Words_that_nobody_knows_are_refused_as_other()
    {
        OverrideBoth(new ScriptedReply.Error("the dog ate it"));

        BroadcastOutcome.Refused refused = (
            await SendAsync(_chain.Attempt())
        ).ShouldBeOfType<BroadcastOutcome.Refused>();

        refused.Reason.ShouldBe(RefusalReason.Other);
        refused.NodeText.ShouldContain("the dog ate it");
    }

    [Fact]
    public async Task Bytes_that_do_not_have_their_hash_are_not_sent()
    {
        StoredAttempt attempt = _chain.Attempt(1) with
        {
            TransactionId = _chain.Attempt(2).TransactionId,
        };

        (await SendAsync(attempt))
            .ShouldBeOfType<BroadcastOutcome.Refused>()
            .Reason.ShouldBe(RefusalReason.Malformed);
        _chain.Nodes.ShouldAllBe(n => n.CountOf(Send) == 0);
    }

    [Fact]
    public async Task A_cancellation_before_the_send_sends_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            _chain.Adapter().BroadcastAsync(_chain.Attempt(), again: false, cancelled.Token)
        );

        _chain.Nodes.ShouldAllBe(n => n.CountOf(Send) == 0);
    }

    private void OverrideBoth(ScriptedReply reply)
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Override(Send, reply);
    }

    private Task<BroadcastOutcome> SendAsync(StoredAttempt attempt) =>
        _chain.Adapter().BroadcastAsync(attempt, again: false, CancellationToken.None);
}

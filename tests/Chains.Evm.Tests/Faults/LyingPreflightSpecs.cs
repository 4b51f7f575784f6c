using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Faults;

/// <summary>That an address can never be paid fails a payout: one endpoint's word is not enough for it.</summary>
public sealed class LyingPreflightSpecs : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly HandClock _clock = new();
    private ScriptedChain _chain = null!;

    private ScriptedEvmNode Liar => _chain.Nodes[0];

    private ScriptedEvmNode Honest => _chain.Nodes[1];

    public async Task InitializeAsync() => _chain = await StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task R23_A_destination_that_one_node_calls_blocked_does_not_fail()
    {
        Blocks(Liar);

        ShouldBeUnknown(await AskAsync()).ShouldContain("contradicts");
        ShouldBeUnknown(await SignAsync()).ShouldContain("contradicts");
    }

    [Fact]
    public async Task R23_Silence_of_the_second_node_agrees_with_nothing()
    {
        Blocks(Liar);
        Honest.Override("eth_chainId", new ScriptedReply.Http(503, ""));

        ShouldBeUnknown(await AskAsync());
        ShouldBeUnknown(await SignAsync());
    }

    [Fact]
    public async Task R23_A_node_whose_finality_stands_still_agrees_with_nothing()
    {
        Blocks(Liar);
        Blocks(Honest);
        EvmChainAdapter adapter = _chain.Adapter(clock: _clock);
        await adapter.InspectAsync(None);
        _clock.Advance(_chain.Options.Endpoints.StallAfter);
        Liar.LatestBlock += 10;
        Liar.FinalizedBlock += 10;

        IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync([Order], None);

        ShouldBeUnknown(answers[0]).ShouldContain("stands still");
    }

    [Fact]
    public async Task Two_nodes_that_say_the_same_fail_it()
    {
        Blocks(Liar);
        Blocks(Honest);

        ShouldFail(await AskAsync(), FailureCode.DestinationBlocked);
        ShouldFail(await SignAsync(), FailureCode.DestinationBlocked);
    }

    [Fact]
    public async Task What_the_address_alone_says_takes_no_node()
    {
        foreach (ScriptedEvmNode node in _chain.Nodes)
            node.Override("eth_chainId", new ScriptedReply.Http(503, ""));

        ShouldFail(
            await AskAsync(Order with { Destination = Token }),
            FailureCode.DestinationNotWallet
        );
    }

    [Fact]
    public async Task R23_Whom_a_vault_has_paid_does_not_fail_where_one_node_hides_it()
    {
        _chain.Options.Vault = ScriptedVault.Address;
        Liar.Vault = new ScriptedVault();
        Honest.Vault = new ScriptedVault { Paid = { Order.PayoutNumber } };
        Blocks(Liar);
        Blocks(Honest);

        ShouldBeUnknown(await AskAsync());
        // Its address was made one of ours since; with a vault even that does not decide alone.
        ShouldBeUnknown(await AskAsync(Order with { Destination = ScriptedVault.Address }));
    }

    private static void Blocks(ScriptedEvmNode node)
    {
        node.Transfers[Destination] = ScriptedEvmNode.Revert(
            "Blacklistable: account is blacklisted"
        );
        node.IsBlacklisted = account => ScriptedEvmNode.Boolean(account == Destination);
    }

    private static string ShouldBeUnknown(PreflightAnswer answer) =>
        answer.ShouldBeOfType<PreflightAnswer.Unknown>(answer.ToString()).Cause;

    private static void ShouldFail(PreflightAnswer answer, FailureCode code) =>
        answer.ShouldBeOfType<PreflightAnswer.NeverPayable>(answer.ToString()).Code.ShouldBe(code);

    private async Task<PreflightAnswer> AskAsync(TransferOrder? order = null) =>
        (await _chain.Adapter().PreflightAsync([order ?? Order], None)).ShouldHaveSingleItem();

    private async Task<PreflightAnswer> SignAsync()
    {
        SigningOutcome outcome = await _chain
            .Adapter()
            .SignAsync(new SigningOrder([Order], Nonce), None);
        return outcome.ShouldBeOfType<SigningOutcome.Rejected>(outcome.ToString()).Answer;
    }
}

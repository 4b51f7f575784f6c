using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Tests.Nodes;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Solana.Tests.Faults;

/// <summary>That an address can never be paid fails a payout: one endpoint's word is not enough for it.</summary>
public sealed class LyingPreflightSpecs : IAsyncLifetime
{
    private readonly TransferOrder[] _orders = [Cluster.Order(1, 100), Cluster.Order(2, 200)];
    private readonly HandClock _clock = new();

    private Cluster _cluster = null!;

    private ScriptedNode Liar => _cluster.Nodes[0];

    private ScriptedNode Honest => _cluster.Nodes[1];

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync(nodes: 2);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData("program")]
    [InlineData("mint")]
    [InlineData("token account")]
    [InlineData("given away")]
    [InlineData("frozen")]
    public async Task R23_What_one_node_says_of_a_destination_does_not_fail_it(string lie)
    {
        Tells(Liar, lie);

        IReadOnlyList<PreflightAnswer> answers = await AskAsync();

        ShouldBeUnknown(answers[0]).ShouldContain("contradicts");
        answers[1].ShouldBe(PreflightAnswer.Payable.Instance);
    }

    [Fact]
    public async Task R23_Two_nodes_that_give_different_reasons_do_not_agree()
    {
        Tells(Liar, "frozen");
        Tells(Honest, "given away");

        ShouldBeUnknown((await AskAsync())[0]);
    }

    [Fact]
    public async Task R23_Silence_of_the_second_node_agrees_with_nothing()
    {
        Tells(Liar, "frozen");
        Honest.On("getMultipleAccounts", new Answer.Http(503));

        ShouldBeUnknown((await AskAsync())[0]);
    }

    [Fact]
    public async Task R23_A_node_whose_finality_stands_still_agrees_with_nothing()
    {
        Tells(Liar, "frozen");
        Tells(Honest, "frozen");
        IChainAdapter adapter = _cluster.Adapter(_clock);
        await adapter.InspectAsync(default);
        _clock.Advance(_cluster.Options.Endpoints.StallAfter);
        Liar.Result("getEpochInfo", Cluster.Head(Cluster.Slot + 10, Cluster.Height + 10));

        ShouldBeUnknown((await adapter.PreflightAsync(_orders, default))[0])
            .ShouldContain("stands still");
    }

    [Fact]
    public async Task Two_nodes_that_say_the_same_fail_it()
    {
        Tells(Liar, "program");
        Tells(Honest, "program");

        ShouldFail((await AskAsync())[0], FailureCode.DestinationNotWallet);
    }

    [Fact]
    public async Task What_the_address_alone_says_takes_no_second_node()
    {
        Honest.On("getMultipleAccounts", new Answer.Http(503));
        _orders[0] = _orders[0] with { Destination = Cluster.Mint.ToString() };

        ShouldFail((await AskAsync())[0], FailureCode.DestinationNotWallet);
    }

    // 5 is the transfer to the second rider, 4 makes his account: 0 says that somebody else owns it, 17 that it is frozen.
    [Theory]
    [InlineData(4, 0u, "given away", FailureCode.DestinationNotWallet)]
    [InlineData(5, 17u, "frozen", FailureCode.DestinationBlocked)]
    public async Task R23_A_simulation_at_one_node_fails_nobody(
        int instruction,
        uint code,
        string lie,
        FailureCode reason
    )
    {
        Liar.Result(
            "simulateTransaction",
            Cluster.InContext(
                Cluster.Slot,
                Cluster.Simulated(
                    new { InstructionError = new object[] { instruction, new { Custom = code } } }
                )
            )
        );
        Tells(Liar, lie, rider: 1);

        ShouldBeUnknown(await SignAsync(1));
        Tells(Honest, lie, rider: 1);
        ShouldFail(await SignAsync(1), reason);
    }

    private void Tells(ScriptedNode node, string lie, int rider = 0)
    {
        Dictionary<string, object?> accounts = _cluster.Healthy();
        var wallet = PublicKey.Parse(_orders[rider].Destination);
        string held = Cluster.Token.AccountOf(wallet).ToString();
        (string account, object state) = lie switch
        {
            "program" => (wallet.ToString(), Accounts.Program()),
            "mint" => (wallet.ToString(), Accounts.Mint(9)),
            "token account" => (
                wallet.ToString(),
                Accounts.Token(Cluster.Mint, Cluster.Key("x"), 0)
            ),
            "given away" => (held, Accounts.Token(Cluster.Mint, Cluster.Key("thief"), 5)),
            "frozen" => (held, Accounts.Token(Cluster.Mint, wallet, 5, frozen: true)),
            _ => throw new ArgumentOutOfRangeException(nameof(lie)),
        };
        accounts[account] = state;
        node.On("getMultipleAccounts", Accounts.Of(accounts));
    }

    private Task<IReadOnlyList<PreflightAnswer>> AskAsync() =>
        _cluster.Adapter().PreflightAsync(_orders, default);

    private async Task<PreflightAnswer> SignAsync(int position)
    {
        SigningOutcome outcome = await _cluster
            .Adapter()
            .SignAsync(new SigningOrder(_orders, null), default);
        SigningOutcome.Rejected rejected = outcome.ShouldBeOfType<SigningOutcome.Rejected>(
            outcome.ToString()
        );
        rejected.Position.ShouldBe(position);
        return rejected.Answer;
    }

    private static string ShouldBeUnknown(PreflightAnswer answer) =>
        answer.ShouldBeOfType<PreflightAnswer.Unknown>(answer.ToString()).Cause;

    private static void ShouldFail(PreflightAnswer answer, FailureCode code) =>
        answer.ShouldBeOfType<PreflightAnswer.NeverPayable>(answer.ToString()).Code.ShouldBe(code);
}

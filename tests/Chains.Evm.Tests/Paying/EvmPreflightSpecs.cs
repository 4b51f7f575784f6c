using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Paying;

public sealed class EvmPreflightSpecs : IAsyncLifetime
{
    private const string Blacklisted = "Blacklistable: account is blacklisted";
    private const string Another = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private ScriptedChain _chain = null!;

    private ScriptedEvmNode Node => _chain.Node;

    public async Task InitializeAsync() => _chain = await StartAsync();

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task A_transfer_that_nothing_speaks_against_is_payable()
    {
        (await AskAsync()).ShouldBe(PreflightAnswer.Payable.Instance);
    }

    [Fact]
    public async Task V18_A_token_that_returns_nothing_pays_all_the_same()
    {
        Node.Transfers[Destination] = new ScriptedReply.Result("0x");

        (await AskAsync()).ShouldBe(PreflightAnswer.Payable.Instance);
    }

    [Fact]
    public async Task V17_A_token_that_returns_false_needs_an_operator()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Boolean(false);

        ShouldWait(await AskAsync(), ParkReason.NeedsOperator);
    }

    [Fact]
    public async Task A_blocked_destination_can_never_be_paid()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);
        Node.IsBlacklisted = account => ScriptedEvmNode.Boolean(account == Destination);

        (await AskAsync())
            .ShouldBeOfType<PreflightAnswer.NeverPayable>()
            .Code.ShouldBe(FailureCode.DestinationBlocked);
    }

    [Fact]
    public async Task V20_A_blocked_wallet_fails_nobody()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);
        Node.IsBlacklisted = _ => ScriptedEvmNode.Boolean(true);

        ShouldWait(await AskAsync(), ParkReason.AssetPaused);
    }

    [Fact]
    public async Task A_blacklist_that_cannot_be_read_fails_nobody()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);

        ShouldWait(await AskAsync(), ParkReason.NeedsOperator);
    }

    [Fact]
    public async Task A_blacklist_that_says_nothing_of_the_wallet_fails_nobody()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);
        Node.IsBlacklisted = account =>
            account == Wallet
                ? ScriptedEvmNode.Revert("no answer for you")
                : ScriptedEvmNode.Boolean(true);

        ShouldWait(await AskAsync(), ParkReason.NeedsOperator);
    }

    [Fact]
    public async Task A_blacklist_that_denies_what_the_token_says_fails_nobody()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);
        Node.IsBlacklisted = _ => ScriptedEvmNode.Boolean(false);

        ShouldWait(await AskAsync(), ParkReason.NeedsOperator);
    }

    [Theory]
    [InlineData(Wallet)]
    [InlineData(Destination)]
    public async Task Silence_about_the_blacklist_is_unknown(string silentAbout)
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(Blacklisted);
        Node.IsBlacklisted = account =>
            account == silentAbout
                ? new ScriptedReply.Http(503, "")
                : ScriptedEvmNode.Boolean(account == Destination);

        (await AskAsync()).ShouldBeOfType<PreflightAnswer.Unknown>();
    }

    [Theory]
    [InlineData("Pausable: paused", ParkReason.AssetPaused)]
    [InlineData("ERC20: transfer amount exceeds balance", ParkReason.WalletShortOfAsset)]
    [InlineData("TOKEN: it is Tuesday", ParkReason.NeedsOperator)]
    public async Task R26_V19_A_revert_waits_for_what_its_words_say(string text, ParkReason reason)
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert(text);

        ShouldWait(await AskAsync(), reason);
    }

    [Theory]
    [InlineData("0xd93c0665", ParkReason.AssetPaused)]
    [InlineData("0xe450d38c", ParkReason.WalletShortOfAsset)]
    [InlineData("0xdeadbeef", ParkReason.NeedsOperator)]
    [InlineData("0x", ParkReason.NeedsOperator)]
    public async Task A_custom_error_waits_for_what_it_means(string data, ParkReason reason)
    {
        Node.Transfers[Destination] = new ScriptedReply.Error("execution reverted", 3, data);

        ShouldWait(await AskAsync(), reason);
    }

    [Theory]
    [InlineData("header not found")]
    [InlineData("missing trie node")]
    [InlineData("daily request limit exceeded")]
    public async Task R26_What_only_the_node_refuses_is_unknown(string text)
    {
        Node.Transfers[Destination] = new ScriptedReply.Error(text);

        (await AskAsync()).ShouldBeOfType<PreflightAnswer.Unknown>();
    }

    [Fact]
    public async Task V3_Fees_above_the_cap_wait()
    {
        Node.NextBaseFee = 100 * ScriptedEvmNode.Gwei;

        ShouldWait(await AskAsync(), ParkReason.FeeAboveCap);
    }

    [Fact]
    public async Task A_wallet_that_cannot_pay_for_all_that_may_be_in_flight_waits()
    {
        // 16 transfers of 65,000 gas at 2 × 10 + 2 gwei, and the reserve.
        UInt128 needed = (UInt128)16 * 65_000 * 22 * ScriptedEvmNode.Gwei;
        _chain.Options.NativeReserveWei = 1_000;

        Node.NativeWei = needed + 999;
        PreflightAnswer short1 = await AskAsync();
        Node.NativeWei = needed + 1_000;
        PreflightAnswer enough = await AskAsync();

        ShouldWait(short1, ParkReason.WalletShortOfGas);
        enough.ShouldBe(PreflightAnswer.Payable.Instance);
    }

    [Fact]
    public async Task Orders_that_only_together_exceed_the_balance_are_payable_in_their_order()
    {
        Node.AssetUnits = 100;
        TransferOrder[] orders =
        [
            Order with
            {
                AmountMicro = 60,
            },
            Order with
            {
                AmountMicro = 50,
            },
            Order with
            {
                AmountMicro = 40,
            },
        ];

        IReadOnlyList<PreflightAnswer> answers = await AskAsync(orders);

        answers[0].ShouldBe(PreflightAnswer.Payable.Instance);
        ShouldWait(answers[1], ParkReason.WalletShortOfAsset);
        answers[2].ShouldBe(PreflightAnswer.Payable.Instance);
    }

    [Theory]
    [InlineData(Token)]
    [InlineData(Wallet)]
    [InlineData("0x0000000000000000000000000000000000000000")]
    [InlineData("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9")]
    public async Task V21_A_destination_that_is_nobodys_wallet_can_never_be_paid(string destination)
    {
        (await AskAsync([Order with { Destination = destination }]))
            .ShouldHaveSingleItem()
            .ShouldBeOfType<PreflightAnswer.NeverPayable>()
            .Code.ShouldBe(FailureCode.DestinationNotWallet);
        Node.CountOf("eth_call").ShouldBe(0);
    }

    [Fact]
    public async Task Fifty_orders_are_answered_by_position()
    {
        Node.Transfers[Another] = ScriptedEvmNode.Revert("TOKEN: it is Tuesday");
        TransferOrder[] orders =
        [
            .. Enumerable
                .Range(0, 50)
                .Select(i => Order with { Destination = i % 7 == 3 ? Another : Destination }),
        ];

        IReadOnlyList<PreflightAnswer> answers = await AskAsync(orders);

        answers.Count.ShouldBe(50);
        for (int i = 0; i < answers.Count; i++)
            (answers[i] is PreflightAnswer.Payable).ShouldBe(i % 7 != 3);
    }

    [Theory]
    [InlineData("eth_chainId")]
    [InlineData("eth_call")]
    [InlineData("eth_feeHistory")]
    [InlineData("eth_getBalance")]
    public async Task A_fault_of_any_read_is_unknown(string method)
    {
        Node.Override(method, new ScriptedReply.Http(500, "oops"));

        (await AskAsync()).ShouldBeOfType<PreflightAnswer.Unknown>();
    }

    private static void ShouldWait(PreflightAnswer answer, ParkReason reason) =>
        answer.ShouldBeOfType<PreflightAnswer.NotNow>().Reason.ShouldBe(reason);

    private async Task<PreflightAnswer> AskAsync() =>
        (await AskAsync([Order])).ShouldHaveSingleItem();

    private Task<IReadOnlyList<PreflightAnswer>> AskAsync(TransferOrder[] orders) =>
        _chain.Adapter().PreflightAsync(orders, CancellationToken.None);
}

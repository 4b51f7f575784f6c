using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

public sealed class PreflightSpecs : IAsyncLifetime
{
    private readonly TransferOrder[] _orders =
    [
        Cluster.Order(1, 100),
        Cluster.Order(2, 200),
        Cluster.Order(3, 300),
    ];

    private Cluster _cluster = null!;
    private Dictionary<string, object?> _accounts = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        _accounts = _cluster.Healthy();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Wallets_that_nobody_has_used_are_payable() => await ShouldBeAsync("", "", "");

    [Fact]
    public async Task The_documented_example_is_payable_where_it_is_no_program()
    {
        const string example = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin";
        TransferOrder order = _orders[0] with { Destination = example };
        (await AskAsync(order)).ShouldBe([""]);

        _accounts[example] = Accounts.Program();
        (await AskAsync(order)).ShouldBe(["DestinationNotWallet"]);
    }

    [Fact]
    public async Task S20_A_program_cannot_be_paid()
    {
        _accounts[_orders[1].Destination] = Accounts.Program();
        await ShouldBeAsync("", "DestinationNotWallet", "");
    }

    [Fact]
    public async Task S20_A_token_account_is_no_wallet()
    {
        _accounts[_orders[1].Destination] = Accounts.Token(Cluster.Mint, Cluster.Key("x"), 0);
        await ShouldBeAsync("", "DestinationNotWallet", "");
    }

    [Fact]
    public async Task S20_A_mint_is_no_wallet()
    {
        _accounts[_orders[1].Destination] = Accounts.Mint(9);
        await ShouldBeAsync("", "DestinationNotWallet", "");
    }

    [Fact]
    public async Task A_multisig_of_the_token_program_is_a_wallet()
    {
        _accounts[_orders[1].Destination] = Accounts.Account(1, Programs.Token, new byte[355]);
        await ShouldBeAsync("", "", "");
    }

    [Fact]
    public async Task A_frozen_token_account_is_blocked()
    {
        Holds(1, WalletOf(1), frozen: true);
        await ShouldBeAsync("", "DestinationBlocked", "");
    }

    [Fact]
    public async Task S19_A_token_account_that_was_given_away_is_not_the_wallets()
    {
        Holds(1, Cluster.Key("thief"), frozen: false);
        await ShouldBeAsync("", "DestinationNotWallet", "");
    }

    [Fact]
    public async Task Lamports_sent_to_an_account_that_is_not_created_yet_do_not_matter()
    {
        _accounts[Cluster.Token.AccountOf(WalletOf(1)).ToString()] = Accounts.Wallet(1);
        await ShouldBeAsync("", "", "");
    }

    [Fact]
    public async Task What_no_longer_fits_the_balance_waits_and_a_smaller_one_may_fit()
    {
        OurTokens(400);
        await ShouldBeAsync("", "", "WalletShortOfAsset");
        OurTokens(399);
        (await AskAsync(_orders[2], _orders[1], _orders[0])).ShouldBe(
            ["", "WalletShortOfAsset", "WalletShortOfAsset"],
            "300 fits 399, then 99 are left"
        );
        OurTokens(400);
        (await AskAsync(_orders[2], _orders[1], _orders[0])).ShouldBe([
            "",
            "WalletShortOfAsset",
            "",
        ]);
    }

    [Fact]
    public async Task A_wallet_without_a_token_account_is_short_of_the_asset()
    {
        _accounts.Remove(_cluster.Source.ToString());
        await ShouldBeAsync("WalletShortOfAsset", "WalletShortOfAsset", "WalletShortOfAsset");
    }

    [Fact]
    public async Task Our_own_frozen_account_blames_nobody_else()
    {
        OurTokens(1_000, frozen: true);
        await ShouldBeAsync("AssetPaused", "AssetPaused", "AssetPaused");
    }

    // Type 26, 33 bytes: an authority and whether it paused.
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "AssetPaused")]
    public async Task S22_A_paused_mint_holds_everything_up(byte paused, string expected)
    {
        byte[] extension = [26, 0, 33, 0, .. new byte[32], paused];
        _accounts[Cluster.Mint.ToString()] = Accounts.Mint(6, Programs.Token2022, extension);
        await ShouldBeAsync(expected, expected, expected);
    }

    [Fact]
    public async Task S15_S17_Rent_for_new_accounts_is_counted_beside_the_reserve()
    {
        ulong fee = (ulong)
            Building.TransactionFee.Lamports(
                Building.TransactionFee.UnitLimit(_cluster.Options, _cluster.Options.MaxTransfers),
                1_000_000
            );
        OurLamports(10_000_000 + fee + (2 * 2_039_280));
        await ShouldBeAsync("", "", "WalletShortOfGas");

        Holds(0, WalletOf(0), frozen: false);
        await ShouldBeAsync("", "", "");

        OurLamports(10_000_000);
        await ShouldBeAsync("WalletShortOfGas", "WalletShortOfGas", "WalletShortOfGas");
    }

    [Fact]
    public async Task One_new_account_costs_once_however_many_orders_go_to_it()
    {
        ulong fee = (ulong)
            Building.TransactionFee.Lamports(
                Building.TransactionFee.UnitLimit(_cluster.Options, _cluster.Options.MaxTransfers),
                1_000_000
            );
        OurLamports(10_000_000 + fee + 2_039_280);

        (await AskAsync(_orders[0], _orders[0] with { PayoutNumber = 9 })).ShouldBe(["", ""]);
    }

    [Theory]
    [InlineData("getMultipleAccounts")]
    [InlineData("getMinimumBalanceForRentExemption")]
    [InlineData("getGenesisHash")]
    public async Task Silence_says_nothing_about_anybody(string method)
    {
        _cluster.Node.On(method, new Answer.Http(429));
        IReadOnlyList<PreflightAnswer> answers = await _cluster
            .Adapter()
            .PreflightAsync(_orders, default);

        answers.Count.ShouldBe(3);
        answers.ShouldAllBe(a => a is PreflightAnswer.Unknown);
    }

    [Fact]
    public async Task A_hundred_orders_cost_three_calls_of_accounts_and_one_of_rent()
    {
        TransferOrder[] orders = [.. Enumerable.Range(1, 100).Select(i => Cluster.Order(i, 1))];

        (await AskAsync(orders)).Length.ShouldBe(100);

        _cluster.Node.Methods.ShouldBe([
            "getGenesisHash",
            "getEpochInfo",
            "getMultipleAccounts",
            "getMultipleAccounts",
            "getMultipleAccounts",
            "getMinimumBalanceForRentExemption",
        ]);
    }

    private async Task ShouldBeAsync(params string[] expected) =>
        (await AskAsync(_orders)).ShouldBe(expected);

    // Empty: payable.
    private async Task<string[]> AskAsync(params TransferOrder[] orders)
    {
        _cluster.Node.On("getMultipleAccounts", Accounts.Of(_accounts));
        IReadOnlyList<PreflightAnswer> answers = await _cluster
            .Adapter()
            .PreflightAsync(orders, default);
        return
        [
            .. answers.Select(answer =>
                answer switch
                {
                    PreflightAnswer.Payable => "",
                    PreflightAnswer.NeverPayable never => never.Code.ToString(),
                    PreflightAnswer.NotNow later => later.Reason.ToString(),
                    _ => answer.ToString(),
                }
            ),
        ];
    }

    private PublicKey WalletOf(int index) => PublicKey.Parse(_orders[index].Destination);

    private void Holds(int index, PublicKey owner, bool frozen) =>
        _accounts[Cluster.Token.AccountOf(WalletOf(index)).ToString()] = Accounts.Token(
            Cluster.Mint,
            owner,
            5,
            frozen
        );

    private void OurTokens(ulong baseUnits, bool frozen = false) =>
        _accounts[_cluster.Source.ToString()] = Accounts.Token(
            Cluster.Mint,
            _cluster.Signer.PublicKey,
            baseUnits,
            frozen
        );

    private void OurLamports(ulong lamports) =>
        _accounts[_cluster.Signer.Address] = Accounts.Wallet(lamports);
}

using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>Batches through the vault on a real chain: whom the token refuses, who was paid before, tokens without manners.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class VaultSpecs(EthereumChain chain)
{
    private const int MostSteps = 50;

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>How StrangeToken treats a recipient.</summary>
    private enum Manner
    {
        Plain,
        Silent,
        ReturnsFalse,
        Reverts,
        ReturnsTwo = 6,
    }

    [Fact]
    public async Task B1_V19_Neighbours_of_a_blacklisted_destination_are_paid()
    {
        TransferOrder[] orders =
        [
            EthereumChain.FreshOrder(1_000),
            EthereumChain.FreshOrder(2_000),
            EthereumChain.FreshOrder(3_000),
        ];
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.VaultOptions());
        SignedTransaction signed = await adapter.SignedAsync(orders);

        await chain.BlacklistAsync(orders[1].Destination);
        Observation.Landed landed = await LandAsync(adapter, signed, orders);
        IReadOnlyList<PreflightAnswer> again = await adapter.PreflightAsync(orders, None);

        landed.Transfers.Select(t => t.Paid).ShouldBe([true, false, true]);
        landed.Transfers[1].NeedsOperator.ShouldBeNull();
        landed.Transfers[1].Proof.Json.ShouldContain("account is blacklisted");
        (await BalancesAsync(orders)).ShouldBe([1_000, 0, 3_000]);
        // The vault's bit is clear: it is the token that decides what becomes of him.
        again[1]
            .ShouldBeOfType<PreflightAnswer.NeverPayable>()
            .Code.ShouldBe(FailureCode.DestinationBlocked);
        foreach (int paid in new[] { 0, 2 })
        {
            PreflightAnswer.NotNow waiting = again[paid].ShouldBeOfType<PreflightAnswer.NotNow>();
            waiting.Reason.ShouldBe(ParkReason.NeedsOperator);
            waiting.Detail.ShouldContain("exactly this transfer");
            waiting.Detail.ShouldContain(signed.TransactionId);
        }
    }

    [Fact]
    public async Task B2_A_payout_that_was_paid_before_moves_nothing_and_harms_nobody()
    {
        TransferOrder[] orders = [EthereumChain.FreshOrder(1_000), EthereumChain.FreshOrder(2_000)];
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.VaultOptions());
        await LandAsync(adapter, await adapter.SignedAsync(orders[0]), [orders[0]]);

        // As a worker would whose database has forgotten it and whose node is behind.
        Observation.Landed landed = await LandAsync(
            adapter,
            await adapter.SignedAsync(orders),
            orders
        );

        landed.Transfers.Select(t => t.Paid).ShouldBe([false, true]);
        landed.Transfers[0].NeedsOperator.ShouldNotBeNull();
        landed.Transfers[0].Proof.Json.ShouldContain("alreadyPaid");
        (await BalancesAsync(orders)).ShouldBe([1_000, 2_000]);
    }

    [Fact]
    public async Task V17_V18_Tokens_without_manners_pay_whom_they_pay()
    {
        (EvmChainAdapter adapter, EvmAddress token) = await StrangeAsync();
        Manner[] manners = [Manner.Plain, Manner.Silent, Manner.ReturnsFalse, Manner.Reverts];
        TransferOrder[] orders = [.. manners.Select(_ => EthereumChain.FreshOrder(5_000))];
        for (int i = 0; i < manners.Length; i++)
            await SetMannerAsync(token, orders[i], manners[i]);

        IdentityCheck identity = await adapter.VerifyIdentityAsync(None);
        Observation.Landed landed = await LandAsync(
            adapter,
            await adapter.SignedAsync(orders),
            orders
        );

        identity.ShouldBeOfType<IdentityCheck.Confirmed>();
        landed.Transfers.Select(t => t.Paid).ShouldBe([true, true, false, false]);
        foreach ((TransferOrder order, bool isPaid) in orders.Zip([true, true, false, false]))
        {
            (await chain.BalanceOfAsync(token, order.Destination)).ShouldBe(
                isPaid ? BaseUnits.FromMicro(5_000, 18) : 0
            );
        }
    }

    [Fact]
    public async Task B1_Who_gets_an_unclear_answer_is_left_alone_by_halving()
    {
        (EvmChainAdapter adapter, EvmAddress token) = await StrangeAsync();
        TransferOrder[] orders =
        [
            EthereumChain.FreshOrder(1),
            EthereumChain.FreshOrder(2),
            EthereumChain.FreshOrder(3),
            EthereumChain.FreshOrder(4),
        ];
        await SetMannerAsync(token, orders[3], Manner.ReturnsTwo);

        SigningOutcome all = await adapter.TrySignAsync(orders);
        SigningOutcome half = await adapter.TrySignAsync(orders[..2]);
        SigningOutcome alone = await adapter.TrySignAsync(orders[3..]);

        all.ShouldBeOfType<SigningOutcome.TooMany>().Fits.ShouldBe(2);
        half.ShouldBeOfType<SigningOutcome.Signed>();
        alone.ShouldBeOfType<SigningOutcome.NotNow>().Detail.ShouldContain("neither yes nor no");
    }

    [Fact]
    public async Task A_vault_of_another_operator_is_a_mismatch()
    {
        EvmOptions options = EthereumChain.Options();
        EvmAddress vault = await chain.DeployAsync(
            Contracts.Vault,
            Erc20.Word(EvmAddress.Parse(options.Token)),
            Erc20.Word(6u),
            Erc20.Word(EvmAddress.Parse(EthereumChain.FreshAddress())),
            Erc20.Word(EvmAddress.Parse(EthereumChain.FreshAddress()))
        );
        options.Vault = vault.ToString();

        IdentityCheck check = await chain.Adapter(options).VerifyIdentityAsync(None);

        check.ShouldBeOfType<IdentityCheck.Mismatch>().Problem.ShouldContain("operator");
    }

    private async Task<(EvmChainAdapter Adapter, EvmAddress Token)> StrangeAsync()
    {
        EvmAddress token = await chain.DeployAsync(Contracts.StrangeToken);
        EvmAddress vault = await chain.DeployAsync(
            Contracts.Vault,
            Erc20.Word(token),
            Erc20.Word(18u),
            Erc20.Word(EvmAddress.Parse(EthereumChain.Wallet)),
            Erc20.Word(EvmAddress.Parse(EthereumChain.FreshAddress()))
        );
        UInt128 funds = BaseUnits.FromMicro(1_000_000, 18);
        await chain.CallAsync(
            token,
            [.. Selector("mint(address,uint256)"), .. Erc20.Word(vault), .. Erc20.Word(funds)]
        );
        EvmOptions options = EthereumChain.Options();
        options.Token = token.ToString();
        options.Vault = vault.ToString();
        options.Decimals = 18;
        return (chain.Adapter(options), token);
    }

    private Task SetMannerAsync(EvmAddress token, TransferOrder order, Manner manner) =>
        chain.CallAsync(
            token,
            [
                .. Selector("setManner(address,uint8)"),
                .. Erc20.Word(EvmAddress.Parse(order.Destination)),
                .. Erc20.Word((uint)manner),
            ]
        );

    private static byte[] Selector(string signature) =>
        Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature))[..4];

    private async Task<Observation.Landed> LandAsync(
        EvmChainAdapter adapter,
        SignedTransaction signed,
        TransferOrder[] orders
    )
    {
        OpenTransaction open = AdapterSteps.Open(orders, signed);
        (await adapter.SendAsync(signed)).ShouldBe(BroadcastOutcome.Taken.Instance);
        Observation seen = new Observation.NotSeen("not asked");
        for (int i = 0; i < MostSteps && seen is not Observation.Landed; i++)
        {
            await chain.MineAsync(2);
            seen = await adapter.ObserveAsync(open);
        }
        return seen.ShouldBeOfType<Observation.Landed>(seen.ToString());
    }

    private async Task<UInt128[]> BalancesAsync(IEnumerable<TransferOrder> orders)
    {
        var balances = new List<UInt128>();
        foreach (TransferOrder order in orders)
            balances.Add(await chain.BalanceOfAsync(order.Destination));
        return [.. balances];
    }
}

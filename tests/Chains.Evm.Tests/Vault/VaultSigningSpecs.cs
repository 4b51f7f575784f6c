using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Evm.Tests.Vault;

/// <summary>Identity, limits and what is signed.</summary>
public sealed class VaultSigningSpecs : AVaultOnAScriptedNode
{
    [Fact]
    public async Task A_vault_of_our_token_and_our_wallet_is_confirmed()
    {
        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Fact]
    public async Task A_vault_of_another_token_operator_or_unit_is_a_mismatch()
    {
        Vault.Token = Stranger;
        await ShouldMismatchAsync("token", Stranger);
        Node.Vault = new ScriptedVault { Operator = Stranger };
        await ShouldMismatchAsync("operator", Stranger);
        Node.Vault = new ScriptedVault { Unit = 1_000 };
        await ShouldMismatchAsync("unit", "1000");
    }

    [Fact]
    public async Task An_address_without_a_vault_is_a_mismatch_and_silence_is_unknown()
    {
        Node.Vault = null;
        await ShouldMismatchAsync("token", "not a vault");
        Node.Override("eth_call", new ScriptedReply.Http(503, ""));

        (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Unknown>();
    }

    [Fact]
    public void The_limits_are_those_of_a_batch()
    {
        Chain.Options.Batch.MaxTransfers = 42;
        Chain.Options.Batch.Linger = TimeSpan.FromSeconds(3);

        ChainLimits limits = Chain.Adapter().Limits;

        limits.MaxTransfers.ShouldBe(42);
        limits.Linger.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_batch_is_one_call_of_the_vault()
    {
        SignedTransaction signed = await SignAsync(Orders(3));

        Eip1559Transaction call = StoredTransaction.TryRead(signed.Bytes).ShouldNotBeNull();
        call.To.ShouldBe(EvmAddress.Parse(ScriptedVault.Address));
        PayCall
            .Read(call.Data.Span)!
            .Select(i => new TransferOrder(i.Number, i.To.ToString(), i.Micro))
            .ShouldBe(Orders(3));
    }

    [Fact]
    public async Task B6_What_does_not_fit_the_gas_of_a_transaction_rides_on_the_next()
    {
        Vault.Gas = count => Quantity((UInt128)count * 200_000);

        // 60 × 200,000 with half on top is 18 million; 2^24 holds 55 of them.
        (await TrySignAsync(Orders(60)))
            .ShouldBeOfType<SigningOutcome.TooMany>()
            .Fits.ShouldBe(55);
        (await TrySignAsync(Orders(55))).ShouldBeOfType<SigningOutcome.Signed>();
    }

    [Fact]
    public async Task B9_R15_What_may_cost_more_than_nodes_take_rides_on_the_next()
    {
        Vault.Gas = count => Quantity((UInt128)count * 30_000);
        // 45,000 gas each at 22 gwei.
        Chain.Options.Batch.MaxFeeWei = (UInt128)45_000 * 22 * ScriptedEvmNode.Gwei * 7;

        (await TrySignAsync(Orders(20))).ShouldBeOfType<SigningOutcome.TooMany>().Fits.ShouldBe(7);
        (await TrySignAsync(Orders(7))).ShouldBeOfType<SigningOutcome.Signed>();
        Chain.Options.Batch.MaxFeeWei = 1;
        (await TrySignAsync(Orders(1)))
            .ShouldBeOfType<SigningOutcome.NotNow>()
            .Reason.ShouldBe(ParkReason.FeeAboveCap);
    }

    [Fact]
    public async Task B1_An_unclear_transfer_is_found_by_halving()
    {
        Vault.Gas = _ => new ScriptedReply.Error("execution reverted", 3, "0x7facb98a");

        (await TrySignAsync(Orders(9))).ShouldBeOfType<SigningOutcome.TooMany>().Fits.ShouldBe(4);
        SigningOutcome.NotNow alone = (
            await TrySignAsync(Orders(1))
        ).ShouldBeOfType<SigningOutcome.NotNow>();
        alone.Reason.ShouldBe(ParkReason.NeedsOperator);
        alone.Detail.ShouldContain("neither yes nor no");
    }

    [Fact]
    public async Task A_wallet_that_is_no_operator_any_more_signs_nothing()
    {
        Vault.Gas = _ => new ScriptedReply.Error("execution reverted", 3, "0x7c214f04");

        SigningOutcome.NotNow waiting = (
            await TrySignAsync(Orders(9))
        ).ShouldBeOfType<SigningOutcome.NotNow>();
        waiting.Reason.ShouldBe(ParkReason.NeedsOperator);
        waiting.Detail.ShouldContain("operator");
    }

    [Fact]
    public async Task A_payout_never_rides_twice_on_one_transaction()
    {
        TransferOrder[] orders = [.. Orders(2), Orders(1)[0]];

        SigningOutcome.Rejected rejected = (
            await TrySignAsync(orders)
        ).ShouldBeOfType<SigningOutcome.Rejected>();

        rejected.Position.ShouldBe(2);
    }

    [Fact]
    public async Task More_than_the_limit_do_not_ride_together_and_none_is_no_batch()
    {
        Chain.Options.Batch.MaxTransfers = 2;

        (await TrySignAsync(Orders(3))).ShouldBeOfType<SigningOutcome.NotNow>();
        (await TrySignAsync([])).ShouldBeOfType<SigningOutcome.NotNow>();
    }

    private async Task ShouldMismatchAsync(params string[] words)
    {
        string problem = (await VerifyAsync()).ShouldBeOfType<IdentityCheck.Mismatch>().Problem;
        foreach (string word in words)
            problem.ShouldContain(word);
    }
}

using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Tests.Replacing;

/// <summary>What is signed at the nonce of an open transaction, and when nothing is.</summary>
public sealed class EvmReplacerSpecs : IAsyncLifetime
{
    private const ulong Gwei = ScriptedEvmNode.Gwei;

    private ScriptedChain _chain = null!;
    private ScriptedEvmNode _node = null!;

    public async Task InitializeAsync()
    {
        _chain = await ScriptedChain.StartAsync();
        _node = _chain.Node;
    }

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task E2_The_same_payment_is_signed_at_the_same_nonce_and_only_the_price_differs()
    {
        StoredAttempt first = _chain.Attempt();
        _node.LatestNonce = ScriptedChain.Nonce;

        SignedTransaction dearer = await SignedAsync(first, AttemptKind.Payment);

        Eip1559Transaction before = StoredTransaction.TryRead(first.Bytes).ShouldNotBeNull();
        Eip1559Transaction after = StoredTransaction.TryRead(dearer.Bytes).ShouldNotBeNull();
        after.Nonce.ShouldBe(before.Nonce);
        after.To.ShouldBe(before.To);
        after.GasLimit.ShouldBe(before.GasLimit);
        after.Data.ToArray().ShouldBe(before.Data.ToArray());
        after.MaxFeePerGas.ShouldBeGreaterThanOrEqualTo((UInt128)(20 * Gwei));
        dearer.Kind.ShouldBe(AttemptKind.Payment);
        dearer.Fees.ShouldBe(new OfferedFees(after.MaxFeePerGas, after.MaxPriorityFeePerGas));
    }

    [Fact]
    public async Task E8_A_cancel_pays_nobody_and_uses_up_the_nonce()
    {
        _node.LatestNonce = ScriptedChain.Nonce;

        SignedTransaction cancel = await SignedAsync(_chain.Attempt(), AttemptKind.Cancel);

        Eip1559Transaction read = StoredTransaction.TryRead(cancel.Bytes).ShouldNotBeNull();
        read.Nonce.ShouldBe(ScriptedChain.Nonce);
        read.To.ShouldBe(EvmAddress.Parse(ScriptedChain.Wallet));
        read.Data.Length.ShouldBe(0);
        read.GasLimit.ShouldBe(21_000UL);
        cancel.Kind.ShouldBe(AttemptKind.Cancel);
    }

    [Fact]
    public async Task V3_Above_the_cap_nothing_is_signed()
    {
        _node.LatestNonce = ScriptedChain.Nonce;
        _node.NextBaseFee = 100_000 * Gwei;

        ReplacementOutcome outcome = await ReplaceAsync(_chain.Attempt(), AttemptKind.Payment);

        outcome.ShouldBeOfType<ReplacementOutcome.AtCap>();
    }

    [Fact]
    public async Task Behind_an_open_nonce_a_price_is_raised_only_when_somebody_asks()
    {
        _node.LatestNonce = ScriptedChain.Nonce - 1;
        var order = new ReplacementOrder(ScriptedChain.Open(_chain.Attempt()), AttemptKind.Payment);
        EvmChainAdapter adapter = _chain.Adapter();

        ReplacementOutcome byItself = await adapter.ReplaceAsync(order, default);
        ReplacementOutcome asked = await adapter.ReplaceAsync(
            order with
            {
                EvenBehindOthers = true,
            },
            default
        );

        byItself.ShouldBeOfType<ReplacementOutcome.NotNow>().Detail.ShouldContain("behind nonce");
        asked.ShouldBeOfType<ReplacementOutcome.Signed>();
    }

    [Fact]
    public async Task A_nonce_that_is_used_up_is_not_signed_for_again()
    {
        _node.LatestNonce = ScriptedChain.Nonce + 1;

        (
            await ReplaceAsync(_chain.Attempt(), AttemptKind.Payment)
        ).ShouldBeOfType<ReplacementOutcome.NotNow>();
    }

    [Fact]
    public async Task A_wallet_that_cannot_pay_a_higher_price_keeps_its_offer()
    {
        _node.LatestNonce = ScriptedChain.Nonce;
        _node.NativeWei = 1;

        (
            await ReplaceAsync(_chain.Attempt(), AttemptKind.Payment)
        ).ShouldBeOfType<ReplacementOutcome.NotNow>();
    }

    [Theory]
    [InlineData("00")]
    [InlineData("02")]
    [InlineData("02c0")]
    [InlineData("02f8ff")]
    public async Task Bytes_that_are_not_ours_are_not_replaced(string hex)
    {
        var attempt = new StoredAttempt("0x00", Convert.FromHexString(hex));

        (
            await ReplaceAsync(attempt, AttemptKind.Payment)
        ).ShouldBeOfType<ReplacementOutcome.NotNow>();
    }

    [Fact]
    public async Task V26_A_cancel_that_is_final_proves_that_no_payment_lands()
    {
        StoredAttempt payment = _chain.Attempt();
        StoredAttempt cancel = await CancelOfAsync(payment);
        _node.Receipts[cancel.TransactionId] = ScriptedChain.Receipt(cancel);
        _node.FinalNonce = _node.LatestNonce = ScriptedChain.Nonce + 1;

        Observation seen = await ObserveAsync(payment, cancel);

        Observation.Never never = seen.ShouldBeOfType<Observation.Never>();
        never.Reason.ShouldBe(NeverReason.Replaced);
        never.Proof.Json.ShouldContain(cancel.TransactionId);
        never.Proof.Json.ShouldContain("\"consumedByAttempt\":2");
    }

    [Fact]
    public async Task E8_A_cancel_that_is_not_final_proves_nothing()
    {
        StoredAttempt payment = _chain.Attempt();
        StoredAttempt cancel = await CancelOfAsync(payment);
        _node.Receipts[cancel.TransactionId] = ScriptedChain.Receipt(cancel, block: 999);
        _node.LatestNonce = ScriptedChain.Nonce + 1;

        (await ObserveAsync(payment, cancel)).ShouldBeOfType<Observation.Included>();
    }

    [Fact]
    public async Task E3_A_cancel_is_no_proof_where_the_account_says_that_its_nonce_is_free()
    {
        StoredAttempt payment = _chain.Attempt();
        StoredAttempt cancel = await CancelOfAsync(payment);
        _node.Receipts[cancel.TransactionId] = ScriptedChain.Receipt(cancel);
        _node.FinalNonce = ScriptedChain.Nonce;

        (await ObserveAsync(payment, cancel)).ShouldBeOfType<Observation.Unknown>();
    }

    private async Task<StoredAttempt> CancelOfAsync(StoredAttempt payment)
    {
        _node.LatestNonce = ScriptedChain.Nonce;
        SignedTransaction signed = await SignedAsync(payment, AttemptKind.Cancel);
        return new StoredAttempt(signed.TransactionId, signed.Bytes) { Kind = AttemptKind.Cancel };
    }

    private async Task<Observation> ObserveAsync(params StoredAttempt[] attempts) =>
        (await _chain.Adapter().ObserveAsync([ScriptedChain.Open(attempts)], default))[0];

    private async Task<SignedTransaction> SignedAsync(StoredAttempt attempt, AttemptKind kind) =>
        (await ReplaceAsync(attempt, kind)).ShouldBeOfType<ReplacementOutcome.Signed>().Transaction;

    private Task<ReplacementOutcome> ReplaceAsync(StoredAttempt attempt, AttemptKind kind) =>
        _chain
            .Adapter()
            .ReplaceAsync(new ReplacementOrder(ScriptedChain.Open(attempt), kind), default);
}

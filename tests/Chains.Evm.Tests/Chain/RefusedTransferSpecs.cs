namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>What the token itself refuses, on a real chain.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class RefusedTransferSpecs(EthereumChain chain)
{
    private const ulong FarFromFinal = 40;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task V19_A_blacklisted_destination_can_never_be_paid()
    {
        var order = new TransferOrder(1, EthereumChain.FreshAddress(), 1_000_000);
        await chain.BlacklistAsync(order.Destination);
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options());

        IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync([order], None);
        SigningOutcome signing = await adapter.SignAsync(new SigningOrder([order], 0), None);

        answers
            .ShouldHaveSingleItem()
            .ShouldBeOfType<PreflightAnswer.NeverPayable>()
            .Code.ShouldBe(FailureCode.DestinationBlocked);
        signing
            .ShouldBeOfType<SigningOutcome.Rejected>()
            .Answer.ShouldBeOfType<PreflightAnswer.NeverPayable>();
    }

    [Fact]
    public async Task V20_A_blacklisted_wallet_waits_and_nobody_fails()
    {
        var order = new TransferOrder(1, EthereumChain.FreshAddress(), 1_000_000);
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options());
        await chain.BlacklistAsync(EthereumChain.Wallet);
        try
        {
            IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync([order], None);

            answers
                .ShouldHaveSingleItem()
                .ShouldBeOfType<PreflightAnswer.NotNow>()
                .Reason.ShouldBe(ParkReason.AssetPaused);
        }
        finally
        {
            await chain.UnBlacklistAsync(EthereumChain.Wallet);
        }
    }

    [Fact]
    public async Task V19_A_paused_token_waits()
    {
        var order = new TransferOrder(1, EthereumChain.FreshAddress(), 1_000_000);
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options());
        await chain.PauseAsync();
        try
        {
            IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync([order], None);
            SigningOutcome signing = await adapter.SignAsync(new SigningOrder([order], 0), None);

            answers
                .ShouldHaveSingleItem()
                .ShouldBeOfType<PreflightAnswer.NotNow>()
                .Reason.ShouldBe(ParkReason.AssetPaused);
            signing.ShouldBeOfType<SigningOutcome.NotNow>().Reason.ShouldBe(ParkReason.AssetPaused);
        }
        finally
        {
            await chain.UnpauseAsync();
        }
    }

    [Fact]
    public async Task V11_A_transfer_that_reverts_is_proven_never_to_pay_at_finality_and_not_before()
    {
        var order = new TransferOrder(1, EthereumChain.FreshAddress(), 1_000_000);
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options(FarFromFinal));
        ulong? nonce = await adapter.ReadNextNonceAsync(None);
        SigningOutcome outcome = await adapter.SignAsync(new SigningOrder([order], nonce), None);
        SignedTransaction signed = outcome.ShouldBeOfType<SigningOutcome.Signed>().Transaction;
        var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);
        var open = new OpenTransaction(signed.Sender, signed.Nonce, null, [attempt], [order]);

        await chain.BlacklistAsync(order.Destination);
        BroadcastOutcome sent = await adapter.BroadcastAsync(attempt, again: false, None);
        await chain.MineAsync(1);
        Observation beforeFinality = (await adapter.ObserveAsync([open], None))[0];
        TransferSighting early = await adapter.FindTransferAsync(
            attempt.TransactionId,
            order,
            None
        );
        await chain.MineAsync((int)FarFromFinal);
        Observation atFinality = (await adapter.ObserveAsync([open], None))[0];
        TransferSighting late = await adapter.FindTransferAsync(attempt.TransactionId, order, None);

        sent.ShouldBe(BroadcastOutcome.Taken.Instance);
        beforeFinality.ShouldBeOfType<Observation.Included>();
        Observation.Never never = atFinality.ShouldBeOfType<Observation.Never>();
        never.Reason.ShouldBe(NeverReason.Reverted);
        never.Proof.Json.ShouldContain("\"status\":0");
        early.ShouldBeOfType<TransferSighting.Pending>();
        late.ShouldBeOfType<TransferSighting.Failed>();
        (await chain.BalanceOfAsync(order.Destination)).ShouldBe(UInt128.Zero);
    }
}

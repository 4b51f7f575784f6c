namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>Dearer attempts and cancels on a real chain whose fees rise.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class ReplacementSpecs(EthereumChain chain)
{
    private const ulong Depth = 40;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task V3_V5_What_is_stuck_at_a_low_fee_lands_once_at_a_higher_one()
    {
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options(Depth));
        TransferOrder order = Order();
        SignedTransaction first = await StuckAsync(adapter, order);

        SignedTransaction dearer = await ReplaceAsync(adapter, order, AttemptKind.Payment, first);
        BroadcastOutcome sent = await SendAsync(adapter, dearer);
        await chain.MineAsync(1);
        Observation included = await ObserveAsync(adapter, order, first, dearer);
        await chain.MineAsync((int)Depth + 2);
        Observation landed = await ObserveAsync(adapter, order, first, dearer);

        sent.ShouldBe(BroadcastOutcome.Taken.Instance);
        included.ShouldBeOfType<Observation.Included>();
        landed.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(dearer.TransactionId);
        (await SendAsync(adapter, first)).ShouldBeOfType<BroadcastOutcome.Refused>();
        (await chain.BalanceOfAsync(order.Destination)).ShouldBe((UInt128)order.AmountMicro);
    }

    [Fact]
    public async Task V26_A_cancel_that_wins_proves_that_nobody_was_paid()
    {
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options(Depth));
        TransferOrder order = Order();
        SignedTransaction first = await StuckAsync(adapter, order);

        SignedTransaction cancel = await ReplaceAsync(adapter, order, AttemptKind.Cancel, first);
        await SendAsync(adapter, cancel);
        await chain.MineAsync(1);
        Observation included = await ObserveAsync(adapter, order, first, cancel);
        await chain.MineAsync((int)Depth + 2);
        Observation dead = await ObserveAsync(adapter, order, first, cancel);

        included.ShouldBeOfType<Observation.Included>();
        Observation.Never never = dead.ShouldBeOfType<Observation.Never>();
        never.Reason.ShouldBe(NeverReason.Replaced);
        never.Proof.Json.ShouldContain(cancel.TransactionId);
        (await chain.BalanceOfAsync(order.Destination)).ShouldBe(UInt128.Zero);
    }

    [Fact]
    public async Task V27_P9_A_cancel_that_comes_too_late_changes_nothing()
    {
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options(Depth));
        TransferOrder order = Order();
        SignedTransaction first = await SignAsync(adapter, order);
        SignedTransaction cancel = await ReplaceAsync(adapter, order, AttemptKind.Cancel, first);
        await SendAsync(adapter, first);
        await chain.MineAsync(1);

        BroadcastOutcome late = await SendAsync(adapter, cancel);
        await chain.MineAsync((int)Depth + 2);
        Observation seen = await ObserveAsync(adapter, order, first, cancel);

        late.ShouldBeOfType<BroadcastOutcome.Refused>().Reason.ShouldBe(RefusalReason.NonceTooLow);
        seen.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        (await chain.BalanceOfAsync(order.Destination)).ShouldBe((UInt128)order.AmountMicro);
    }

    [Fact]
    public async Task V8_A_replacement_that_a_reorganisation_takes_out_leaves_its_place_to_the_original()
    {
        EvmChainAdapter adapter = chain.Adapter(EthereumChain.Options(Depth));
        TransferOrder order = Order();
        SignedTransaction first = await SignAsync(adapter, order);
        SignedTransaction dearer = await ReplaceAsync(adapter, order, AttemptKind.Payment, first);
        string before = await chain.SnapshotAsync();
        await SendAsync(adapter, dearer);
        await chain.MineAsync(1);
        Observation included = await ObserveAsync(adapter, order, first, dearer);

        await chain.RevertAsync(before);
        BroadcastOutcome again = await SendAsync(adapter, first);
        await chain.MineAsync((int)Depth + 4);
        Observation seen = await ObserveAsync(adapter, order, first, dearer);

        included.ShouldBeOfType<Observation.Included>();
        again.ShouldBe(BroadcastOutcome.Taken.Instance);
        seen.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        (await chain.BalanceOfAsync(order.Destination)).ShouldBe((UInt128)order.AmountMicro);
    }

    private static TransferOrder Order() => new(1, EthereumChain.FreshAddress(), 1_000_000);

    /// <summary>Sent, and then the next block became too dear for it.</summary>
    private async Task<SignedTransaction> StuckAsync(EvmChainAdapter adapter, TransferOrder order)
    {
        SignedTransaction signed = await SignAsync(adapter, order);
        await chain.SetNextBaseFeeAsync(signed.Fees!.MaxFee * 20);
        await SendAsync(adapter, signed);
        await chain.MineAsync(1);
        (await ObserveAsync(adapter, order, signed)).ShouldBeOfType<Observation.NotSeen>();
        return signed;
    }

    private static async Task<SignedTransaction> SignAsync(
        EvmChainAdapter adapter,
        TransferOrder order
    )
    {
        ulong? nonce = await adapter.ReadNextNonceAsync(None);
        SigningOutcome outcome = await adapter.SignAsync(new SigningOrder([order], nonce), None);
        return outcome.ShouldBeOfType<SigningOutcome.Signed>().Transaction;
    }

    private static async Task<SignedTransaction> ReplaceAsync(
        EvmChainAdapter adapter,
        TransferOrder order,
        AttemptKind kind,
        SignedTransaction first
    )
    {
        ReplacementOutcome outcome = await adapter.ReplaceAsync(
            new ReplacementOrder(Open(order, first), kind),
            None
        );
        return outcome.ShouldBeOfType<ReplacementOutcome.Signed>().Transaction;
    }

    private static Task<BroadcastOutcome> SendAsync(
        EvmChainAdapter adapter,
        SignedTransaction signed
    ) => adapter.BroadcastAsync(Stored(signed), again: true, None);

    private static async Task<Observation> ObserveAsync(
        EvmChainAdapter adapter,
        TransferOrder order,
        params SignedTransaction[] attempts
    ) => (await adapter.ObserveAsync([Open(order, attempts)], None))[0];

    private static OpenTransaction Open(TransferOrder order, params SignedTransaction[] attempts) =>
        new(attempts[0].Sender, attempts[0].Nonce, null, [.. attempts.Select(Stored)], [order]);

    private static StoredAttempt Stored(SignedTransaction signed) =>
        new(signed.TransactionId, signed.Bytes) { Kind = signed.Kind };
}

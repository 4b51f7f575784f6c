namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>Dearer attempts and cancels of single transfers.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class ReplacementSpecs(EthereumChain chain) : AReplacement(chain)
{
    private const int MostRaises = 40;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly EvmChainAdapter _adapter = chain.Adapter(EthereumChain.Options(Depth));

    [Fact]
    public async Task V3_V5_What_is_stuck_at_a_low_fee_lands_once_at_a_higher_one()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        OpenTransaction open = await StuckAsync(_adapter, order);

        SignedTransaction dearer = await _adapter.ReplacedAsync(open);
        BroadcastOutcome sent = await _adapter.SendAsync(dearer);
        (Observation included, Observation final) = await SettleAsync(_adapter, open.With(dearer));

        sent.ShouldBe(BroadcastOutcome.Taken.Instance);
        included.ShouldBeOfType<Observation.Included>();
        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(dearer.TransactionId);
        (
            await _adapter.BroadcastAsync(open.Attempts[0], again: true, None)
        ).ShouldBeOfType<BroadcastOutcome.Refused>();
        await ShouldBePaidOnceAsync(order);
    }

    [Fact]
    public async Task R10_A_dearer_attempt_whose_nonce_is_used_is_raised_no_further_and_the_one_that_landed_counts()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        SignedTransaction first = await _adapter.SignedAsync(order);
        SignedTransaction dearer = await _adapter.ReplacedAsync(AdapterSteps.Open([order], first));
        OpenTransaction open = AdapterSteps.Open([order], first, dearer);
        await _adapter.SendAsync(first);
        await Chain.MineAsync(1);

        BroadcastOutcome late = await _adapter.SendAsync(dearer);
        ReplacementOutcome again = await _adapter.ReplaceAsync(
            new ReplacementOrder(open, AttemptKind.Payment),
            None
        );
        Observation included = await _adapter.ObserveAsync(open);
        Observation final = await FinalAsync(_adapter, open);

        late.ShouldBeOfType<BroadcastOutcome.Refused>().Reason.ShouldBe(RefusalReason.NonceTooLow);
        again.ShouldBeOfType<ReplacementOutcome.NotNow>().Detail.ShouldContain("is used");
        included.ShouldBeOfType<Observation.Included>();
        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        await ShouldBePaidOnceAsync(order);
    }

    [Fact]
    public async Task R12_What_somebody_else_holds_the_place_of_is_raised_above_it_and_lands_once()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        await Chain.SendAsStrangerAsync(gwei: 60);
        SignedTransaction first = await _adapter.SignedAsync(order);
        BroadcastOutcome refused = await _adapter.SendAsync(first);

        OpenTransaction open = AdapterSteps.Open([order], first);
        BroadcastOutcome sent = refused;
        for (int i = 0; i < MostRaises && sent is BroadcastOutcome.Refused; i++)
        {
            SignedTransaction dearer = await _adapter.ReplacedAsync(open, wasUnderpriced: true);
            open = open.With(dearer);
            sent = await _adapter.SendAsync(dearer);
        }
        (_, Observation final) = await SettleAsync(_adapter, open);

        refused
            .ShouldBeOfType<BroadcastOutcome.Refused>()
            .Reason.ShouldBe(RefusalReason.ReplacementUnderpriced);
        sent.ShouldBe(BroadcastOutcome.Taken.Instance);
        final
            .ShouldBeOfType<Observation.Landed>()
            .TransactionId.ShouldBe(open.Attempts[^1].TransactionId);
        await ShouldBePaidOnceAsync(order);
    }

    [Fact]
    public async Task R12_What_somebody_else_took_the_place_of_is_a_contradiction_and_not_a_failure()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        string foreign = await Chain.SendAsStrangerAsync(gwei: 60);
        SignedTransaction first = await _adapter.SignedAsync(order);
        BroadcastOutcome refused = await _adapter.SendAsync(first);

        OpenTransaction open = AdapterSteps.Open([order], first);
        (Observation included, Observation final) = await SettleAsync(_adapter, open);

        refused.ShouldBeOfType<BroadcastOutcome.Refused>();
        included.ShouldBeOfType<Observation.NotSeen>();
        final.ShouldBeOfType<Observation.Contradiction>().Proof.Json.ShouldNotContain(foreign);
        await ShouldNotBePaidAsync(order);
    }

    [Fact]
    public async Task V33_While_no_block_is_made_the_price_is_raised_once_and_what_lands_pays_once()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        OpenTransaction open = await StuckAsync(_adapter, order);
        SignedTransaction early = await _adapter.ReplacedAsync(open);
        open = open.With(early);
        await _adapter.SendAsync(early);

        ReplacementOutcome without = await _adapter.ReplaceAsync(
            new ReplacementOrder(open, AttemptKind.Payment),
            None
        );
        await Chain.SetNextBaseFeeAsync(early.Fees!.MaxFee + 1);
        await Chain.MineAsync(1);
        SignedTransaction later = await _adapter.ReplacedAsync(open);
        await _adapter.SendAsync(later);
        open = open.With(later);
        (_, Observation final) = await SettleAsync(_adapter, open);

        without.ShouldBeOfType<ReplacementOutcome.NotNow>().Detail.ShouldContain("no block");
        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(later.TransactionId);
        await ShouldBePaidOnceAsync(order);
    }

    [Fact]
    public async Task V26_A_cancel_that_wins_proves_that_nobody_was_paid()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        OpenTransaction open = await StuckAsync(_adapter, order);

        SignedTransaction cancel = await _adapter.ReplacedAsync(open, AttemptKind.Cancel);
        await _adapter.SendAsync(cancel);
        (Observation included, Observation final) = await SettleAsync(_adapter, open.With(cancel));

        included.ShouldBeOfType<Observation.Included>();
        Observation.Never never = final.ShouldBeOfType<Observation.Never>();
        never.Reason.ShouldBe(NeverReason.Replaced);
        never.Proof.Json.ShouldContain(cancel.TransactionId);
        await ShouldNotBePaidAsync(order);
    }

    [Fact]
    public async Task V27_P9_A_cancel_that_comes_too_late_changes_nothing()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        SignedTransaction first = await _adapter.SignedAsync(order);
        OpenTransaction open = AdapterSteps.Open([order], first);
        SignedTransaction cancel = await _adapter.ReplacedAsync(open, AttemptKind.Cancel);
        await _adapter.SendAsync(first);
        await Chain.MineAsync(1);

        BroadcastOutcome late = await _adapter.SendAsync(cancel);
        Observation final = await FinalAsync(_adapter, open.With(cancel));

        late.ShouldBeOfType<BroadcastOutcome.Refused>().Reason.ShouldBe(RefusalReason.NonceTooLow);
        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        await ShouldBePaidOnceAsync(order);
    }

    [Fact]
    public async Task V8_A_replacement_that_a_reorganisation_takes_out_leaves_its_place_to_the_original()
    {
        TransferOrder order = EthereumChain.FreshOrder();
        SignedTransaction first = await _adapter.SignedAsync(order);
        OpenTransaction open = AdapterSteps.Open([order], first);
        SignedTransaction dearer = await _adapter.ReplacedAsync(open);
        open = open.With(dearer);
        string before = await Chain.SnapshotAsync();
        await _adapter.SendAsync(dearer);
        await Chain.MineAsync(1);
        Observation included = await _adapter.ObserveAsync(open);

        await Chain.RevertAsync(before);
        BroadcastOutcome again = await _adapter.SendAsync(first);
        await Chain.MineAsync(2);
        Observation final = await FinalAsync(_adapter, open);

        included.ShouldBeOfType<Observation.Included>();
        again.ShouldBe(BroadcastOutcome.Taken.Instance);
        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        await ShouldBePaidOnceAsync(order);
    }
}

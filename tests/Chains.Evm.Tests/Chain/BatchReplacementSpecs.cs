namespace Settlement.Chains.Evm.Tests.Chain;

/// <summary>Dearer attempts and cancels of a batch: all of its riders share one fate at one nonce.</summary>
[Collection(EthereumCollection.Name)]
[Trait("needs", "chains")]
public sealed class BatchReplacementSpecs(EthereumChain chain) : AReplacement(chain)
{
    private readonly EvmChainAdapter _adapter = chain.Adapter(EthereumChain.VaultOptions(Depth));
    private readonly TransferOrder[] _orders =
    [
        EthereumChain.FreshOrder(1_000),
        EthereumChain.FreshOrder(2_000),
        EthereumChain.FreshOrder(3_000),
    ];

    [Fact]
    public async Task B4_A_batch_that_was_made_dearer_pays_each_rider_once()
    {
        OpenTransaction open = await StuckAsync(_adapter, _orders);
        StoredAttempt first = open.Attempts[0];

        SignedTransaction dearer = await _adapter.ReplacedAsync(open);
        open = open.With(dearer);
        BroadcastOutcome sent = await _adapter.SendAsync(dearer);
        (Observation included, Observation final) = await SettleAsync(_adapter, open);
        BroadcastOutcome late = await _adapter.BroadcastAsync(first, again: true, default);

        sent.ShouldBe(BroadcastOutcome.Taken.Instance);
        included.ShouldBeOfType<Observation.Included>();
        Observation.Landed landed = final.ShouldBeOfType<Observation.Landed>();
        landed.TransactionId.ShouldBe(dearer.TransactionId);
        landed.Transfers.Select(t => t.Paid).ShouldBe([true, true, true]);
        late.ShouldBeOfType<BroadcastOutcome.Refused>();
        await ShouldBePaidOnceAsync(_orders);
    }

    [Fact]
    public async Task B4_V8_A_dearer_batch_that_a_reorganisation_takes_out_pays_each_rider_once_by_the_first()
    {
        SignedTransaction first = await _adapter.SignedAsync(_orders);
        OpenTransaction open = AdapterSteps.Open(_orders, first);
        SignedTransaction dearer = await _adapter.ReplacedAsync(open);
        open = open.With(dearer);
        string before = await Chain.SnapshotAsync();
        await _adapter.SendAsync(dearer);
        await Chain.MineAsync(1);

        await Chain.RevertAsync(before);
        await _adapter.SendAsync(first);
        await Chain.MineAsync(2);
        Observation final = await FinalAsync(_adapter, open);

        final.ShouldBeOfType<Observation.Landed>().TransactionId.ShouldBe(first.TransactionId);
        await ShouldBePaidOnceAsync(_orders);
    }

    [Fact]
    public async Task B5_V26_A_batch_whose_cancel_won_has_paid_nobody_and_those_who_ride_again_are_paid_once()
    {
        OpenTransaction open = await StuckAsync(_adapter, _orders);

        SignedTransaction cancel = await _adapter.ReplacedAsync(open, AttemptKind.Cancel);
        await _adapter.SendAsync(cancel);
        (_, Observation dead) = await SettleAsync(_adapter, open.With(cancel));
        await ShouldNotBePaidAsync(_orders);
        // The second was called off; the others are due again, at another nonce.
        TransferOrder[] again = [_orders[0], _orders[2]];
        SignedTransaction signed = await _adapter.SignedAsync(again);
        await _adapter.SendAsync(signed);
        (_, Observation landed) = await SettleAsync(_adapter, AdapterSteps.Open(again, signed));

        dead.ShouldBeOfType<Observation.Never>().Reason.ShouldBe(NeverReason.Replaced);
        signed.Nonce.ShouldBe(open.Nonce + 1);
        landed.ShouldBeOfType<Observation.Landed>().Transfers.ShouldAllBe(t => t.Paid);
        await ShouldBePaidOnceAsync(again);
        await ShouldNotBePaidAsync(_orders[1]);
    }

    [Fact]
    public async Task B5_V27_A_cancel_of_a_batch_that_comes_too_late_changes_nothing_for_anybody()
    {
        SignedTransaction first = await _adapter.SignedAsync(_orders);
        OpenTransaction open = AdapterSteps.Open(_orders, first);
        SignedTransaction cancel = await _adapter.ReplacedAsync(open, AttemptKind.Cancel);
        await _adapter.SendAsync(first);
        await Chain.MineAsync(1);

        await _adapter.SendAsync(cancel);
        Observation final = await FinalAsync(_adapter, open.With(cancel));

        Observation.Landed landed = final.ShouldBeOfType<Observation.Landed>();
        landed.TransactionId.ShouldBe(first.TransactionId);
        landed.Transfers.ShouldAllBe(t => t.Paid);
        await ShouldBePaidOnceAsync(_orders);
    }
}

namespace Settlement.Chains.Tests;

/// <summary>What every adapter promises, tried against a real development chain. An adapter's tests inherit it.</summary>
/// <remarks>The chain belongs to the tests alone: nothing else may use the wallet while they run.</remarks>
[Trait("needs", "chains")]
public abstract partial class ChainAdapterContract
{
    /// <summary>A transfer that is not final after so many steps of the chain never will be.</summary>
    private const int MostSteps = 200;

    private static readonly CancellationToken None = CancellationToken.None;

    // A number is paid once on a chain, whoever asks: each test, and each run, has its own. Small enough for nine in one memo.
    private static long s_lastPayoutNumber =
        (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1_700_000_000) * 100;

    /// <summary>The asset's decimals.</summary>
    protected abstract int AssetDecimals { get; }

    /// <summary>A new adapter; nothing it remembers comes from another test.</summary>
    protected abstract Task<IChainAdapter> CreateAdapterAsync(AdapterCondition condition);

    /// <summary>An address that nobody has used.</summary>
    protected abstract string FreshDestination();

    /// <summary>The destination's balance of the asset in base units, read without the adapter; zero for an unused address.</summary>
    protected abstract Task<UInt128> ReadBalanceAsync(string destination);

    /// <summary>Moves the chain on, or waits until it has moved: broadcast transactions get into blocks, blocks become final.</summary>
    protected abstract Task StepAsync();

    [Fact]
    public async Task A_correctly_configured_network_is_confirmed()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);

        IdentityCheck check = await adapter.VerifyIdentityAsync(None);

        check.ShouldBeOfType<IdentityCheck.Confirmed>();
    }

    [Theory]
    [InlineData(AdapterCondition.AnotherChain)]
    [InlineData(AdapterCondition.AnotherSigner)]
    public async Task A_wrongly_configured_network_is_a_mismatch(AdapterCondition condition)
    {
        IChainAdapter adapter = await CreateAdapterAsync(condition);

        IdentityCheck check = await adapter.VerifyIdentityAsync(None);

        check.ShouldBeOfType<IdentityCheck.Mismatch>().Problem.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Transfers_to_fresh_destinations_are_payable()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder[] orders = [Order(1), Order(1_000_000), Order(250_000)];

        IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync(orders, None);

        answers.ShouldBe(Enumerable.Repeat(PreflightAnswer.Payable.Instance, orders.Length));
    }

    [Fact]
    public async Task A_transfer_beyond_the_wallets_balance_waits()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);

        IReadOnlyList<PreflightAnswer> answers = await adapter.PreflightAsync(
            [Order(1_000), Order(1_000_000_000_000_000)],
            None
        );

        answers[0].ShouldBe(PreflightAnswer.Payable.Instance);
        answers[1]
            .ShouldBeOfType<PreflightAnswer.NotNow>()
            .Reason.ShouldBe(ParkReason.WalletShortOfAsset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999_999)]
    [InlineData(1_234_567)]
    [InlineData(1_000_000_007)]
    public async Task A_transfer_lands_with_exactly_its_amount(long amountMicro)
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(amountMicro);
        WalletBalances before = (await adapter.ReadBalancesAsync(None)).ShouldNotBeNull();

        Observation.Landed landed = await PayAsync(adapter, [order]);

        UInt128 amount = BaseUnits.FromMicro(amountMicro, AssetDecimals);
        landed.Transfers.Count.ShouldBe(1);
        landed.Transfers[0].Paid.ShouldBeTrue();
        (await ReadBalanceAsync(order.Destination)).ShouldBe(amount);
        WalletBalances after = (await adapter.ReadBalancesAsync(None)).ShouldNotBeNull();
        (before.AssetBaseUnits - after.AssetBaseUnits).ShouldBe(amount);
        after.NativeBaseUnits.ShouldBeLessThan(before.NativeBaseUnits);
    }

    [Fact]
    public async Task A_signed_transaction_names_its_id_its_wallet_and_its_terms()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);

        SignedTransaction signed = await SignAsync(adapter, [Order(1)], await NonceAsync(adapter));

        signed.TransactionId.ShouldNotBeNullOrWhiteSpace();
        signed.Bytes.IsEmpty.ShouldBeFalse();
        signed.Sender.ShouldBe(adapter.Sender);
        signed.Nonce.HasValue.ShouldBe(adapter.Limits.UsesNonces);
        signed.Terms.Json.ShouldStartWith("{");
    }

    [Fact]
    public async Task A_transaction_that_was_never_sent_is_not_seen_and_pays_nobody()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(5_000);
        SignedTransaction signed = await SignAsync(adapter, [order], await NonceAsync(adapter));

        Observation observation = await ObserveAsync(adapter, Open(signed, [order]));

        observation.ShouldBeOfType<Observation.NotSeen>();
        (await ReadBalanceAsync(order.Destination)).ShouldBe(UInt128.Zero);
    }

    [Fact]
    public async Task P5_The_same_bytes_sent_many_times_are_taken_and_pay_once()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(70_000);
        SignedTransaction signed = await SignAsync(adapter, [order], await NonceAsync(adapter));
        var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);

        BroadcastOutcome first = await adapter.BroadcastAsync(attempt, again: false, None);
        BroadcastOutcome second = await adapter.BroadcastAsync(attempt, again: true, None);
        await LandAsync(adapter, Open(signed, [order]));
        await adapter.BroadcastAsync(attempt, again: true, None);
        await StepAsync();

        first.ShouldBe(BroadcastOutcome.Taken.Instance);
        second.ShouldBe(BroadcastOutcome.Taken.Instance);
        (await ReadBalanceAsync(order.Destination)).ShouldBe(Amount(order));
    }

    [Fact]
    public async Task V28_Equal_transfers_to_one_destination_are_all_paid()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder first = Order(40_000);
        TransferOrder second = first with { PayoutNumber = Order(1).PayoutNumber };

        await PayEachAsync(adapter, [first, second]);

        (await ReadBalanceAsync(first.Destination)).ShouldBe(Amount(first) + Amount(second));
    }

    [Fact]
    public async Task As_many_transfers_as_ride_together_all_land()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder[] orders =
        [
            .. Enumerable.Range(1, adapter.Limits.MaxTransfers).Select(i => Order(1_000 + i)),
        ];

        Observation.Landed landed = await PayAsync(adapter, orders);

        landed.Transfers.Select(t => t.Paid).ShouldBe(orders.Select(_ => true));
        foreach (TransferOrder order in orders)
            (await ReadBalanceAsync(order.Destination)).ShouldBe(Amount(order));
    }

    [Fact]
    public async Task Several_transactions_may_be_open_at_a_time()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder[] orders = [Order(11), Order(22), Order(33)];

        await PayEachAsync(adapter, orders);

        foreach (TransferOrder order in orders)
            (await ReadBalanceAsync(order.Destination)).ShouldBe(Amount(order));
    }

    [Fact]
    public async Task Observations_come_in_the_order_of_the_question()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder paid = Order(123);
        SignedTransaction sent = await SignAsync(adapter, [paid], await NonceAsync(adapter));
        await BroadcastAsync(adapter, sent);
        await LandAsync(adapter, Open(sent, [paid]));
        TransferOrder waiting = Order(456);
        SignedTransaction unsent = await SignAsync(adapter, [waiting], await NonceAsync(adapter));

        IReadOnlyList<Observation> observations = await adapter.ObserveAsync(
            [Open(unsent, [waiting]), Open(sent, [paid]), Open(unsent, [waiting])],
            None
        );

        observations.Count.ShouldBe(3);
        observations[0].ShouldBeOfType<Observation.NotSeen>();
        observations[1]
            .ShouldBeOfType<Observation.Landed>()
            .TransactionId.ShouldBe(sent.TransactionId);
        observations[2].ShouldBeOfType<Observation.NotSeen>();
    }

    [Fact]
    public async Task A_landed_verdict_does_not_change()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(9_999);
        SignedTransaction signed = await SignAsync(adapter, [order], await NonceAsync(adapter));
        await BroadcastAsync(adapter, signed);
        await LandAsync(adapter, Open(signed, [order]));
        await StepAsync();

        IChainAdapter another = await CreateAdapterAsync(AdapterCondition.Healthy);
        Observation observation = await ObserveAsync(another, Open(signed, [order]));

        observation
            .ShouldBeOfType<Observation.Landed>()
            .TransactionId.ShouldBe(signed.TransactionId);
    }

    [Fact]
    public async Task A_transfer_is_found_by_its_transaction_and_nothing_else_is_in_it()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(77_000);
        Observation.Landed landed = await PayAsync(adapter, [order]);
        IChainAdapter another = await CreateAdapterAsync(AdapterCondition.Healthy);
        Task<TransferSighting> FindAsync(TransferOrder wanted) =>
            another.FindTransferAsync(landed.TransactionId, wanted, None);

        TransferSighting found = await FindAsync(order with { PayoutNumber = 1 });
        TransferSighting more = await FindAsync(order with { AmountMicro = 77_001 });
        TransferSighting elsewhere = await FindAsync(Order(77_000));
        TransferSighting nothing = await another.FindTransferAsync("by hand", order, None);

        TransferSighting.Made made = found.ShouldBeOfType<TransferSighting.Made>(found.ToString());
        made.TransactionId.ShouldBe(landed.TransactionId);
        made.Places.ShouldHaveSingleItem();
        more.ShouldBeOfType<TransferSighting.Other>()
            .Difference.ShouldBe(TransferDifference.Amount);
        elsewhere
            .ShouldBeOfType<TransferSighting.Other>()
            .Difference.ShouldBe(TransferDifference.Destination);
        nothing.ShouldBeOfType<TransferSighting.Missing>();
    }

    [Fact]
    public async Task An_unreachable_node_leaves_everything_unknown()
    {
        IChainAdapter healthy = await CreateAdapterAsync(AdapterCondition.Healthy);
        TransferOrder order = Order(1);
        ulong? nonce = await NonceAsync(healthy);
        SignedTransaction signed = await SignAsync(healthy, [order], nonce);
        var attempt = new StoredAttempt(signed.TransactionId, signed.Bytes);

        IChainAdapter cutOff = await CreateAdapterAsync(AdapterCondition.NodeUnreachable);

        (await cutOff.VerifyIdentityAsync(None)).ShouldBeOfType<IdentityCheck.Unknown>();
        (await cutOff.ReadNextNonceAsync(None)).ShouldBeNull();
        (await cutOff.ReadBalancesAsync(None)).ShouldBeNull();
        (await cutOff.PreflightAsync([order, order], None)).ShouldAllBe(a =>
            a is PreflightAnswer.Unknown
        );
        (
            await cutOff.SignAsync(new SigningOrder([order], nonce), None)
        ).ShouldBeOfType<SigningOutcome.Unknown>();
        (
            await cutOff.FindTransferAsync(signed.TransactionId, order, None)
        ).ShouldBeOfType<TransferSighting.Unknown>();
        (
            await cutOff.BroadcastAsync(attempt, again: false, None)
        ).ShouldBeOfType<BroadcastOutcome.Unknown>();
        (
            await cutOff.BroadcastAsync(attempt, again: true, None)
        ).ShouldBeOfType<BroadcastOutcome.Unknown>();
        (await ObserveAsync(cutOff, Open(signed, [order]))).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task A_cancelled_question_is_cancelled_and_nothing_else()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            adapter.PreflightAsync([Order(1)], cancelled.Token)
        );
    }

    /// <summary>An order that no other test has made.</summary>
    protected TransferOrder Order(long amountMicro) =>
        new(Interlocked.Increment(ref s_lastPayoutNumber), FreshDestination(), amountMicro);

    /// <summary>The nonce to sign with; null where the network has none.</summary>
    protected static async Task<ulong?> NonceAsync(IChainAdapter adapter)
    {
        ulong? nonce = await adapter.ReadNextNonceAsync(None);
        nonce.HasValue.ShouldBe(adapter.Limits.UsesNonces);
        return nonce;
    }

    /// <summary>Signs, or fails the test with the adapter's own words.</summary>
    protected static async Task<SignedTransaction> SignAsync(
        IChainAdapter adapter,
        IReadOnlyList<TransferOrder> orders,
        ulong? nonce
    )
    {
        SigningOutcome outcome = await adapter.SignAsync(new SigningOrder(orders, nonce), None);
        return outcome.ShouldBeOfType<SigningOutcome.Signed>(outcome.ToString()).Transaction;
    }

    /// <summary>Sends, and demands that the node takes it.</summary>
    protected static async Task BroadcastAsync(IChainAdapter adapter, SignedTransaction signed)
    {
        BroadcastOutcome outcome = await adapter.BroadcastAsync(
            new StoredAttempt(signed.TransactionId, signed.Bytes),
            again: false,
            None
        );
        outcome.ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    /// <summary>Steps the chain until the transaction has landed.</summary>
    protected async Task<Observation.Landed> LandAsync(IChainAdapter adapter, OpenTransaction open)
    {
        Observation last = await ObserveAsync(adapter, open);
        for (int step = 0; step < MostSteps && last is not Observation.Landed; step++)
        {
            bool mayStillLand = last is Observation.NotSeen or Observation.Included;
            mayStillLand.ShouldBeTrue(last.ToString());
            await StepAsync();
            last = await ObserveAsync(adapter, open);
        }
        return last.ShouldBeOfType<Observation.Landed>(last.ToString());
    }

    /// <summary>Signs, sends and lands one transaction that carries all orders.</summary>
    protected async Task<Observation.Landed> PayAsync(
        IChainAdapter adapter,
        IReadOnlyList<TransferOrder> orders
    )
    {
        SignedTransaction signed = await SignAsync(adapter, orders, await NonceAsync(adapter));
        await BroadcastAsync(adapter, signed);
        return await LandAsync(adapter, Open(signed, orders));
    }

    /// <summary>What the worker would have stored.</summary>
    protected static OpenTransaction Open(
        SignedTransaction signed,
        IReadOnlyList<TransferOrder> orders
    ) =>
        new(
            signed.Sender,
            signed.Nonce,
            signed.LastValidBlockHeight,
            [new StoredAttempt(signed.TransactionId, signed.Bytes)],
            orders
        );

    /// <summary>One question about one transaction.</summary>
    protected static async Task<Observation> ObserveAsync(
        IChainAdapter adapter,
        OpenTransaction open
    ) => (await adapter.ObserveAsync([open], None)).ShouldHaveSingleItem();

    private UInt128 Amount(TransferOrder order) =>
        BaseUnits.FromMicro(order.AmountMicro, AssetDecimals);

    // One transaction for each order, all sent before the first has landed.
    private async Task PayEachAsync(IChainAdapter adapter, IReadOnlyList<TransferOrder> orders)
    {
        ulong? nonce = await NonceAsync(adapter);
        var open = new List<OpenTransaction>();
        foreach (TransferOrder order in orders)
        {
            SignedTransaction signed = await SignAsync(adapter, [order], nonce);
            await BroadcastAsync(adapter, signed);
            open.Add(Open(signed, [order]));
            nonce = nonce is { } used ? used + 1 : null;
        }

        open.Select(o => o.Attempts[0].TransactionId).ShouldBeUnique();
        foreach (OpenTransaction transaction in open)
            await LandAsync(adapter, transaction);
    }
}

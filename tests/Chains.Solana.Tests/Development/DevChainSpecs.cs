using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Tests.Development;

/// <summary>Faults and forks of a real runtime. The oracle is the chain's own balance, not the adapter's
/// word.</summary>
[Trait("needs", "chains")]
[Collection(DevChainCollection.Name)]
public sealed class DevChainSpecs(DevChain chain) : IAsyncLifetime
{
    private const int UntilFinal = 40;

    private long _number = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 100;

    public Task InitializeAsync() => chain.PauseAsync();

    public Task DisposeAsync() => chain.ResumeAsync();

    [Fact]
    public async Task S17_Eight_transfers_to_new_wallets_ride_together_and_every_balance_is_exact()
    {
        TransferOrder[] orders = [.. Enumerable.Range(1, 8).Select(i => Order(1_000_000 + i))];
        ulong before = await chain.BalanceAsync(chain.Wallet.ToString());
        OpenTransaction open = await SignAsync(orders);

        (await SendAsync(open)).ShouldBe(BroadcastOutcome.Taken.Instance);
        await chain.AdvanceAsync(UntilFinal);

        (await ObserveAsync(open)).ShouldBeOfType<Observation.Landed>();
        foreach (TransferOrder order in orders)
            (await chain.BalanceAsync(order.Destination)).ShouldBe((ulong)order.AmountMicro);
        ulong after = await chain.BalanceAsync(chain.Wallet.ToString());
        (before - after).ShouldBe(8_000_036UL);
    }

    [Fact]
    public async Task S2_A_dropped_transaction_never_landed_as_soon_as_its_expiry_is_final_and_not_before()
    {
        OpenTransaction open = await SignAsync(Order(5));
        await chain.FaultAsync("drop", "sendTransaction");
        (await SendAsync(open)).ShouldBe(BroadcastOutcome.Taken.Instance);

        Observation seen = await ObserveAsync(open);
        for (int slots = 0; slots < 400 && seen is Observation.NotSeen; slots++)
        {
            (await chain.FinalHeightAsync()).ShouldBeLessThanOrEqualTo(
                open.LastValidBlockHeight!.Value
            );
            await chain.AdvanceAsync(1);
            seen = await ObserveAsync(open);
        }

        seen.ShouldBeOfType<Observation.Never>(seen.ToString())
            .Reason.ShouldBe(NeverReason.Expired);
        (await chain.FinalHeightAsync()).ShouldBe(open.LastValidBlockHeight!.Value + 1);
        // The proof holds: the bytes cannot land any more.
        await chain.Adapter().BroadcastAsync(open.Attempts[0], again: true, default);
        await chain.AdvanceAsync(UntilFinal);
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(0UL);
    }

    // The block hash is two blocks old when it is read, so one of these lands in the last valid block.
    [Theory]
    [InlineData(145)]
    [InlineData(146)]
    [InlineData(147)]
    [InlineData(148)]
    [InlineData(149)]
    public async Task S3_At_the_edge_of_its_window_a_transaction_is_paid_or_expired_and_never_both(
        int slotsBefore
    )
    {
        OpenTransaction open = await SignAsync(Order(6));
        await chain.AdvanceAsync(slotsBefore);
        await chain.Adapter().BroadcastAsync(open.Attempts[0], again: true, default);

        Observation seen = await ObserveAsync(open);
        for (int slots = 0; slots < UntilFinal; slots++)
        {
            await chain.AdvanceAsync(1);
            seen = await ObserveAsync(open);
            bool paid = await chain.BalanceAsync(open.Transfers[0].Destination) > 0;
            (seen is Observation.Never && paid).ShouldBeFalse();
        }

        bool paidAtLast = await chain.BalanceAsync(open.Transfers[0].Destination) == 6;
        (seen is Observation.Landed).ShouldBe(paidAtLast, seen.ToString());
        (seen is Observation.Never).ShouldBe(!paidAtLast, seen.ToString());
    }

    [Theory]
    [InlineData("lose-response")]
    [InlineData("reset")]
    [InlineData("http")]
    public async Task R2_R3_A_send_without_an_answer_is_unknown_and_the_chain_tells(string fault)
    {
        OpenTransaction open = await SignAsync(Order(7));
        await chain.FaultAsync(fault, "sendTransaction");

        (await SendAsync(open)).ShouldBeOfType<BroadcastOutcome.Unknown>();
        await chain.AdvanceAsync(UntilFinal);

        bool executed = fault == "lose-response";
        Observation seen = await ObserveAsync(open);
        if (executed)
            seen.ShouldBeOfType<Observation.Landed>();
        else
            seen.ShouldBeOfType<Observation.NotSeen>();
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(executed ? 7UL : 0UL);
    }

    [Fact]
    public async Task S7_S8_A_fork_that_forgets_a_confirmed_transaction_ends_nothing_and_the_same_bytes_land()
    {
        OpenTransaction open = await SignAsync(Order(8));
        await SendAsync(open);
        await chain.AdvanceAsync(3);
        (await ObserveAsync(open)).ShouldBeOfType<Observation.Included>();

        await chain.ForgetForkAsync(depth: 4);
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(0UL);
        (await ObserveAsync(open)).ShouldBeOfType<Observation.NotSeen>();

        await chain.Adapter().BroadcastAsync(open.Attempts[0], again: true, default);
        await chain.AdvanceAsync(UntilFinal);
        (await ObserveAsync(open)).ShouldBeOfType<Observation.Landed>();
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(8UL);
    }

    [Fact]
    public async Task While_slots_stand_still_nothing_follows_from_waiting()
    {
        OpenTransaction open = await SignAsync(Order(9));
        await SendAsync(open);

        for (int i = 0; i < 20; i++)
            (await ObserveAsync(open)).ShouldBeOfType<Observation.NotSeen>();
    }

    [Fact]
    public async Task S18_A_token_account_that_is_made_between_simulation_and_execution_is_paid_once()
    {
        OpenTransaction open = await SignAsync(Order(12));
        await MakeAccountAsync(open.Transfers[0].Destination);

        await ShouldPayOnceAsync(open, 12);
    }

    [Fact]
    public async Task S18_A_token_account_that_is_closed_between_simulation_and_execution_is_made_anew_and_paid_once()
    {
        TransferOrder order = Order(13);
        await MakeAccountAsync(order.Destination);
        await chain.AdvanceAsync(4);
        OpenTransaction open = await SignAsync(order);
        await chain.CloseTokenAccountAsync(order.Destination);

        await ShouldPayOnceAsync(open, 13);
    }

    [Fact]
    public async Task S9_A_failure_on_the_chain_is_a_verdict_at_finality_and_pays_nobody()
    {
        OpenTransaction open = await SignAsync(Order(10), Order(11));
        TransferOrder frozen = open.Transfers[1];
        await FreezeAsync(frozen.Destination);

        // As a repetition: the simulation would have kept it back.
        await chain.Adapter().BroadcastAsync(open.Attempts[0], again: true, default);
        await chain.AdvanceAsync(2);
        (await ObserveAsync(open)).ShouldBeOfType<Observation.Included>();
        TransferSighting early = await FindAsync(open);
        await chain.AdvanceAsync(UntilFinal);

        (await ObserveAsync(open))
            .ShouldBeOfType<Observation.Never>()
            .Reason.ShouldBe(NeverReason.Reverted);
        early.ShouldBeOfType<TransferSighting.Pending>();
        (await FindAsync(open)).ShouldBeOfType<TransferSighting.Failed>();
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(0UL);
    }

    [Fact]
    public async Task A_frozen_destination_is_blocked_in_preflight_and_in_simulation()
    {
        TransferOrder[] orders = [Order(1), Order(2), Order(3)];
        await FreezeAsync(orders[1].Destination);
        await chain.AdvanceAsync(4);

        await ShouldRefuseAsync(orders, 1, FailureCode.DestinationBlocked);
    }

    [Fact]
    public async Task S19_A_token_account_that_was_given_away_is_refused_in_preflight_and_in_simulation()
    {
        TransferOrder[] orders = [Order(1), Order(2), Order(3)];
        await chain.SetTokenAccountAsync(
            orders[2].Destination,
            PublicKey.Parse(DevChain.FreshWallet()),
            0,
            frozen: false
        );
        await chain.AdvanceAsync(4);

        await ShouldRefuseAsync(orders, 2, FailureCode.DestinationNotWallet);
    }

    [Fact]
    public async Task More_than_the_wallet_holds_is_refused_in_simulation()
    {
        TransferOrder[] orders = [Order(1), Order(900_000_000_000_000)];

        SigningOutcome outcome = await chain
            .Adapter()
            .SignAsync(new SigningOrder(orders, null), default);

        SigningOutcome.Rejected rejected = outcome.ShouldBeOfType<SigningOutcome.Rejected>();
        rejected.Position.ShouldBe(1);
        rejected
            .Answer.ShouldBeOfType<PreflightAnswer.NotNow>()
            .Reason.ShouldBe(ParkReason.WalletShortOfAsset);
    }

    [Fact]
    public async Task B8_Several_orders_to_one_wallet_ride_together_and_sum_up()
    {
        TransferOrder first = Order(100);
        TransferOrder[] orders = [first, Order(5), first with { PayoutNumber = ++_number }];
        OpenTransaction open = await SignAsync(orders);

        await SendAsync(open);
        await chain.AdvanceAsync(UntilFinal);

        (await ObserveAsync(open)).ShouldBeOfType<Observation.Landed>().Transfers.Count.ShouldBe(3);
        (await chain.BalanceAsync(first.Destination)).ShouldBe(200UL);
        TransferSighting seen = await FindAsync(open);
        seen.ShouldBeOfType<TransferSighting.Made>(seen.ToString())
            .Places.Distinct()
            .Count()
            .ShouldBe(2);
    }

    private Task<TransferSighting> FindAsync(OpenTransaction open) =>
        chain
            .Adapter()
            .FindTransferAsync(open.Attempts[0].TransactionId, open.Transfers[0], default);

    private async Task ShouldRefuseAsync(TransferOrder[] orders, int position, FailureCode code)
    {
        IReadOnlyList<PreflightAnswer> answers = await chain
            .Adapter()
            .PreflightAsync(orders, default);
        SigningOutcome outcome = await chain
            .Adapter()
            .SignAsync(new SigningOrder(orders, null), default);

        answers[position].ShouldBeOfType<PreflightAnswer.NeverPayable>().Code.ShouldBe(code);
        answers.Where(a => a is PreflightAnswer.Payable).Count().ShouldBe(orders.Length - 1);
        SigningOutcome.Rejected rejected = outcome.ShouldBeOfType<SigningOutcome.Rejected>();
        rejected.Position.ShouldBe(position);
        rejected.Answer.ShouldBeOfType<PreflightAnswer.NeverPayable>().Code.ShouldBe(code);
    }

    private async Task ShouldPayOnceAsync(OpenTransaction open, ulong units)
    {
        (await SendAsync(open)).ShouldBe(BroadcastOutcome.Taken.Instance);
        await chain.AdvanceAsync(UntilFinal);

        Observation seen = await ObserveAsync(open);
        seen.ShouldBeOfType<Observation.Landed>(seen.ToString())
            .Transfers.ShouldHaveSingleItem()
            .Paid.ShouldBeTrue();
        (await chain.BalanceAsync(open.Transfers[0].Destination)).ShouldBe(units);
    }

    private Task MakeAccountAsync(string wallet) =>
        chain.SetTokenAccountAsync(wallet, PublicKey.Parse(wallet), 0, frozen: false);

    private Task FreezeAsync(string wallet) =>
        chain.SetTokenAccountAsync(wallet, PublicKey.Parse(wallet), 0, frozen: true);

    private TransferOrder Order(long amountMicro) =>
        new(++_number, DevChain.FreshWallet(), amountMicro);

    private async Task<OpenTransaction> SignAsync(params TransferOrder[] orders)
    {
        SigningOutcome outcome = await chain
            .Adapter()
            .SignAsync(new SigningOrder(orders, null), default);
        SignedTransaction signed = outcome
            .ShouldBeOfType<SigningOutcome.Signed>(outcome.ToString())
            .Transaction;
        return new OpenTransaction(
            signed.Sender,
            null,
            signed.LastValidBlockHeight,
            [new StoredAttempt(signed.TransactionId, signed.Bytes)],
            orders
        );
    }

    private Task<BroadcastOutcome> SendAsync(OpenTransaction open) =>
        chain.Adapter().BroadcastAsync(open.Attempts[0], again: false, default);

    private async Task<Observation> ObserveAsync(OpenTransaction open) =>
        (await chain.Adapter().ObserveAsync([open], default)).ShouldHaveSingleItem();
}

using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Owning;
using Settlement.TestKit;
using Settlement.Worker.Networks;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Owning;

/// <summary>The wallet's key is ours alone, or nothing new is signed with it.</summary>
public sealed class OwnTransactionSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P13_A_transaction_that_nobody_here_signed_freezes_the_wallet_and_says_what_it_did(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        string id = chain.ForeignTransaction(new OutgoingTransfer("a-stranger", 7_000_000));

        await worker.Network.Gate.VerifyAsync(default);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);

        (await _given.RowAsync(payout)).ParkReason.ShouldBe("wallet_frozen");
        chain.Broadcasts.ShouldBe(0);
        ForeignRow found = await ForeignAsync(chain);
        (found.TransactionId, found.Transfers).ShouldBe(
            (id, """[{"to": "a-stranger", "baseUnits": "7000000"}]""")
        );
        found.Nonce.ShouldBe(usesNonces ? 7 : null);
        if (!usesNonces)
            (await FrozenAsync(chain))!.ShouldContain($"{id} was signed with this wallet's key");
    }

    [Fact]
    public async Task A_foreign_transaction_is_found_before_the_first_send_of_a_worker_that_starts()
    {
        FakeChain chain = AChain.Expiring();
        await using (AWorker first = await AWorker.StandingAsync(database, chain))
            chain.ForeignTransaction();
        Payout payout = await _given.PayoutAsync(chain);

        await using AWorker second = await AWorker.StandingAsync(database, chain);
        await second.Network.SettleAsync(null, default);

        (await _given.RowAsync(payout)).ParkReason.ShouldBe("wallet_frozen");
        chain.Broadcasts.ShouldBe(0);
    }

    [Fact]
    public async Task P4_Who_stood_still_while_others_looked_carries_the_cursor_over_nothing()
    {
        FakeChain chain = AChain.Expiring();
        var store = new PostgresOwnTransactionStore(database.App);
        await new Wallets(database.App).RegisterAsync(chain.Network, chain.Sender, null, default);

        bool[] moved =
        [
            await store.MoveAsync(chain.Network, chain.Sender, from: null, "10", default),
            await store.MoveAsync(chain.Network, chain.Sender, from: null, "30", default),
            await store.MoveAsync(chain.Network, chain.Sender, from: "10", "20", default),
            await store.MoveAsync(chain.Network, chain.Sender, from: "10", "15", default),
        ];

        moved.ShouldBe([true, false, true, false]);
        (await store.ReadAsync(chain.Network, chain.Sender, default)).Cursor.ShouldBe("20");
    }

    [Fact]
    public async Task To_be_named_is_not_to_have_signed()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        chain.Mention();

        await worker.Network.Gate.VerifyAsync(default);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        await worker.Network.ObserveAsync(default);

        (await FrozenAsync(chain)).ShouldBeNull();
        worker.Network.Gate.State.ShouldBe(GateState.Open.Instance);
        (await _given.RowAsync(payout)).Rides.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_own_transactions_are_accounted_for_and_the_cursor_moves_over_them(
        bool usesNonces
    )
    {
        FakeChain chain = usesNonces ? AChain.Numbered() : AChain.Expiring(maxTransfers: 1);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        string? before = await CursorAsync(chain);
        await _given.PayoutsAsync(chain, 3);
        await worker.Network.SettleAsync(null, default);

        await worker.Network.Gate.VerifyAsync(default);

        (await FrozenAsync(chain)).ShouldBeNull();
        (await CursorAsync(chain)).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_node_without_the_history_says_nothing_and_nothing_new_is_signed_meanwhile()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout riding = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        string? before = await CursorAsync(chain);
        chain.ForgetHistory();

        await worker.Network.Gate.VerifyAsync(default);
        Payout waiting = await _given.PayoutAsync(chain);
        int taken = await worker.Network.SettleAsync(null, default);
        await _given.TimePassesAsync();
        await worker.Network.ObserveAsync(default);

        worker
            .Network.Gate.State.ShouldBeOfType<GateState.Watching>()
            .Because.ShouldContain("its history begins at block");
        taken.ShouldBe(0);
        (await _given.RowAsync(waiting)).Rides.ShouldBeFalse();
        (await CursorAsync(chain)).ShouldBe(before);
        // What is open is followed to its end.
        (await _given.RowAsync(riding)).Status.ShouldBe("sent");
        worker.Logs.Count("nothing new is signed until this is known").ShouldBe(1);
    }

    [Fact]
    public async Task The_cursor_stays_before_what_no_node_explains()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        string? before = await CursorAsync(chain);
        chain.ForeignTransaction();
        chain.Explaining = _ => new OwnTransactionFacts.Unknown("time-out");

        await worker.Network.Gate.VerifyAsync(default);
        string? meanwhile = await CursorAsync(chain);
        GateState state = worker.Network.Gate.State;
        chain.Explaining = _ => null;
        await worker.Network.Gate.VerifyAsync(default);

        meanwhile.ShouldBe(before);
        state.ShouldBeOfType<GateState.Watching>();
        (await FrozenAsync(chain)).ShouldNotBeNull();
        (await CursorAsync(chain)).ShouldNotBe(before);
    }

    [Fact]
    public async Task What_is_not_final_everywhere_yet_stops_no_payment()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        chain.ForeignTransaction();
        chain.Explaining = _ => OwnTransactionFacts.Later.Instance;

        await worker.Network.Gate.VerifyAsync(default);

        worker.Network.Gate.MayPay.ShouldBeTrue();
        (await FrozenAsync(chain)).ShouldBeNull();
    }

    private Task<ForeignRow> ForeignAsync(FakeChain chain) =>
        _given.ReadAsync<ForeignRow>(
            "SELECT transaction_id, nonce::bigint, transfers::text FROM foreign_transactions WHERE network = @Network",
            new { Network = chain.Network.Name }
        );

    private Task<string?> FrozenAsync(FakeChain chain) =>
        _given.ReadAsync<string?>(
            "SELECT frozen_reason FROM wallets WHERE network = @Network",
            new { Network = chain.Network.Name }
        );

    private Task<string?> CursorAsync(FakeChain chain) =>
        _given.ReadAsync<string?>(
            "SELECT cursor FROM wallet_watch WHERE network = @Network",
            new { Network = chain.Network.Name }
        );

    private sealed record ForeignRow
    {
        public string? TransactionId { get; init; }
        public long? Nonce { get; init; }
        public required string Transfers { get; init; }
    }
}

using NSubstitute;
using Settlement.Chains;
using Settlement.Payouts.Settling;
using Shouldly;
using Xunit;

namespace Settlement.Simulation.Tests;

/// <summary>What the simulation, or reading with hostile eyes, found in the steps; each in its smallest form.</summary>
public sealed class StepRegressionSpecs
{
    private static readonly NetworkId s_network = new("polygon");
    private static readonly Evidence s_proof = new("{}");

    private readonly ISettlementStore _store = Substitute.For<ISettlementStore>();
    private readonly IChainAdapter _chain = Substitute.For<IChainAdapter>();
    private readonly List<string> _calls = [];
    private readonly List<NextLook> _looks = [];
    private readonly List<ParkedPayout> _parked = [];

    public StepRegressionSpecs()
    {
        _chain.Network.Returns(s_network);
        _chain.Sender.Returns("hot-wallet");
        _chain.Limits.Returns(new ChainLimits(1, 16, true));
        _store
            .RescheduleAsync(Arg.Do<IReadOnlyList<NextLook>>(_looks.AddRange), default)
            .ReturnsForAnyArgs(Task.CompletedTask);
        _store
            .ConcludeAsync(Arg.Do<IReadOnlyList<Conclusion>>(_ => _calls.Add("conclude")), default)
            .ReturnsForAnyArgs(Task.CompletedTask);
        _store
            .ParkAsync(Arg.Do<IReadOnlyList<ParkedPayout>>(_parked.AddRange), default)
            .ReturnsForAnyArgs(Task.CompletedTask);
    }

    [Fact]
    public async Task R11_V25_The_lowest_nonce_is_sent_first_and_what_is_left_over_comes_first_in_the_next_round()
    {
        GivenOpen((9, NotSeen()), (8, NotSeen()), (7, NotSeen()));
        GivenSendsAre(BroadcastOutcome.Taken.Instance);

        await ObserveAsync(new SettlementPolicy { MaxResends = 1 });

        _calls.ShouldBe(["send 7"]);
        _looks.Single(l => l.Transaction.Id == 7).After.ShouldBeGreaterThan(TimeSpan.Zero);
        _looks.Where(l => l.Transaction.Id > 7).ShouldAllBe(l => l.After == TimeSpan.Zero);
    }

    [Fact]
    public async Task Verdicts_are_written_before_anything_is_sent_again()
    {
        var landed = new Observation.Landed("7", [new TransferResult(true, s_proof)], s_proof);
        GivenOpen((6, NotSeen()), (7, landed));
        GivenSendsAre(BroadcastOutcome.Taken.Instance);

        await ObserveAsync(new SettlementPolicy());

        _calls.ShouldBe(["conclude", "send 6"]);
    }

    [Fact]
    public async Task R31_A_silent_node_ends_a_round_of_sends()
    {
        GivenOpen((7, NotSeen()), (8, NotSeen()), (9, NotSeen()));
        GivenSendsAre(new BroadcastOutcome.Unknown("no answer"));

        await ObserveAsync(new SettlementPolicy());

        _calls.ShouldBe(["send 7"]);
        _looks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Payouts_behind_a_frozen_wallet_are_told_so_even_when_it_has_no_room()
    {
        GivenDue(1, 2);
        GivenWallet(new WalletState(5, InFlight: 16, "a foreign transaction"));

        await SettleAsync();

        _parked.Select(p => p.Reason).ShouldBe([ParkReason.WalletFrozen, ParkReason.WalletFrozen]);
        _parked.ShouldAllBe(p => p.Detail == "a foreign transaction");
    }

    [Fact]
    public async Task A_silent_node_ends_a_round_of_payments()
    {
        GivenDue(1, 2, 3);
        GivenWallet(new WalletState(5, InFlight: 0, FrozenReason: null));
        _chain
            .SignAsync(Arg.Do<SigningOrder>(_ => _calls.Add("sign")), default)
            .ReturnsForAnyArgs(new SigningOutcome.Unknown("no answer"));

        await SettleAsync();

        _calls.ShouldBe(["sign"]);
        _parked.Select(p => p.Payout.Number).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task What_does_not_fit_a_transaction_is_due_at_once_and_the_others_ride()
    {
        GivenDue(1, 2, 3);
        GivenWallet(new WalletState(null, InFlight: 0, FrozenReason: null));
        _chain.Limits.Returns(new ChainLimits(3, 16, false));
        _chain
            .SignAsync(Arg.Do<SigningOrder>(o => _calls.Add($"sign {o.Transfers.Count}")), default)
            .ReturnsForAnyArgs(
                new SigningOutcome.TooMany(2),
                new SigningOutcome.Unknown("enough for this test")
            );

        await SettleAsync();

        _calls.ShouldBe(["sign 3", "sign 2"]);
        ParkedPayout left = _parked.Single(p => p.Payout.Number == 3);
        (left.Reason, left.RetryAfter).ShouldBe((null, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_transaction_in_a_block_no_longer_fills_the_wallet()
    {
        GivenOpen((7, new Observation.Included("block 5")), (8, NotSeen()));
        GivenSendsAre(BroadcastOutcome.Taken.Instance);

        await ObserveAsync(new SettlementPolicy());

        _looks
            .ToDictionary(l => l.Transaction.Id, l => l.Included)
            .ShouldBe(new Dictionary<long, bool> { [7] = true, [8] = false }, ignoreOrder: true);
    }

    [Fact]
    public async Task D10_A_contradiction_freezes_the_wallet_that_signed_and_not_the_one_that_replaced_it()
    {
        GivenOpen((7, new Observation.Contradiction("somebody else used the nonce", s_proof)));
        _chain.Sender.Returns("new-wallet");

        await ObserveAsync(new SettlementPolicy());

        await _store
            .Received(1)
            .FreezeWalletAsync(s_network, "hot-wallet", Arg.Any<string>(), default);
        await _store
            .DidNotReceive()
            .FreezeWalletAsync(s_network, "new-wallet", Arg.Any<string>(), default);
    }

    private static Observation.NotSeen NotSeen() => new("no receipt");

    private void GivenOpen(params (int Nonce, Observation Seen)[] open)
    {
        List<ClaimedTransaction> claimed = open.Select(o => Transaction(o.Nonce)).ToList();
        _store.ClaimTransactionsAsync(default!, default).ReturnsForAnyArgs(claimed);
        _chain.ObserveAsync(default!, default).ReturnsForAnyArgs(open.Select(o => o.Seen).ToList());
    }

    private void GivenSendsAre(BroadcastOutcome outcome) =>
        _chain
            .BroadcastAsync(
                Arg.Do<StoredAttempt>(a => _calls.Add($"send {a.TransactionId}")),
                default,
                default
            )
            .ReturnsForAnyArgs(outcome);

    private void GivenDue(params long[] numbers)
    {
        List<ClaimedPayout> due = numbers
            .Select(n => new ClaimedPayout(Guid.NewGuid(), n, 1, $"to-{n}", 1_000_000, 0))
            .ToList();
        _store.ClaimPayoutsAsync(default!, default).ReturnsForAnyArgs(due);
        _chain
            .PreflightAsync(default!, default)
            .ReturnsForAnyArgs(due.ConvertAll(_ => PreflightAnswer.Payable.Instance));
    }

    private void GivenWallet(WalletState wallet) =>
        _store.ReadWalletAsync(default, default!, default).ReturnsForAnyArgs(wallet);

    private Task<int> SettleAsync() =>
        new SettlementStep(
            _store,
            _chain,
            new SettlementPolicy(),
            new WorkerIdentity("w")
        ).SettleAsync(null, CancellationToken.None);

    private Task<int> ObserveAsync(SettlementPolicy policy) =>
        new ObservationStep(_store, _chain, policy, new WorkerIdentity("w")).ObserveAsync(
            CancellationToken.None
        );

    private static ClaimedTransaction Transaction(int nonce)
    {
        string hash = nonce.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new ClaimedTransaction(
            nonce,
            2,
            0,
            [Guid.NewGuid()],
            new OpenTransaction(
                "hot-wallet",
                (ulong)nonce,
                null,
                [new StoredAttempt(hash, new byte[] { 1 })],
                [new TransferOrder(nonce, "to", 1_000_000)]
            )
        );
    }
}

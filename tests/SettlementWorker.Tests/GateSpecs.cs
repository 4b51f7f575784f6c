using System.Text.Json.Nodes;
using Settlement.Chains;
using Settlement.Chains.Endpoints;
using Settlement.TestKit;
using Settlement.Worker.Networks;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

public sealed class GateSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task R18_A_wrong_chain_gets_no_work_and_no_looks()
    {
        FakeChain chain = AChain.Expiring();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        Payout riding = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);
        Payout waiting = await _given.PayoutAsync(chain);
        await _given.TimePassesAsync();

        chain.Identity = new IdentityCheck.Mismatch("Chain id 1, configured 137.");
        await worker.Network.Gate.VerifyAsync(default);
        int taken = await worker.Network.SettleAsync(null, default);
        int looks = await worker.Network.ObserveAsync(default);

        (taken, looks).ShouldBe((0, 0));
        (await _given.RowAsync(riding)).Rides.ShouldBeTrue();
        (await _given.RowAsync(waiting)).Status.ShouldBe("requested");
        worker.Network.Gate.State.ShouldBe(new GateState.Closed("Chain id 1, configured 137."));
    }

    [Fact]
    public async Task A_network_that_was_never_confirmed_is_closed()
    {
        FakeChain chain = AChain.Numbered();
        chain.Identity = new IdentityCheck.Unknown("connection refused");
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await _given.PayoutAsync(chain);

        (await worker.Network.SettleAsync(null, default)).ShouldBe(0);

        worker.Logs.Count("no work until this is mended").ShouldBe(1);
    }

    [Fact]
    public async Task The_log_has_one_line_for_each_change_of_the_gate()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        NetworkGate gate = worker.Network.Gate;

        await gate.VerifyAsync(default);
        chain.Identity = new IdentityCheck.Unknown("time-out");
        await gate.VerifyAsync(default);
        await gate.VerifyAsync(default);
        chain.Identity = new IdentityCheck.Confirmed();
        await gate.VerifyAsync(default);
        await gate.VerifyAsync(default);

        worker.Logs.Count("confirmed, paying from").ShouldBe(2);
        worker.Logs.Count("no work until this is mended").ShouldBe(1);
    }

    [Fact]
    public async Task A_new_wallet_starts_at_the_chains_nonce()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        (await WalletAsync(chain)).NextNonce.ShouldBe(7);
    }

    [Fact]
    public async Task P13_D2_F20_A_wallet_whose_key_was_used_elsewhere_is_frozen_and_its_nonce_is_not_moved()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        chain.ForeignTransaction();

        await worker.Network.Gate.VerifyAsync(default);
        Payout payout = await _given.PayoutAsync(chain);
        await worker.Network.SettleAsync(null, default);

        WalletRow wallet = await WalletAsync(chain);
        wallet.NextNonce.ShouldBe(7);
        wallet.FrozenReason!.ShouldContain("nonces below 8, this database knows those below 7");
        (await _given.RowAsync(payout)).ParkReason.ShouldBe("wallet_frozen");
        chain.Broadcasts.ShouldBe(0);
    }

    [Fact]
    public async Task R24_After_a_restart_finality_goes_on_from_the_highest_stored_verdict()
    {
        FakeChain chain = AChain.Expiring(maxTransfers: 1);
        var heads = new Queue<(ulong Block, string? Hash)>([
            (90, "h90"),
            (100, "h100"),
            (95, null),
        ]);
        chain.Observing = transaction => Landed(transaction, heads.Dequeue());
        await using (AWorker before = await AWorker.StandingAsync(database, chain))
        {
            for (int i = 0; i < 3; i++)
            {
                await _given.PayoutAsync(chain);
                await before.Network.SettleAsync(null, default);
                await _given.TimePassesAsync();
                await before.Network.ObserveAsync(default);
            }
        }

        chain.Mark = new FinalityMark();
        await using AWorker after = await AWorker.StandingAsync(database, chain);

        heads.ShouldBeEmpty();
        chain.Mark.Highest.ShouldBe(new FinalHead(100, "h100"));
    }

    [Fact]
    public async Task Before_the_first_verdict_there_is_no_finality_to_go_on_from()
    {
        FakeChain chain = AChain.Numbered();
        chain.Mark = new FinalityMark();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        chain.Mark.Highest.ShouldBeNull();
        worker.Network.Gate.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Our_own_transactions_freeze_nothing()
    {
        FakeChain chain = AChain.Numbered();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await _given.PayoutsAsync(chain, 3);
        await worker.Network.SettleAsync(null, default);

        await worker.Network.Gate.VerifyAsync(default);

        (await WalletAsync(chain)).FrozenReason.ShouldBeNull();
    }

    [Fact]
    public async Task A_bad_network_does_not_stop_a_good_one_and_works_once_it_is_mended()
    {
        FakeChain bad = AChain.Numbered();
        FakeChain good = AChain.Expiring();
        bad.Identity = new IdentityCheck.Mismatch("wrong");
        Payout late = await _given.PayoutAsync(bad);
        Payout early = await _given.PayoutAsync(good);
        await using AWorker worker = await AWorker.RunningAsync(database, bad, good);

        await _given.IsSentAsync(early);
        (await _given.RowAsync(late)).Status.ShouldBe("requested");
        bad.Identity = new IdentityCheck.Confirmed();
        await _given.IsSentAsync(late);
    }

    [Fact]
    public async Task An_adapter_that_breaks_its_word_stops_only_itself()
    {
        FakeChain bad = AChain.Numbered();
        FakeChain good = AChain.Expiring();
        bad.Preflight = _ => throw new InvalidOperationException("a bug");
        await _given.PayoutAsync(bad);
        await using AWorker worker = await AWorker.RunningAsync(database, bad, good);

        await worker.Logs.HasAsync("settling what is due fails");
        Payout payout = await _given.PayoutAsync(good);
        await _given.IsSentAsync(payout);
        worker.Logs.Count("settling what is due fails").ShouldBe(1);
    }

    private static Observation.Landed Landed(
        OpenTransaction transaction,
        (ulong Block, string? Hash) final
    )
    {
        var proof = Evidence.Of(
            new JsonObject
            {
                ["agreement"] = new JsonObject
                {
                    ["final"] = new JsonObject { ["block"] = final.Block, ["hash"] = final.Hash },
                },
            }
        );
        return new Observation.Landed(
            transaction.Attempts[0].TransactionId,
            [new TransferResult(Paid: true, proof)],
            proof
        );
    }

    private Task<WalletRow> WalletAsync(FakeChain chain) =>
        _given.ReadAsync<WalletRow>(
            "SELECT next_nonce::bigint, frozen_reason FROM wallets WHERE network = @Network",
            new { Network = chain.Network.Name }
        );

    private sealed record WalletRow
    {
        public long NextNonce { get; init; }
        public string? FrozenReason { get; init; }
    }
}

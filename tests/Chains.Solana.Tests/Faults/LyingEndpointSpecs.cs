using System.Text.Json;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Tests.Nodes;
using Settlement.Chains.Tests;

namespace Settlement.Chains.Solana.Tests.Faults;

/// <summary>One endpoint lies, one is honest: whatever the lie and whoever is asked first, no wrong verdict comes of
/// it.</summary>
public sealed class LyingEndpointSpecs : IAsyncLifetime
{
    private readonly HandClock _clock = new();
    private Cluster _cluster = null!;
    private Fate _fate = null!;
    private IChainAdapter _adapter = null!;

    private ScriptedNode Liar => _cluster.Nodes[0];

    private ScriptedNode Honest => _cluster.Nodes[1];

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(nodes: 2);
        _fate = await Fate.OfAsync(_cluster);
        _adapter = _cluster.Adapter(_clock);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task S5_S6_A_null_status_history_and_list_for_what_has_landed()
    {
        _fate.Landed(Honest);
        Fate.Expired(Liar);

        await ShouldEndNothingAsync();
        await ShouldBecomeAnAlarmAsync();
    }

    [Fact]
    public async Task R24_S33_After_a_restart_nodes_behind_a_stored_verdict_say_nothing()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        ((SolanaChainAdapter)_adapter).Mark.Resume(new FinalHead(Fate.FinalSlot + 1, Hash: null));

        (await _adapter.ObserveAsync([_fate.Open], default))[0]
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("already used");
    }

    [Fact]
    public async Task R23_A_landing_of_what_expired()
    {
        Fate.Expired(Honest);
        _fate.Landed(Liar);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_A_landing_of_what_failed()
    {
        _fate.Failed(Honest);
        _fate.Landed(Liar);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task S9_A_failure_of_what_has_landed()
    {
        _fate.Landed(Honest);
        _fate.Failed(Liar);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R23_A_wrong_amount_in_the_balances()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar, received: 999_999);

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task S3_A_finalized_height_that_is_invented()
    {
        Fate.Waits(Honest);
        Fate.Expired(Liar);
        Liar.Result("getEpochInfo", Cluster.Head(900_000, 800_000))
            .On("getSignatureStatuses", Accounts.Statuses(900_040, _ => null));

        await ShouldEndNothingAsync();
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        Liar.Result("getEpochInfo", Cluster.Head(900_000, 800_000));
        await ShouldLandAsync();
        // Its invention shuts the honest one out of nothing.
        await ShouldLandAsync();
    }

    [Fact]
    public async Task S34_A_last_valid_height_that_is_too_low_ends_nothing_while_the_block_hash_lives()
    {
        // Both are past the height that the liar gave with the block hash; it can still land.
        foreach (ScriptedNode node in _cluster.Nodes)
            Fate.Expired(node);
        Honest.On(
            "isBlockhashValid",
            call => new Answer.Result(Cluster.InContext(Fate.FinalSlot, true))
        );

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task S34_A_last_valid_height_that_is_too_high_is_not_signed_with()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
        {
            object blockhash = new
            {
                blockhash = Cluster.Key("blockhash").ToString(),
                lastValidBlockHeight = Cluster.Slot + 301,
            };
            node.Result("getLatestBlockhash", Cluster.InContext(Cluster.Slot, blockhash));
        }

        (
            await _adapter.SignAsync(new SigningOrder([Cluster.Order(2)], null), default)
        ).ShouldBeOfType<SigningOutcome.Unknown>();
    }

    [Fact]
    public async Task S5_A_status_that_was_evicted_while_history_has_the_transaction_is_no_expiry()
    {
        _fate.Evicted(Honest);
        _fate.Evicted(Liar);

        await ShouldLandAsync();
    }

    [Fact]
    public async Task S5_An_evicted_status_with_a_silent_history_is_no_expiry()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
        {
            _fate.Evicted(node);
            node.On("getTransaction", new Answer.Error(-32019, "long-term storage unreachable"));
        }

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task S5_An_evicted_status_and_history_are_caught_by_the_list()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
        {
            _fate.Evicted(node);
            node.Result("getTransaction", null);
        }

        await ShouldEndNothingAsync();
    }

    [Fact]
    public async Task R24_S33_A_finalized_slot_that_moves_back()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        await ShouldLandAsync();
        Liar.Result("getEpochInfo", Cluster.Head(Fate.FinalSlot - 1, Fate.Final - 1));

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.Regressed);
        Liar.Result("getEpochInfo", Cluster.Head(Fate.FinalSlot, Fate.Final));
        await ShouldLandAsync();
    }

    [Fact]
    public async Task R21_A_finalized_slot_that_moves_back_while_it_is_asked()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        int heads = 0;
        Liar.On(
            "getEpochInfo",
            _ => new Answer.Result(Cluster.Head(Fate.FinalSlot - (ulong)(heads++ % 2), Fate.Final))
        );

        await ShouldEndNothingAsync(rounds: 1);
    }

    [Fact]
    public async Task S32_Another_block_where_a_verdict_rested()
    {
        foreach (ScriptedNode node in _cluster.Nodes)
        {
            _fate.Landed(node);
            node.Result("getBlock", new { blockhash = "right" });
        }
        await ShouldLandAsync();
        Liar.Result("getBlock", new { blockhash = "another" });

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.OtherBlock);
    }

    [Fact]
    public async Task S34_C12_Another_clusters_answers_put_an_endpoint_out_when_it_is_asked_again()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        await ShouldLandAsync();
        Liar.Result("getGenesisHash", Cluster.Key("another").ToString());
        _clock.Advance(_cluster.Options.Endpoints.IdentityEvery);

        await ShouldEndNothingAsync();
        (await StateOfLiarAsync()).ShouldBe(EndpointState.OtherChain);
        (await _adapter.VerifyIdentityAsync(default)).ShouldBeOfType<IdentityCheck.Confirmed>();
        Liar.Result("getGenesisHash", Cluster.Genesis);
        await ShouldLandAsync();
    }

    [Fact]
    public async Task V14_S33_Finality_that_stands_still_halts_verdicts_and_resumes_by_itself()
    {
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        await _adapter.InspectAsync(default);
        _clock.Advance(_cluster.Options.Endpoints.StallAfter);

        await ShouldEndNothingAsync();
        NetworkReport halted = await _adapter.InspectAsync(default);
        foreach (ScriptedNode node in _cluster.Nodes)
            node.Result("getEpochInfo", Cluster.Head(Fate.FinalSlot + 1, Fate.Final + 1));
        await ShouldLandAsync();

        halted.HaltedBecause.ShouldNotBeNull().ShouldContain("stands still");
    }

    [Fact]
    public async Task The_evidence_of_an_expiry_names_both_endpoints_and_both_looks()
    {
        Fate.Expired(Honest);
        Fate.Expired(Liar);

        Observation.Never never = (await ObserveAsync()).ShouldBeOfType<Observation.Never>();

        JsonElement agreement = JsonElement.Parse(never.Proof.Json).GetProperty("agreement");
        agreement
            .GetProperty("endpoints")
            .EnumerateArray()
            .Select(e => e.GetString())
            .ShouldBe(_cluster.Nodes.Select(n => new Uri(n.Url).Authority));
        agreement
            .GetProperty("second")
            .GetProperty("look")
            .GetProperty("finalizedSlot")
            .GetUInt64()
            .ShouldBe(Fate.FinalSlot);
    }

    [Fact]
    public async Task S26_Identical_payouts_never_share_a_signature()
    {
        TransferOrder first = Cluster.Order(1);
        TransferOrder second = first with { PayoutNumber = 2 };

        OpenTransaction one = await _cluster.OpenAsync(first);
        OpenTransaction other = await _cluster.OpenAsync(second);
        OpenTransaction again = await _cluster.OpenAsync(first);

        // One wallet, one amount, one block hash: the number in the memo tells them apart, and nothing else does.
        other.Attempts[0].TransactionId.ShouldNotBe(one.Attempts[0].TransactionId);
        again.Attempts[0].TransactionId.ShouldBe(one.Attempts[0].TransactionId);
    }

    [Fact]
    public async Task S24_Prices_rise_between_attempts_and_never_within_one()
    {
        ulong before = await PriceAsync();
        Fate.Expired(Honest);
        Fate.Expired(Liar);
        (await ObserveAsync()).ShouldBeOfType<Observation.Never>();
        ulong afterOne = await PriceAsync();
        for (int i = 0; i < 30; i++)
            await ObserveAsync();
        ulong afterMany = await PriceAsync();
        _fate.Landed(Honest);
        _fate.Landed(Liar);
        await ShouldLandAsync();
        ulong later = await PriceAsync();
        StoredAttempt signed = _fate.Open.Attempts[0];
        await _adapter.BroadcastAsync(signed, again: true, default);

        (before, afterOne, afterMany, later).ShouldBe((1_000UL, 2_000UL, 32_000UL, 16_000UL));
        // What is signed goes out again byte for byte.
        string sent = Liar
            .Calls.Concat(Honest.Calls)
            .First(c => c.Method == "sendTransaction")
            .Params[0]
            .GetString()!;
        Convert.FromBase64String(sent).ShouldBe(signed.Bytes.ToArray());
    }

    private async Task<ulong> PriceAsync()
    {
        SigningOutcome outcome = await _adapter.SignAsync(
            new SigningOrder([Cluster.Order(9)], null),
            default
        );
        return JsonElement
            .Parse(outcome.ShouldBeOfType<SigningOutcome.Signed>().Transaction.Terms.Json)
            .GetProperty("unitPriceMicroLamports")
            .GetUInt64();
    }

    private async Task ShouldEndNothingAsync(int rounds = 2)
    {
        for (int i = 0; i < rounds; i++)
        {
            Observation seen = await ObserveAsync();
            (
                seen is Observation.Landed or Observation.Never or Observation.Contradiction
            ).ShouldBeFalse(seen.ToString());
        }
    }

    private async Task ShouldLandAsync() =>
        (await ObserveAsync()).ShouldBeOfType<Observation.Landed>();

    // The bound is longer than finality may stand still: it moves meanwhile.
    private async Task ShouldBecomeAnAlarmAsync()
    {
        TimeSpan bound = _cluster.Options.Endpoints.DisagreementAfter;
        (await _adapter.InspectAsync(default)).AlarmingDisputes.ShouldBe(0);
        _clock.Advance(bound / 2);
        foreach (ScriptedNode node in _cluster.Nodes)
            node.Result("getEpochInfo", Cluster.Head(Fate.FinalSlot + 9, Fate.Final + 9));
        await ObserveAsync();
        _clock.Advance(bound / 2);
        (await _adapter.InspectAsync(default)).AlarmingDisputes.ShouldBe(1);
    }

    private async Task<EndpointState> StateOfLiarAsync() =>
        (await _adapter.InspectAsync(default)).Endpoints[0].State;

    private async Task<Observation> ObserveAsync() =>
        (await _adapter.ObserveAsync([_fate.Open], default)).ShouldHaveSingleItem();
}

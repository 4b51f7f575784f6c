using System.Text.Json;
using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

public sealed class BroadcastingSpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private StoredAttempt _attempt = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(nodes: 2);
        _attempt = (await _cluster.OpenAsync(Cluster.Order(1))).Attempts[0];
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task S4_A_first_send_is_simulated_at_the_level_of_its_block_hash()
    {
        (await SendAsync(again: false)).ShouldBe(BroadcastOutcome.Taken.Instance);

        JsonElement options = SendOptions();
        options.GetProperty("skipPreflight").GetBoolean().ShouldBeFalse();
        options.GetProperty("preflightCommitment").GetString().ShouldBe("confirmed");
        options.GetProperty("encoding").GetString().ShouldBe("base64");
        options.GetProperty("maxRetries").GetInt32().ShouldBe(0);
        options.GetProperty("minContextSlot").GetUInt64().ShouldBe(Cluster.Slot);
    }

    [Fact]
    public async Task S11_A_repetition_skips_the_simulation()
    {
        (await SendAsync(again: true)).ShouldBe(BroadcastOutcome.Taken.Instance);

        JsonElement options = SendOptions();
        options.GetProperty("skipPreflight").GetBoolean().ShouldBeTrue();
        options.TryGetProperty("minContextSlot", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("AlreadyProcessed")]
    public async Task S10_Already_processed_is_taken(string err)
    {
        OnAll(Preflight(err));

        (await SendAsync(again: false)).ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    [Fact]
    public async Task One_endpoint_that_takes_it_is_enough()
    {
        _cluster.Node.On("sendTransaction", Preflight("BlockhashNotFound"));

        (await SendAsync(again: false)).ShouldBe(BroadcastOutcome.Taken.Instance);
    }

    [Fact]
    public async Task A_refusal_beside_silence_is_unknown()
    {
        _cluster.Nodes[0].On("sendTransaction", Preflight("BlockhashNotFound"));
        _cluster.Nodes[1].On("sendTransaction", new Answer.Reset());

        (await SendAsync(again: false)).ShouldBeOfType<BroadcastOutcome.Unknown>();
    }

    [Fact]
    public async Task R4_R5_Any_silence_is_unknown()
    {
        foreach (
            Answer answer in (Answer[])
                [
                    new Answer.Http(429),
                    new Answer.Http(502, "<html>"),
                    new Answer.Http(200, ""),
                    new Answer.Reset(),
                    new Answer.Error(-32603, "Internal error"),
                    new Answer.Error(-32000, "upstream"),
                    new Answer.Result(null),
                    new Answer.Result(7),
                ]
        )
        {
            OnAll(answer);
            (await SendAsync(again: false)).ShouldBeOfType<BroadcastOutcome.Unknown>(
                answer.ToString()
            );
        }
    }

    [Fact]
    public async Task A_node_that_never_answers_is_unknown_after_the_timeout()
    {
        _cluster.Options.RpcTimeout = TimeSpan.FromMilliseconds(200);
        OnAll(new Answer.Hang());

        (await SendAsync(again: false)).ShouldBeOfType<BroadcastOutcome.Unknown>();
    }

    [Fact]
    public async Task R7_The_signature_of_another_transaction_is_unknown()
    {
        OnAll(
            new Answer.Result(
                "5j7s6NiJS3JAkvgkoc18WVAsiSaci2pxB2A6ueCJP4tprA2TFg9wSyTLeYouxPBJEMzJinENTkpA52YStRW5Dia7"
            )
        );

        (await SendAsync(again: false))
            .ShouldBeOfType<BroadcastOutcome.Unknown>()
            .Cause.ShouldContain("another transaction");
    }

    [Theory]
    [InlineData(-32003, RefusalReason.Malformed)]
    [InlineData(-32602, RefusalReason.Malformed)]
    [InlineData(-32016, RefusalReason.BlockhashNotFound)]
    [InlineData(-32005, RefusalReason.Other)]
    public async Task S13_S14_A_stated_error_is_a_refusal_by_its_class(
        int code,
        RefusalReason reason
    )
    {
        OnAll(new Answer.Error(code, "no"));

        (await SendAsync(again: false))
            .ShouldBeOfType<BroadcastOutcome.Refused>()
            .Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task S12_A_failed_simulation_is_a_refusal_that_proves_nothing()
    {
        OnAll(Preflight(new { InstructionError = new object[] { 3, new { Custom = 1 } } }));

        (await SendAsync(again: false))
            .ShouldBeOfType<BroadcastOutcome.Refused>()
            .Reason.ShouldBe(RefusalReason.SimulationFailed);
    }

    [Fact]
    public async Task Bytes_of_another_signature_are_not_sent()
    {
        int before = _cluster.Node.Calls.Count;

        BroadcastOutcome outcome = await _cluster
            .Adapter()
            .BroadcastAsync(_attempt with { TransactionId = "another" }, again: false, default);

        outcome.ShouldBeOfType<BroadcastOutcome.Refused>().Reason.ShouldBe(RefusalReason.Malformed);
        _cluster.Node.Calls.Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_cancelled_send_sends_nothing()
    {
        int before = _cluster.Node.Calls.Count;

        await Should.ThrowAsync<OperationCanceledException>(() =>
            _cluster.Adapter().BroadcastAsync(_attempt, false, new CancellationToken(true))
        );

        _cluster.Node.Calls.Count.ShouldBe(before);
    }

    private Task<BroadcastOutcome> SendAsync(bool again) =>
        _cluster.Adapter().BroadcastAsync(_attempt, again, default);

    // The first endpoint to take it ends the send, so any of them may have been it.
    private JsonElement SendOptions() =>
        _cluster
            .Nodes.SelectMany(node => node.Calls)
            .First(c => c.Method == "sendTransaction")
            .Params[1];

    private void OnAll(Answer answer)
    {
        foreach (ScriptedNode node in _cluster.Nodes)
            node.On("sendTransaction", answer);
    }

    private static Answer.Error Preflight(object err) =>
        new(-32002, "Transaction simulation failed", new { err, logs = Array.Empty<string>() });
}

using Settlement.Chains.Solana.Tests.Nodes;

namespace Settlement.Chains.Solana.Tests.Adapter;

/// <summary>What the statuses of a node mean, apart from the proof of expiry.</summary>
public sealed class ObservingSpecs : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private OpenTransaction _open = null!;
    private TransferOrder[] _orders = null!;

    private string Id => _open.Attempts[0].TransactionId;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        TransferOrder first = Cluster.Order(1, 1_000_000);
        _orders =
        [
            first,
            Cluster.Order(2, 250_000),
            first with
            {
                PayoutNumber = 3,
                AmountMicro = 7,
            },
        ];
        _open = await _cluster.OpenAsync(_orders);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task S5_Nothing_seen_before_the_height_is_final_may_still_land()
    {
        _cluster.Node.Result("getEpochInfo", Cluster.Head(9_999, Cluster.LastValid));

        (await ObserveAsync()).ShouldBeOfType<Observation.NotSeen>();
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("confirmed")]
    public async Task A_block_that_is_not_final_is_no_verdict(string level)
    {
        Says(Accounts.Status(level, 5_001));

        (await ObserveAsync()).ShouldBeOfType<Observation.Included>();
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("confirmed")]
    public async Task S9_An_error_in_a_block_that_is_not_final_is_no_verdict(string level)
    {
        Says(Accounts.Status(level, 5_001, Custom(1)));

        (await ObserveAsync())
            .ShouldBeOfType<Observation.Included>()
            .Detail.ShouldContain("Custom(1)");
    }

    [Fact]
    public async Task S35_An_error_in_a_final_block_means_that_nobody_was_paid()
    {
        Says(Accounts.Status("finalized", 5_001, Custom(1)));
        Landed(Balances(0, 0, 0), err: Custom(1));

        Observation.Never never = (await ObserveAsync()).ShouldBeOfType<Observation.Never>();

        never.Reason.ShouldBe(NeverReason.Reverted);
        never.Proof.Json.ShouldContain("Custom(1)");
    }

    [Fact]
    public async Task A_final_block_with_exactly_the_ordered_balances_is_a_landing()
    {
        Says(Accounts.Status("finalized", 5_001));
        Landed(Balances(1_250_007, 1_000_007, 250_000));

        Observation.Landed landed = (await ObserveAsync()).ShouldBeOfType<Observation.Landed>();

        landed.TransactionId.ShouldBe(Id);
        landed.Transfers.Count.ShouldBe(3);
        landed.Transfers.ShouldAllBe(t => t.Paid);
        landed.Transfers[2].Proof.Json.ShouldContain("\"baseUnits\":\"7\"");
        landed.Proof.Json.ShouldContain("\"slot\":5001");
    }

    [Theory]
    [InlineData(1_250_008UL, 1_000_007UL, 250_000UL)] // the wallet lost more
    [InlineData(1_250_006UL, 1_000_007UL, 250_000UL)] // the wallet lost less
    [InlineData(1_250_007UL, 1_000_006UL, 250_000UL)] // one received less
    [InlineData(1_250_007UL, 1_000_008UL, 250_000UL)] // one received more
    [InlineData(1_250_007UL, 1_000_007UL, 0UL)] // one received nothing
    [InlineData(1_250_007UL, 250_000UL, 1_000_007UL)] // they were swapped
    [InlineData(0UL, 0UL, 0UL)] // nothing happened
    public async Task S22_Any_other_effect_contradicts_what_was_signed(
        ulong spent,
        ulong first,
        ulong second
    )
    {
        Says(Accounts.Status("finalized", 5_001));
        Landed(Balances(spent, first, second));

        (await ObserveAsync()).ShouldBeOfType<Observation.Contradiction>();
    }

    [Fact]
    public async Task A_credited_account_of_another_owner_contradicts_what_was_signed()
    {
        Says(Accounts.Status("finalized", 5_001));
        object landed = Accounts.Transaction(
            Id,
            5_001,
            Balances(1_250_007, 1_000_007, 250_000),
            owner: Cluster.Key("thief").ToString()
        );
        _cluster.Node.Result("getTransaction", landed);

        (await ObserveAsync())
            .ShouldBeOfType<Observation.Contradiction>()
            .Detail.ShouldContain("belongs to");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Statuses_that_are_not_as_many_as_were_asked_for_are_no_answer(int count)
    {
        object[] statuses = [.. Enumerable.Repeat(Accounts.Status("processed", 5_001), count)];
        _cluster.Node.Result("getSignatureStatuses", Cluster.InContext(5_040, statuses));

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task A_landed_transaction_without_our_token_contradicts_what_was_signed()
    {
        Says(Accounts.Status("finalized", 5_001));
        Landed([]);

        (await ObserveAsync()).ShouldBeOfType<Observation.Contradiction>();
    }

    [Fact]
    public async Task A_final_status_without_history_is_no_verdict()
    {
        Says(Accounts.Status("finalized", 5_001));
        _cluster.Node.Result("getTransaction", null);

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task A_node_that_contradicts_itself_is_not_believed()
    {
        Says(Accounts.Status("finalized", 5_001, Custom(1)));
        Landed(Balances(1_250_007, 1_000_007, 250_000));

        (await ObserveAsync())
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("contradict");
    }

    [Fact]
    public async Task History_of_another_signature_is_not_believed()
    {
        Says(Accounts.Status("finalized", 5_001));
        object other = Accounts.Transaction(
            "other",
            5_001,
            Balances(1_250_007, 1_000_007, 250_000)
        );
        _cluster.Node.Result("getTransaction", other);

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();
    }

    [Theory]
    [InlineData("getEpochInfo")]
    [InlineData("getSignatureStatuses")]
    [InlineData("getTransaction")]
    public async Task Silence_of_any_method_is_no_verdict(string method)
    {
        foreach (
            Answer answer in (Answer[])
                [
                    new Answer.Http(429),
                    new Answer.Http(503, "<html>"),
                    new Answer.Http(200, "<html>"),
                    new Answer.Reset(),
                    new Answer.Error(-32005, "Node is behind by 42 slots"),
                    new Answer.Error(-32603, "Internal error"),
                    new Answer.Result(new { odd = true }),
                    new Answer.Result("odd"),
                ]
        )
        {
            Says(Accounts.Status("finalized", 5_001));
            Landed(Balances(1_250_007, 1_000_007, 250_000));
            _cluster.Node.Result("getEpochInfo", Cluster.Head(Cluster.Slot, Cluster.Height));
            _cluster.Node.On(method, answer);

            (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>(answer.ToString());
        }
    }

    [Fact]
    public async Task A_node_that_never_answers_is_left_after_the_timeout()
    {
        _cluster.Options.RpcTimeout = TimeSpan.FromMilliseconds(200);
        _cluster.Node.On("getSignatureStatuses", new Answer.Hang());

        (await ObserveAsync())
            .ShouldBeOfType<Observation.Unknown>()
            .Cause.ShouldContain("no answer within");
    }

    [Fact]
    public async Task S34_A_node_of_another_cluster_is_not_asked()
    {
        _cluster.Node.Result("getGenesisHash", Cluster.Key("another").ToString());
        int before = _cluster.Node.Calls.Count;

        (await ObserveAsync()).ShouldBeOfType<Observation.Unknown>();

        _cluster.Node.Methods.Skip(before).ShouldBe(["getGenesisHash"]);
    }

    [Fact]
    public async Task Stored_bytes_of_another_signature_are_no_verdict()
    {
        OpenTransaction odd = _open with
        {
            Attempts = [new StoredAttempt("another", _open.Attempts[0].Bytes)],
        };

        (await _cluster.Adapter().ObserveAsync([odd], default))[0]
            .ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public async Task Six_hundred_open_transactions_cost_one_head_and_three_status_calls()
    {
        IChainAdapter adapter = _cluster.Adapter();
        var open = new List<OpenTransaction>();
        for (int i = 0; i < 600; i++)
            open.Add(await _cluster.OpenAsync(Cluster.Order(1_000 + i)));
        int before = _cluster.Node.Calls.Count;

        IReadOnlyList<Observation> observations = await adapter.ObserveAsync(open, default);

        observations.Count.ShouldBe(600);
        observations.ShouldAllBe(o => o is Observation.NotSeen);
        _cluster
            .Node.Methods.Skip(before)
            .ShouldBe([
                "getGenesisHash",
                "getEpochInfo",
                "getSignatureStatuses",
                "getSignatureStatuses",
                "getSignatureStatuses",
            ]);
    }

    private async Task<Observation> ObserveAsync() =>
        (await _cluster.Adapter().ObserveAsync([_open], default)).ShouldHaveSingleItem();

    private void Says(object? status) =>
        _cluster.Node.On("getSignatureStatuses", Accounts.Statuses(5_040, _ => status));

    private void Landed(IReadOnlyList<(string, ulong?, ulong?)> balances, object? err = null) =>
        _cluster.Node.Result("getTransaction", Accounts.Transaction(Id, 5_001, balances, err));

    // The first wallet had no account yet; the second had one.
    private (string, ulong?, ulong?)[] Balances(ulong spent, ulong first, ulong second) =>
        [
            (_cluster.Source.ToString(), 10_000_000, 10_000_000 - spent),
            (Account(_orders[0]), null, first),
            (Account(_orders[1]), 500, 500 + second),
        ];

    private static string Account(TransferOrder order) =>
        Cluster.Token.AccountOf(Solana.Addresses.PublicKey.Parse(order.Destination)).ToString();

    private static object Custom(int code) =>
        new { InstructionError = new object[] { 3, new { Custom = code } } };
}

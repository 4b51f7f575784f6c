using Settlement.Chains.Signing;
using Settlement.Chains.Solana.Signing;
using Settlement.Chains.Solana.Tests.Nodes;
using Settlement.Chains.Solana.Transactions;

namespace Settlement.Chains.Solana.Tests.Adapter;

public sealed class SigningSpecs : IAsyncLifetime
{
    private readonly TransferOrder[] _orders =
    [
        Cluster.Order(1),
        Cluster.Order(2),
        Cluster.Order(3),
    ];
    private Cluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_signed_names_block_hash_height_and_memo()
    {
        SignedTransaction signed = await SignedAsync();

        signed.LastValidBlockHeight.ShouldBe(Cluster.LastValid);
        signed.Nonce.ShouldBeNull();
        signed.Sender.ShouldBe(_cluster.Signer.Address);
        signed.Terms.Json.ShouldContain("\"memo\":\"p:1,2,3@5000\"");
        WireTransaction.TryReadMemo(signed.Bytes.Span, out string? memo).ShouldBeTrue();
        memo.ShouldBe("p:1,2,3@5000");
        Ed25519
            .Verifies(
                signed.Bytes.Span[1..65],
                signed.Bytes.Span[65..],
                _cluster.Signer.PublicKey.Bytes
            )
            .ShouldBeTrue();
    }

    // A node that holds signed bytes could send them before they are stored.
    [Fact]
    public async Task No_signature_leaves_the_process_before_the_bytes_are_stored()
    {
        SignedTransaction signed = await SignedAsync();

        byte[] shown = Convert.FromBase64String(
            _cluster
                .Node.Calls.Single(c => c.Method == "simulateTransaction")
                .Params[0]
                .GetString()!
        );
        shown[1..65].ShouldAllBe(b => b == 0);
        shown[65..].ShouldBe(signed.Bytes[65..].ToArray());
    }

    [Fact]
    public async Task The_simulation_can_be_switched_off()
    {
        _cluster.Options.Simulate = false;

        await SignedAsync();

        _cluster.Node.Methods.ShouldNotContain("simulateTransaction");
    }

    [Fact]
    public async Task S26_Two_equal_payouts_get_two_signatures()
    {
        TransferOrder twin = _orders[0] with { PayoutNumber = 99 };

        SignedTransaction one = await SignedAsync([_orders[0]]);
        SignedTransaction other = await SignedAsync([twin]);

        one.TransactionId.ShouldNotBe(other.TransactionId);
    }

    [Fact]
    public async Task The_same_order_on_the_same_block_hash_gets_the_same_bytes()
    {
        SignedTransaction one = await SignedAsync();
        SignedTransaction again = await SignedAsync();

        again.Bytes.ToArray().ShouldBe(one.Bytes.ToArray());
    }

    public static TheoryData<int, string, int?, string> Failures =>
        new()
        {
            // instruction, error, position (null: the whole transaction), outcome
            { 2, "{\"Custom\":0}", 0, "DestinationNotWallet" },
            { 4, "\"IllegalOwner\"", 1, "DestinationNotWallet" },
            { 4, "{\"Custom\":1}", null, "WalletShortOfGas" },
            { 3, "{\"Custom\":1}", 0, "WalletShortOfAsset" },
            { 5, "{\"Custom\":1}", 1, "WalletShortOfAsset" },
            { 7, "{\"Custom\":77}", 2, "NeedsOperator" },
            { 6, "\"InvalidAccountData\"", 2, "NeedsOperator" },
            { 7, "{\"Custom\":4}", null, "NeedsOperator" },
            { 7, "\"ComputationalBudgetExceeded\"", null, "NeedsOperator" },
            { 0, "\"InvalidInstructionData\"", null, "NeedsOperator" },
            { 8, "{\"Custom\":0}", null, "NeedsOperator" },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task S16_S23_A_simulated_error_is_the_answer_for_the_transfer_at_its_place(
        int instruction,
        string error,
        int? position,
        string expected
    )
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            $"{{\"InstructionError\":[{instruction},{error}]}}"
        );
        Simulates(json.RootElement.Clone());

        SigningOutcome outcome = await SignAsync();

        if (position is { } index)
        {
            SigningOutcome.Rejected rejected = outcome.ShouldBeOfType<SigningOutcome.Rejected>();
            rejected.Position.ShouldBe(index);
            NameOf(rejected.Answer).ShouldBe(expected);
        }
        else
        {
            outcome.ShouldBeOfType<SigningOutcome.NotNow>().Reason.ToString().ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task S16_A_frozen_account_is_looked_at_before_anybody_is_blamed(
        bool ours,
        bool theirs
    )
    {
        Simulates(new { InstructionError = new object[] { 5, new { Custom = 17 } } });
        var accounts = _cluster.Healthy();
        var wallet = Solana.Addresses.PublicKey.Parse(_orders[1].Destination);
        accounts[_cluster.Source.ToString()] = Accounts.Token(
            Cluster.Mint,
            _cluster.Signer.PublicKey,
            5,
            ours
        );
        accounts[Cluster.Token.AccountOf(wallet).ToString()] = Accounts.Token(
            Cluster.Mint,
            wallet,
            5,
            theirs
        );
        _cluster.Node.On("getMultipleAccounts", Accounts.Of(accounts));

        SigningOutcome outcome = await SignAsync();

        if (ours)
        {
            outcome.ShouldBeOfType<SigningOutcome.NotNow>().Reason.ShouldBe(ParkReason.AssetPaused);
        }
        else if (theirs)
        {
            SigningOutcome.Rejected rejected = outcome.ShouldBeOfType<SigningOutcome.Rejected>();
            rejected.Position.ShouldBe(1);
            NameOf(rejected.Answer).ShouldBe("DestinationBlocked");
        }
        else
        {
            outcome.ShouldBeOfType<SigningOutcome.Unknown>();
        }
    }

    [Theory]
    [InlineData("AlreadyProcessed")]
    [InlineData("BlockhashNotFound")]
    [InlineData("AccountInUse")]
    public async Task A_passing_error_of_the_whole_transaction_is_unknown(string err)
    {
        Simulates(err);

        (await SignAsync()).ShouldBeOfType<SigningOutcome.Unknown>();
    }

    [Theory]
    [InlineData("InsufficientFundsForFee", ParkReason.WalletShortOfGas)]
    [InlineData("AccountNotFound", ParkReason.WalletShortOfGas)]
    [InlineData("SanitizeFailure", ParkReason.NeedsOperator)]
    [InlineData("SomethingNewNextYear", ParkReason.NeedsOperator)]
    public async Task S15_A_lasting_error_of_the_whole_transaction_waits(
        string err,
        ParkReason reason
    )
    {
        Simulates(err);

        (await SignAsync()).ShouldBeOfType<SigningOutcome.NotNow>().Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("getLatestBlockhash")]
    [InlineData("getRecentPrioritizationFees")]
    [InlineData("simulateTransaction")]
    public async Task Silence_of_any_method_is_unknown(string method)
    {
        _cluster.Node.On(method, new Answer.Http(503));

        (await SignAsync()).ShouldBeOfType<SigningOutcome.Unknown>();
    }

    [Fact]
    public async Task S25_A_price_above_the_cap_waits()
    {
        Prices(0, 0, 0, 2_000_000);
        _cluster.Options.UnitPricePercentile = 100;

        (await SignAsync())
            .ShouldBeOfType<SigningOutcome.NotNow>()
            .Reason.ShouldBe(ParkReason.FeeAboveCap);
    }

    [Theory]
    [InlineData(75, 5_000)]
    [InlineData(100, 9_000)]
    [InlineData(25, 1_000)] // the floor
    public async Task The_price_is_a_percentile_of_what_landed(int percentile, long expected)
    {
        Prices(0, 5_000, 3_000, 9_000);
        _cluster.Options.UnitPricePercentile = percentile;

        SignedTransaction signed = await SignedAsync();

        signed.Terms.Json.ShouldContain($"\"unitPriceMicroLamports\":{expected},");
    }

    [Fact]
    public async Task A_provider_without_fee_statistics_costs_no_payout()
    {
        _cluster.Node.On("getRecentPrioritizationFees", new Answer.Error(-32601, "no"));

        (await SignedAsync()).Terms.Json.ShouldContain("\"unitPriceMicroLamports\":1000,");
    }

    [Fact]
    public async Task G5_A_signature_of_another_key_is_not_let_through()
    {
        using var other = Ed25519Signer.FromSeed(new byte[32]);

        (await SignWithAsync(new Lying(_cluster.Signer.Address, other)))
            .ShouldBeOfType<SigningOutcome.Unknown>()
            .Cause.ShouldContain("not a signature");
    }

    [Fact]
    public async Task G1_A_signer_that_refuses_leaves_it_unknown() =>
        (await SignWithAsync(new Refusing(_cluster.Signer.Address)))
            .ShouldBeOfType<SigningOutcome.Unknown>()
            .Cause.ShouldBe("throttled");

    [Fact]
    public async Task More_transfers_than_are_allowed_are_not_signed()
    {
        TransferOrder[] ten = [.. Enumerable.Range(1, 10).Select(i => Cluster.Order(i))];

        (await _cluster.Adapter().SignAsync(new SigningOrder(ten, null), default))
            .ShouldBeOfType<SigningOutcome.NotNow>()
            .Reason.ShouldBe(ParkReason.NeedsOperator);
    }

    [Fact]
    public async Task Nine_neighbours_ride_together()
    {
        TransferOrder[] nine = [.. Enumerable.Range(1_000_001, 9).Select(i => Cluster.Order(i))];

        (await _cluster.Adapter().SignAsync(new SigningOrder(nine, null), default))
            .ShouldBeOfType<SigningOutcome.Signed>()
            .Transaction.Bytes.Length.ShouldBeLessThanOrEqualTo(1_232);
    }

    [Fact]
    public async Task S27_Nine_whose_numbers_do_not_fit_the_memo_are_one_too_many()
    {
        TransferOrder[] nine =
        [
            .. Enumerable
                .Range(1, 9)
                .Select(i => Cluster.Order(i) with { PayoutNumber = i * 1_000_000_007L }),
        ];

        (await _cluster.Adapter().SignAsync(new SigningOrder(nine, null), default)).ShouldBe(
            new SigningOutcome.TooMany(8)
        );
    }

    [Fact]
    public async Task Eight_transfers_with_the_largest_numbers_are_signed()
    {
        TransferOrder[] eight =
        [
            .. Enumerable
                .Range(1, 8)
                .Select(i => Cluster.Order(i) with { PayoutNumber = long.MaxValue - i }),
        ];

        (await SignedAsync(eight)).Bytes.Length.ShouldBeLessThanOrEqualTo(1_232);
    }

    [Fact]
    public async Task Our_own_wallet_is_no_destination()
    {
        TransferOrder[] orders =
        [
            _orders[0],
            _orders[1] with
            {
                Destination = _cluster.Signer.Address,
            },
        ];

        (await _cluster.Adapter().SignAsync(new SigningOrder(orders, null), default))
            .ShouldBeOfType<SigningOutcome.Rejected>()
            .Position.ShouldBe(1);
    }

    private Task<SigningOutcome> SignAsync() =>
        _cluster.Adapter().SignAsync(new SigningOrder(_orders, null), default);

    private async Task<SignedTransaction> SignedAsync(TransferOrder[]? orders = null)
    {
        SigningOutcome outcome = await _cluster
            .Adapter()
            .SignAsync(new SigningOrder(orders ?? _orders, null), default);
        return outcome.ShouldBeOfType<SigningOutcome.Signed>(outcome.ToString()).Transaction;
    }

    private async Task<SigningOutcome> SignWithAsync(ISigner signer)
    {
        using var http = new HttpClient();
        var adapter = new SolanaChainAdapter(
            new NetworkId("solana"),
            _cluster.Options,
            signer,
            http,
            TimeProvider.System
        );
        return await adapter.SignAsync(new SigningOrder(_orders, null), default);
    }

    private void Simulates(object err) =>
        _cluster.Node.Result(
            "simulateTransaction",
            Cluster.InContext(Cluster.Slot, Cluster.Simulated(err))
        );

    private void Prices(params long[] prices) =>
        _cluster.Node.Result(
            "getRecentPrioritizationFees",
            prices.Select((p, i) => new { slot = i, prioritizationFee = p })
        );

    private static string NameOf(PreflightAnswer answer) =>
        answer switch
        {
            PreflightAnswer.NeverPayable never => never.Code.ToString(),
            PreflightAnswer.NotNow later => later.Reason.ToString(),
            _ => answer.ToString(),
        };

    private sealed record Lying(string Address, ISigner Other) : ISigner
    {
        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct) =>
            Other.SignAsync(payload, ct);
    }

    private sealed record Refusing(string Address) : ISigner
    {
        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct) =>
            throw new SigningException("throttled");
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Settlement.Chains.Evm.Signing;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Signing;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Paying;

public sealed class EvmTransactionBuilderSpecs : IAsyncLifetime
{
    private ScriptedChain _chain = null!;

    private ScriptedEvmNode Node => _chain.Node;

    public async Task InitializeAsync() => _chain = await StartAsync();

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task The_terms_say_what_was_signed_and_nothing_was_sent()
    {
        SignedTransaction signed = (await SignAsync())
            .ShouldBeOfType<SigningOutcome.Signed>()
            .Transaction;

        JsonElement terms = JsonElement.Parse(signed.Terms.Json);
        terms.GetProperty("chainId").GetUInt64().ShouldBe(1UL);
        terms.GetProperty("nonce").GetUInt64().ShouldBe(7UL);
        terms.GetProperty("maxFeePerGasWei").GetString().ShouldBe("22000000000");
        terms.GetProperty("maxPriorityFeePerGasWei").GetString().ShouldBe("2000000000");
        terms.GetProperty("gasLimit").GetUInt64().ShouldBe(67_500UL);
        signed.Nonce.ShouldBe(7UL);
        signed.ExpiresWithin.ShouldBeNull();
        signed.TransactionId.ShouldBe(Eip1559Transaction.HashOf(signed.Bytes.Span));
        Node.CountOf("eth_sendRawTransaction").ShouldBe(0);
    }

    [Fact]
    public async Task The_same_order_in_the_same_state_gives_the_same_bytes()
    {
        SigningOutcome first = await SignAsync();
        SigningOutcome second = await SignAsync();

        second
            .ShouldBeOfType<SigningOutcome.Signed>()
            .Transaction.TransactionId.ShouldBe(
                first.ShouldBeOfType<SigningOutcome.Signed>().Transaction.TransactionId
            );
    }

    [Fact]
    public async Task V22_Every_destination_gets_its_own_estimate()
    {
        await SignAsync();
        await SignAsync();

        Node.CountOf("eth_estimateGas").ShouldBe(2);
    }

    [Fact]
    public async Task The_margin_never_passes_the_cap_and_an_estimate_above_it_waits()
    {
        Node.GasEstimate = 249_999;
        SigningOutcome within = await SignAsync();
        Node.GasEstimate = 250_001;
        SigningOutcome above = await SignAsync();

        within
            .ShouldBeOfType<SigningOutcome.Signed>()
            .Transaction.Terms.Json.ShouldContain("\"gasLimit\":250000");
        ShouldWait(above, ParkReason.NeedsOperator);
    }

    [Fact]
    public async Task V3_Fees_above_the_cap_wait()
    {
        Node.NextBaseFee = 100 * ScriptedEvmNode.Gwei;

        ShouldWait(await SignAsync(), ParkReason.FeeAboveCap);
    }

    [Fact]
    public async Task R14_A_wallet_that_cannot_pay_the_highest_fee_waits()
    {
        UInt128 highest = (UInt128)67_500 * 22 * ScriptedEvmNode.Gwei;

        Node.NativeWei = highest - 1;
        SigningOutcome tooLittle = await SignAsync();
        Node.NativeWei = highest;
        SigningOutcome enough = await SignAsync();

        ShouldWait(tooLittle, ParkReason.WalletShortOfGas);
        enough.ShouldBeOfType<SigningOutcome.Signed>();
    }

    [Fact]
    public async Task A_paused_token_waits_as_a_whole()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert("Pausable: paused");

        ShouldWait(await SignAsync(), ParkReason.AssetPaused);
    }

    [Fact]
    public async Task A_revert_of_the_transfer_itself_rejects_it()
    {
        Node.Transfers[Destination] = ScriptedEvmNode.Revert("TOKEN: it is Tuesday");

        SigningOutcome.Rejected rejected = (
            await SignAsync()
        ).ShouldBeOfType<SigningOutcome.Rejected>();

        rejected.Position.ShouldBe(0);
        rejected
            .Answer.ShouldBeOfType<PreflightAnswer.NotNow>()
            .Reason.ShouldBe(ParkReason.NeedsOperator);
    }

    [Theory]
    [InlineData(Token)]
    [InlineData(Wallet)]
    public async Task A_destination_that_must_not_be_paid_is_never_signed(string destination)
    {
        var order = new SigningOrder([Order with { Destination = destination }], Nonce);

        SigningOutcome outcome = await _chain.Adapter().SignAsync(order, CancellationToken.None);

        outcome
            .ShouldBeOfType<SigningOutcome.Rejected>()
            .Answer.ShouldBeOfType<PreflightAnswer.NeverPayable>();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public async Task Only_one_transfer_with_a_nonce_is_signed(int transfers, bool nonce)
    {
        var order = new SigningOrder(
            [.. Enumerable.Repeat(Order, transfers)],
            nonce ? Nonce : null
        );

        SigningOutcome outcome = await _chain.Adapter().SignAsync(order, CancellationToken.None);

        ShouldWait(outcome, ParkReason.NeedsOperator);
    }

    [Theory]
    [InlineData("eth_chainId")]
    [InlineData("eth_estimateGas")]
    [InlineData("eth_feeHistory")]
    [InlineData("eth_getBalance")]
    public async Task R25_A_fault_of_any_read_is_unknown(string method)
    {
        Node.Override(method, new ScriptedReply.Http(500, "oops"));

        (await SignAsync()).ShouldBeOfType<SigningOutcome.Unknown>();
    }

    [Theory]
    [InlineData("another key's")]
    [InlineData("over other bytes")]
    [InlineData("high s")]
    [InlineData("wrong parity")]
    [InlineData("a parity of 27")]
    [InlineData("too short")]
    [InlineData("zeros")]
    [InlineData("refused")]
    public async Task G3_G5_A_signature_that_is_not_the_wallets_is_never_stored(string fault)
    {
        SigningOutcome outcome = await SignAsync(new FaultySigner(fault));

        outcome.ShouldBeOfType<SigningOutcome.Unknown>();
    }

    [Fact]
    public async Task A_faultless_foreign_signer_is_as_good_as_our_own()
    {
        (await SignAsync(new FaultySigner("none"))).ShouldBeOfType<SigningOutcome.Signed>();
    }

    private static void ShouldWait(SigningOutcome outcome, ParkReason reason) =>
        outcome.ShouldBeOfType<SigningOutcome.NotNow>().Reason.ShouldBe(reason);

    private Task<SigningOutcome> SignAsync(ISigner? signer = null) =>
        _chain.Adapter(signer).SignAsync(new SigningOrder([Order], Nonce), CancellationToken.None);

    // Stands for a remote signer that answers with the wrong thing.
    private sealed class FaultySigner(string fault) : ISigner
    {
        private static readonly BigInteger CurveOrder = BigInteger.Parse(
            "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );

        public string Address => Wallet;

        public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct)
        {
            if (fault == "refused")
                throw new SigningException("The policy forbids it.");
            string key = fault == "another key's" ? $"0x{new string('7', 64)}" : Key;
            using var signer = Secp256k1Signer.FromText(key);
            byte[] hash = fault == "over other bytes" ? new byte[32] : payload.ToArray();
            byte[] signature = await signer.SignAsync(hash, ct);
            return fault switch
            {
                "high s" => WithHighS(signature),
                "wrong parity" => [.. signature[..64], (byte)(1 - signature[64])],
                "a parity of 27" => [.. signature[..64], (byte)(27 + signature[64])],
                "too short" => signature[..64],
                "zeros" => new byte[65],
                _ => signature,
            };
        }

        // (r, n - s, other parity) is the same signature in its refused form.
        private static byte[] WithHighS(byte[] signature)
        {
            var s = new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
            byte[] high = (CurveOrder - s).ToByteArray(isUnsigned: true, isBigEndian: true);
            byte[] padded = [.. new byte[32 - high.Length], .. high];
            return [.. signature[..32], .. padded, (byte)(1 - signature[64])];
        }
    }
}

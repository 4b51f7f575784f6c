using System.Text.Json;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Tests.Scripted;
using Settlement.Chains.Tests;
using static Settlement.Chains.Evm.Tests.Scripted.ScriptedChain;

namespace Settlement.Chains.Evm.Tests.Observing;

/// <summary>Whether a transaction, whoever sent it, made a transfer.</summary>
public sealed class EvmTransferFinderSpecs : IAsyncLifetime
{
    private const string Stranger = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private const string Third = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

    private ScriptedChain _chain = null!;
    private StoredAttempt _transaction = null!;

    private ScriptedEvmNode Node => _chain.Node;

    public async Task InitializeAsync()
    {
        _chain = await StartAsync();
        _transaction = _chain.Attempt();
    }

    public async Task DisposeAsync() => await _chain.DisposeAsync();

    [Fact]
    public async Task A_strangers_transfer_at_finality_is_made_and_shown()
    {
        Shows(Log(from: Stranger));

        TransferSighting.Made made = (await FindAsync()).ShouldBeOfType<TransferSighting.Made>();

        made.TransactionId.ShouldBe(_transaction.TransactionId);
        made.Places.ShouldBe(["log 42"]);
        JsonElement proof = JsonElement.Parse(made.Proof.Json);
        proof.GetProperty("block").GetUInt64().ShouldBe(980UL);
        proof.GetProperty("finalBlock").GetUInt64().ShouldBe(990UL);
        proof.GetProperty("transfers").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task V28_A_batch_names_each_equal_transfer()
    {
        Shows(
            Log(from: Stranger),
            At(7, Log(from: Stranger)),
            At(9, Log(from: Stranger, to: Third))
        );

        (await FindAsync())
            .ShouldBeOfType<TransferSighting.Made>()
            .Places.ShouldBe(["log 42", "log 7"]);
    }

    [Fact]
    public async Task A_hash_in_capitals_is_the_same_transaction()
    {
        Shows(Log(from: Stranger));
        string shouted = "0x" + _transaction.TransactionId[2..].ToUpperInvariant();

        (await FindAsync(shouted))
            .ShouldBeOfType<TransferSighting.Made>()
            .TransactionId.ShouldBe(_transaction.TransactionId);
    }

    [Fact]
    public async Task Another_amount_another_destination_and_another_token_are_told_apart()
    {
        Shows(Log(from: Stranger, amount: 1_234_566));
        TransferSighting amount = await FindAsync();
        Shows(Log(from: Stranger, to: Third));
        TransferSighting destination = await FindAsync();
        Shows(Log(token: Stranger, from: Stranger));
        TransferSighting asset = await FindAsync();
        Shows();
        TransferSighting nothing = await FindAsync();

        Difference(amount).ShouldBe(TransferDifference.Amount);
        Difference(destination).ShouldBe(TransferDifference.Destination);
        Difference(asset).ShouldBe(TransferDifference.Asset);
        Difference(nothing).ShouldBe(TransferDifference.Destination);
    }

    [Fact]
    public async Task What_goes_back_in_the_same_transaction_was_not_paid()
    {
        Shows(Log(from: Stranger), At(43, Log(from: Destination, to: Stranger)));
        TransferSighting back = await FindAsync();
        Shows(Log(from: Destination, to: Destination));
        TransferSighting itself = await FindAsync();

        Difference(back).ShouldBe(TransferDifference.Amount);
        Difference(itself).ShouldBe(TransferDifference.Amount);
    }

    [Fact]
    public async Task What_is_not_final_is_pending_and_what_reverted_has_failed_only_at_finality()
    {
        Node.Receipts[_transaction.TransactionId] = Receipt(_transaction, 991, 1, Log());
        TransferSighting early = await FindAsync();
        Node.Receipts[_transaction.TransactionId] = Receipt(_transaction, 991, 0);
        TransferSighting earlyFailure = await FindAsync();
        Node.Receipts[_transaction.TransactionId] = Receipt(_transaction, 990, 0);
        TransferSighting failure = await FindAsync();

        early.ShouldBeOfType<TransferSighting.Pending>();
        earlyFailure.ShouldBeOfType<TransferSighting.Pending>();
        failure.ShouldBeOfType<TransferSighting.Failed>();
    }

    [Fact]
    public async Task A_receipt_in_an_abandoned_block_is_pending()
    {
        Shows(Log(from: Stranger));
        Node.OtherHashes[980] = "0x" + new string('1', 64);

        (await FindAsync()).ShouldBeOfType<TransferSighting.Pending>();
    }

    [Theory]
    [InlineData("paid by hand")]
    [InlineData("0x12")]
    [InlineData(
        "5h6xBEauJ3PK6SWCZ1PGjBvj8vDdWG3KpwATGy1ARAXFSDwt8GFXM7W5Ncn16wmqokgpiKRLuS83KUxyZyv2sUYv"
    )]
    public async Task What_is_no_hash_is_missing(string text) =>
        (await FindAsync(text)).ShouldBeOfType<TransferSighting.Missing>();

    [Fact]
    public async Task A_hash_that_no_node_knows_is_missing() =>
        (await FindAsync()).ShouldBeOfType<TransferSighting.Missing>();

    [Fact]
    public async Task Without_a_usable_answer_nothing_is_known()
    {
        Shows(Log(from: Stranger));
        Node.Override("eth_getTransactionReceipt", new ScriptedReply.Error("busy"));

        (await FindAsync()).ShouldBeOfType<TransferSighting.Unknown>();
    }

    private void Shows(params object[] logs) =>
        Node.Receipts[_transaction.TransactionId] = Receipt(_transaction, 980, 1, logs);

    private static Dictionary<string, JsonElement> At(ulong index, object log)
    {
        Dictionary<string, JsonElement> fields = JsonSerializer
            .SerializeToElement(log)
            .Deserialize<Dictionary<string, JsonElement>>()!;
        fields["logIndex"] = JsonSerializer.SerializeToElement(Hex.Quantity(index));
        return fields;
    }

    private Task<TransferSighting> FindAsync(string? hash = null) =>
        _chain.Adapter().FindTransferAsync(hash ?? _transaction.TransactionId, Order, default);

    private static TransferDifference Difference(TransferSighting seen) =>
        seen.ShouldBeOfType<TransferSighting.Other>(seen.ToString()).Difference;
}

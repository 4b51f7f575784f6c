namespace Settlement.Chains.Tests;

/// <content>What the wallet itself has signed.</content>
public abstract partial class ChainAdapterContract
{
    [Fact]
    public async Task The_wallets_own_transactions_are_told_and_explained()
    {
        IChainAdapter adapter = await CreateAdapterAsync(AdapterCondition.Healthy);
        var begun = (
            await adapter.ReadOwnTransactionsAsync(null, None)
        ).ShouldBeOfType<OwnTransactions.Read>();
        TransferOrder order = Order(77_777);
        ulong? nonce = await NonceAsync(adapter);

        Observation.Landed landed = await PayAsync(adapter, [order]);

        var read = (
            await adapter.ReadOwnTransactionsAsync(begun.Cursor, None)
        ).ShouldBeOfType<OwnTransactions.Read>();
        OwnTransaction own = read.Transactions.Single(t =>
            nonce is null ? t.TransactionId == landed.TransactionId : t.Nonce == nonce
        );
        var facts = (
            await adapter.ExplainAsync(own, None)
        ).ShouldBeOfType<OwnTransactionFacts.Signed>();
        facts.TransactionId.ShouldBe(landed.TransactionId);
        facts.Transfers.ShouldBe([new OutgoingTransfer(order.Destination, Amount(order))]);
    }

    [Fact]
    public async Task An_unreachable_node_does_not_tell_what_the_wallet_has_signed()
    {
        IChainAdapter cutOff = await CreateAdapterAsync(AdapterCondition.NodeUnreachable);
        var own = new OwnTransaction("any", cutOff.Limits.UsesNonces ? 0ul : null);

        (
            await cutOff.ReadOwnTransactionsAsync("0", None)
        ).ShouldBeOfType<OwnTransactions.Unknown>();
        (await cutOff.ExplainAsync(own, None)).ShouldBeOfType<OwnTransactionFacts.Unknown>();
    }
}

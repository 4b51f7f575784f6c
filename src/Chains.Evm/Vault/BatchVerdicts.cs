using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Observing;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>Turns a final batch into a verdict for each rider, with its evidence. Asks nobody.</summary>
internal sealed class BatchVerdicts(EvmNetwork network)
{
    /// <summary>The verdict on a final transaction that succeeded.</summary>
    /// <param name="expected">What was ordered.</param>
    /// <param name="call">What was signed.</param>
    /// <param name="receipt">What it did.</param>
    /// <param name="proof">Block, hash, finality policy, endpoint.</param>
    internal Observation OfReceipt(
        ExpectedTransfer expected,
        Eip1559Transaction call,
        EvmReceipt receipt,
        Evidence proof
    )
    {
        if (WhyOther(expected, call) is { } problem)
            return Contradiction(expected, receipt, proof, problem);
        var batch = new OrderedBatch(call.To, network.Token, expected.Sender, expected.Items);
        (IReadOnlyList<ItemVerdict>? verdicts, string difference) = VaultVerdict.Read(
            batch,
            receipt.Logs
        );
        return verdicts is null
            ? Contradiction(expected, receipt, proof, difference)
            : new Observation.Landed(
                receipt.TransactionHash,
                [
                    .. verdicts.Select(
                        (verdict, i) => Result(batch, expected.Items[i], verdict, receipt)
                    ),
                ],
                proof
            );
    }

    // Bytes and riders were stored in one commit; that they do not fit each other must never pass for a payment.
    private string? WhyOther(ExpectedTransfer expected, Eip1559Transaction call)
    {
        if (PayCall.Read(call.Data.Span) is not { } signed)
            return $"the signed bytes call {call.To}, and it is no batch";
        bool isSame =
            signed.Count == expected.Items.Count && signed.Zip(expected.Items).All(IsSame);
        return isSame ? null : "the signed bytes carry other transfers than were ordered";

        bool IsSame((PayItem Signed, OrderedItem Ordered) pair) =>
            pair.Signed.Number == pair.Ordered.Number
            && pair.Signed.To == pair.Ordered.To
            && pair.Signed.Micro > 0
            && BaseUnits.FromMicro(pair.Signed.Micro, network.Options.Decimals)
                == pair.Ordered.Amount;
    }

    private static TransferResult Result(
        OrderedBatch batch,
        OrderedItem item,
        ItemVerdict verdict,
        EvmReceipt receipt
    )
    {
        JsonObject facts = Describe(batch, item);
        switch (verdict)
        {
            case ItemVerdict.Paid paid:
                facts["logIndex"] = paid.Log.LogIndex;
                return new TransferResult(Paid: true, Evidence.Of(facts));
            case ItemVerdict.Refused refused:
                facts["logIndex"] = refused.Log.LogIndex;
                facts["refused"] = refused.Reason;
                return new TransferResult(Paid: false, Evidence.Of(facts));
            case ItemVerdict.AlreadyPaid already:
                facts["logIndex"] = already.Log.LogIndex;
                facts["alreadyPaid"] = true;
                return new TransferResult(Paid: false, Evidence.Of(facts))
                {
                    NeedsOperator =
                        $"The vault {batch.Vault} has paid number {item.Number} before; "
                        + $"transaction {receipt.TransactionHash} did not pay it.",
                };
            default:
                throw new InvalidOperationException("The union has three cases.");
        }
    }

    private Observation.Contradiction Contradiction(
        ExpectedTransfer expected,
        EvmReceipt receipt,
        Evidence proof,
        string difference
    )
    {
        JsonObject facts = JsonNode.Parse(proof.Json)!.AsObject();
        facts["difference"] = difference;
        facts["expected"] = new JsonArray([
            .. expected.Items.Select(item => (JsonNode)Describe(network, item)),
        ]);
        return new Observation.Contradiction(
            $"{receipt.TransactionHash} succeeded without exactly the ordered batch: {difference}.",
            Evidence.Of(facts)
        );
    }

    private static JsonObject Describe(OrderedBatch batch, OrderedItem item)
    {
        JsonObject facts = new()
        {
            ["token"] = batch.Token.ToString(),
            ["from"] = batch.Vault.ToString(),
        };
        Add(facts, item);
        return facts;
    }

    private static JsonObject Describe(EvmNetwork network, OrderedItem item)
    {
        JsonObject facts = new() { ["token"] = network.Token.ToString() };
        Add(facts, item);
        return facts;
    }

    // Amounts as text: programs that read JSON numbers as doubles would round them.
    private static void Add(JsonObject facts, OrderedItem item)
    {
        facts["to"] = item.To.ToString();
        facts["amountBaseUnits"] = item.Amount.ToString(CultureInfo.InvariantCulture);
        facts["number"] = item.Number;
    }
}

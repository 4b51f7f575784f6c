using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Turns what was seen into a verdict with its evidence. Asks nobody.</summary>
internal sealed class EvmVerdicts(EvmNetwork network)
{
    private readonly BatchVerdicts _batches = new(network);

    /// <summary>The verdict on a sighting.</summary>
    internal Observation Of(FinalityView view, ExpectedTransfer expected, Sighting sighting) =>
        sighting switch
        {
            Sighting.Found found => OfReceipt(view, expected, found.Receipt),
            Sighting.Reorganised gone => new Observation.NotSeen(
                $"{view.Endpoint.Name} has abandoned the block {gone.BlockNumber} that held it"
            ),
            Sighting.Absent => new Observation.NotSeen($"{view.Endpoint.Name} has no receipt"),
            Sighting.Doubtful doubtful => new Observation.Unknown(doubtful.Cause),
            _ => throw new InvalidOperationException("The union has four cases."),
        };

    /// <summary>The nonce is used up at finality, and none of our attempts did it.</summary>
    internal Observation ForeignNonce(FinalityView view, ExpectedTransfer expected, ulong count)
    {
        JsonObject facts = Facts(view);
        facts["sender"] = expected.Sender.ToString();
        facts["nonce"] = expected.Nonce;
        facts["transactionsAtFinalBlock"] = count;
        facts["attempts"] = new JsonArray([.. expected.Attempts.Select(Id)]);
        return new Observation.Contradiction(
            $"Nonce {expected.Nonce} of {expected.Sender} was consumed by a transaction that is "
                + "not ours.",
            Evidence.Of(facts)
        );
    }

    private Observation OfReceipt(FinalityView view, ExpectedTransfer expected, EvmReceipt receipt)
    {
        if (!view.Covers(receipt.BlockNumber))
        {
            return new Observation.Included(
                $"in block {receipt.BlockNumber}; blocks up to {view.Head?.Number ?? 0} are final"
            );
        }
        Evidence proof = Proof(view, receipt);
        if (!receipt.Succeeded)
            return new Observation.Never(NeverReason.Reverted, proof);

        // By the bytes that were signed: a vault may have been configured, or changed, since then.
        StoredAttempt landed = expected.Attempts.First(a =>
            a.TransactionId == receipt.TransactionHash
        );
        return StoredTransaction.TryRead(landed.Bytes) is { } call && call.To != network.Token
            ? _batches.OfReceipt(expected, call, receipt, proof)
            : OfTransfer(expected, receipt, proof);
    }

    private Observation OfTransfer(ExpectedTransfer expected, EvmReceipt receipt, Evidence proof)
    {
        if (expected.Items is not [var item])
        {
            return new Observation.Contradiction(
                $"{receipt.TransactionHash} carries one transfer; {expected.Items.Count} were ordered.",
                proof
            );
        }
        var transfer = new TransferLog(network.Token, expected.Sender, item.To, item.Amount);
        return transfer.FindOnlyIn(receipt) is { } log
            ? new Observation.Landed(
                receipt.TransactionHash,
                [new TransferResult(Paid: true, ProofOf(transfer, log))],
                proof
            )
            : new Observation.Contradiction(
                $"{receipt.TransactionHash} succeeded without exactly the ordered transfer.",
                WithTransfer(proof, transfer)
            );
    }

    private Evidence Proof(FinalityView view, EvmReceipt receipt)
    {
        JsonObject facts = Facts(view);
        facts["transactionId"] = receipt.TransactionHash;
        facts["block"] = receipt.BlockNumber;
        facts["blockHash"] = receipt.BlockHash;
        facts["status"] = receipt.Succeeded ? 1 : 0;
        facts["gasUsed"] = receipt.GasUsed;
        facts["effectiveGasPriceWei"] = receipt.EffectiveGasPrice is { } price ? Text(price) : null;
        return Evidence.Of(facts);
    }

    private JsonObject Facts(FinalityView view) =>
        new()
        {
            ["network"] = network.Id.Name,
            ["chainId"] = network.Options.ChainId,
            ["finality"] = view.ToJson(),
        };

    private static Evidence ProofOf(TransferLog transfer, EvmLog log)
    {
        JsonObject facts = Describe(transfer);
        facts["logIndex"] = log.LogIndex;
        return Evidence.Of(facts);
    }

    private static Evidence WithTransfer(Evidence proof, TransferLog expected)
    {
        JsonObject facts = JsonNode.Parse(proof.Json)!.AsObject();
        facts["expected"] = Describe(expected);
        return Evidence.Of(facts);
    }

    private static JsonObject Describe(TransferLog transfer) =>
        new()
        {
            ["token"] = transfer.Token.ToString(),
            ["from"] = transfer.From.ToString(),
            ["to"] = transfer.To.ToString(),
            ["amountBaseUnits"] = Text(transfer.Amount),
        };

    private static JsonNode Id(StoredAttempt attempt) => JsonValue.Create(attempt.TransactionId);

    // As text: programs that read JSON numbers as doubles would round it.
    private static string Text(UInt128 value) => value.ToString(CultureInfo.InvariantCulture);
}

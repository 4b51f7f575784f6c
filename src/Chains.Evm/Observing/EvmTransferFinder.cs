using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Looks whether a transaction, whoever sent it, made a transfer. Each endpoint is asked all of it.</summary>
internal sealed class EvmTransferFinder(EvmNetwork network, EvmEndpoints endpoints)
{
    private const int HashBytes = 32;

    internal async Task<TransferSighting> FindAsync(
        string transactionId,
        TransferOrder order,
        CancellationToken ct
    )
    {
        // Prefix and letters as they come from explorers; the chain has one spelling.
        if (!Hex.TryData(transactionId, out byte[]? hash) || hash.Length != HashBytes)
            return new TransferSighting.Missing("this is no transaction hash of this network");
        if (!EvmAddress.TryParse(order.Destination, out EvmAddress destination))
            return new TransferSighting.Unknown("the destination is no address of this network");
        var wanted = new WantedTransfer(
            network.Token,
            destination,
            network.AmountOf(order),
            Hex.Data(hash)
        );
        return await AgreeingFinder.AskAsync(
            network.Options.Endpoints,
            order,
            [
                .. endpoints.All.Select(endpoint =>
                    (Func<Task<TransferSighting>>)(() => FindAtAsync(endpoint, wanted, ct))
                ),
            ]
        );
    }

    private static async Task<TransferSighting> FindAtAsync(
        EvmEndpoint endpoint,
        WantedTransfer wanted,
        CancellationToken ct
    )
    {
        (FinalityView? view, string doubt) = await endpoint.ViewAsync(ct);
        if (view is null)
            return new TransferSighting.Unknown(doubt);
        Sighting sighting = await ReceiptReader.LookAsync(
            endpoint,
            [new StoredAttempt(wanted.Hash, default)],
            ct
        );
        return sighting switch
        {
            Sighting.Found found => Judge(view, wanted, found.Receipt),
            Sighting.Reorganised gone => new TransferSighting.Pending(
                $"{endpoint.Name} has abandoned the block {gone.BlockNumber} that held it"
            ),
            Sighting.Absent => new TransferSighting.Missing($"{endpoint.Name} has no receipt"),
            Sighting.Doubtful doubtful => new TransferSighting.Unknown(doubtful.Cause),
            _ => throw new InvalidOperationException("The union has four cases."),
        };
    }

    private static TransferSighting Judge(
        FinalityView view,
        WantedTransfer wanted,
        EvmReceipt receipt
    )
    {
        if (!view.Covers(receipt.BlockNumber))
        {
            return new TransferSighting.Pending(
                $"in block {receipt.BlockNumber}; blocks up to {view.Head?.Number ?? 0} are final"
            );
        }
        JsonObject facts = Facts(view, receipt);
        if (!receipt.Succeeded)
            return new TransferSighting.Failed("The transaction reverted.", Evidence.Of(facts));
        EvmLog[] made = [.. receipt.Logs.Where(wanted.IsMade)];
        facts["transfers"] = new JsonArray([
            .. receipt.Logs.Where(wanted.Concerns).Select(Describe),
        ]);
        return wanted.DifferenceOf(receipt, made) is { } difference
            ? new TransferSighting.Other(difference.What, difference.Why, Evidence.Of(facts))
            : new TransferSighting.Made(
                receipt.TransactionHash,
                [
                    .. made.Select(log =>
                        string.Create(CultureInfo.InvariantCulture, $"log {log.LogIndex}")
                    ),
                ],
                Evidence.Of(facts)
            );
    }

    private static JsonObject Facts(FinalityView view, EvmReceipt receipt)
    {
        JsonObject facts = view.ToJson();
        facts["transactionId"] = receipt.TransactionHash;
        facts["block"] = receipt.BlockNumber;
        facts["blockHash"] = receipt.BlockHash;
        facts["status"] = receipt.Succeeded ? 1 : 0;
        return facts;
    }

    private static JsonNode Describe(EvmLog log) =>
        new JsonObject
        {
            ["logIndex"] = log.LogIndex,
            ["token"] = log.Address.ToString(),
            ["topics"] = new JsonArray([
                .. log.Topics.Select(t => (JsonNode)JsonValue.Create(Hex.Data(t))),
            ]),
            ["data"] = Hex.Data(log.Data),
        };
}

using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;
using SimpleBase;

namespace Settlement.Chains.Solana.Observing;

/// <summary>Looks whether a transaction, whoever sent it, made a transfer to a wallet's token account. Instructions tell the transfers
/// apart, balances show that they happened: both must say the same.</summary>
internal sealed class TransferFinder(SolanaNetwork network, SolanaNodes nodes)
{
    private const int SignatureBytes = 64;

    internal async Task<TransferSighting> FindAsync(
        string signature,
        TransferOrder order,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        if (!IsSignature(signature))
            return new TransferSighting.Missing("this is no signature of this network");
        if (
            !PublicKey.TryParse(order.Destination, out PublicKey? wallet)
            || network.BaseUnitsOf(order) is not { } amount
        )
        {
            return new TransferSighting.Unknown("this is no transfer of this network");
        }
        var wanted = new Wanted(
            network.Token.Mint.ToString(),
            order.Destination,
            network.Token.AccountOf(wallet).ToString(),
            amount
        );
        return await AgreeingFinder.AskAsync(
            network.Options.Endpoints,
            order,
            [
                .. nodes.All.Select(node =>
                    (Func<Task<TransferSighting>>)(() => AskAsync(node, signature, wanted, ct))
                ),
            ]
        );
    }

    private async Task<TransferSighting> AskAsync(
        SolanaRpcClient node,
        string signature,
        Wanted wanted,
        CancellationToken ct
    )
    {
        if (await nodes.VerifyAsync(node, ct) is { } foreign)
            return new TransferSighting.Unknown(foreign);
        NodeAnswer<TransferSighting> answer = await FindAtAsync(node, signature, wanted, ct);
        return answer is NodeAnswer<TransferSighting>.Known known
            ? known.Value
            : new TransferSighting.Unknown(answer.Trouble ?? "");
    }

    private async Task<NodeAnswer<TransferSighting>> FindAtAsync(
        SolanaRpcClient node,
        string signature,
        Wanted wanted,
        CancellationToken ct
    )
    {
        NodeAnswer<ChainHead> head = await nodes.ReadHeadAsync(node, ct);
        if (head is not NodeAnswer<ChainHead>.Known final)
            return new NodeAnswer<TransferSighting>.Silent(head.Trouble ?? "");
        NodeAnswer<Look> looked = await Look.TakeAsync(node, final.Value, [signature], ct);
        if (looked is not NodeAnswer<Look>.Known { Value: var look })
            return new NodeAnswer<TransferSighting>.Silent(looked.Trouble ?? "");
        SignatureStatus? status = look.Seen[signature].Status;
        if (status is null)
            return Known(new TransferSighting.Missing($"{node.EndpointName} does not know it"));
        if (status.Commitment is not Commitment.Finalized)
        {
            return Known(
                new TransferSighting.Pending($"{status.Commitment} in slot {status.Slot}")
            );
        }

        string program = network.Token.Program.ToString();
        NodeAnswer<LandedTransfers?> read = await node.GetTransfersAsync(signature, program, ct);
        if (read is not NodeAnswer<LandedTransfers?>.Known { Value: var found })
            return Silent(node, read.Trouble);
        if (found is null)
            return Silent(node, "the status says finalized, but history does not have it yet");
        bool isConsistent =
            found.Landed.Signature == signature
            && found.Landed.Slot == status.Slot
            && found.Landed.Fault is null == status.Fault is null;
        if (!isConsistent)
            return Silent(node, "status and history contradict each other");
        return Known(Judge(node, found, wanted));
    }

    private static TransferSighting Judge(
        SolanaRpcClient node,
        LandedTransfers found,
        Wanted wanted
    )
    {
        LandedTransaction landed = found.Landed;
        JsonObject facts = Facts(node, landed, wanted);
        if (landed.Fault is { } fault)
        {
            facts["error"] = fault.ToString();
            return new TransferSighting.Failed($"It failed: {fault}.", Evidence.Of(facts));
        }
        if (found.Transfers is not { } transfers)
            return new TransferSighting.Unknown("the node did not record what programs called");
        Int128 inflow = wanted.InflowOf(landed);
        TransferInstruction[] into = [.. transfers.Where(t => t.To == wanted.Account)];
        bool givesBack = transfers.Any(t => t.From == wanted.Account);
        // Something else than transfers moved it, or the node does not know all of them.
        if (!givesBack && into.Aggregate((Int128)0, (sum, t) => sum + t.BaseUnits) != inflow)
            return new TransferSighting.Unknown("its transfers do not explain its balances");
        facts["before"] = $"{wanted.Before(landed)}";
        facts["after"] = $"{wanted.After(landed)}";
        facts["transfers"] = new JsonArray([.. into.Select(Describe)]);
        TransferInstruction[] made = [.. into.Where(t => t.BaseUnits == wanted.Amount)];
        return wanted.DifferenceOf(landed, into, made, givesBack) is { } difference
            ? new TransferSighting.Other(difference.What, difference.Why, Evidence.Of(facts))
            : new TransferSighting.Made(
                landed.Signature,
                [.. made.Select(t => t.Place)],
                Evidence.Of(facts)
            );
    }

    private static JsonObject Facts(
        SolanaRpcClient node,
        LandedTransaction landed,
        Wanted wanted
    ) =>
        new()
        {
            ["signature"] = landed.Signature,
            ["slot"] = landed.Slot,
            ["blockTime"] = landed.BlockTime,
            ["commitment"] = "finalized",
            ["endpoint"] = node.EndpointName,
            ["mint"] = wanted.Mint,
            ["wallet"] = wanted.Wallet,
            ["account"] = wanted.Account,
        };

    private static JsonNode Describe(TransferInstruction transfer) =>
        new JsonObject
        {
            ["place"] = transfer.Place,
            ["from"] = transfer.From,
            ["baseUnits"] = transfer.BaseUnits.ToString(CultureInfo.InvariantCulture),
        };

    private static bool IsSignature(string text)
    {
        Span<byte> bytes = stackalloc byte[2 * SignatureBytes];
        return text.Length is >= SignatureBytes and <= 88
            && Base58.Bitcoin.TryDecode(text, bytes, out int written)
            && written == SignatureBytes;
    }

    private static NodeAnswer<TransferSighting>.Known Known(TransferSighting sighting) =>
        new(sighting);

    private static NodeAnswer<TransferSighting>.Silent Silent(
        SolanaRpcClient node,
        string? cause
    ) => new($"{node.EndpointName}: {cause}");

    /// <summary>What the transfer must be.</summary>
    private sealed record Wanted(string Mint, string Wallet, string Account, ulong Amount)
    {
        internal ulong Before(LandedTransaction landed) => Of(landed.Before)?.BaseUnits ?? 0;

        internal ulong After(LandedTransaction landed) => Of(landed.After)?.BaseUnits ?? 0;

        internal Int128 InflowOf(LandedTransaction landed) =>
            (Int128)After(landed) - Before(landed);

        internal (TransferDifference What, string Why)? DifferenceOf(
            LandedTransaction landed,
            TransferInstruction[] into,
            TransferInstruction[] made,
            bool givesBack
        )
        {
            if (givesBack)
            {
                return (
                    TransferDifference.Amount,
                    "The destination gave some of the asset away in the same transaction."
                );
            }
            // A token account can be given to another wallet.
            if (Of(landed.After)?.Owner is { } owner && owner != Wallet)
                return (TransferDifference.Destination, $"The token account belongs to {owner}.");
            if (made.Length > 0)
                return null;
            if (into.Length > 0)
                return (TransferDifference.Amount, "The destination got another amount.");
            bool gotAnother = landed.After.Any(row => row.Owner == Wallet && row.Mint != Mint);
            return gotAnother
                ? (TransferDifference.Asset, "The destination holds another token.")
                : (TransferDifference.Destination, "The destination got none of the asset.");
        }

        private TokenBalance? Of(IReadOnlyList<TokenBalance> rows) =>
            rows.FirstOrDefault(row => row.Account == Account && row.Mint == Mint);
    }
}

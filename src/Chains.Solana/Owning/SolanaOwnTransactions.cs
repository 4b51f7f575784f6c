using System.Globalization;
using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Owning;

/// <summary>Which finalized transactions name the wallet, and what those are that it signed. The cursor is the slot up to
/// which all is accounted for.</summary>
/// <remarks>Nodes list what names an address, whoever signed it; that a wallet signed is told by the transaction alone.</remarks>
internal sealed class SolanaOwnTransactions(SolanaNetwork network, SolanaNodes nodes)
{
    /// <summary>100,000 signatures; a longer list leaves the question open.</summary>
    private const int MaxPages = 100;

    /// <summary>A node's index of addresses may be written a little after the block. The newest slots are read again.</summary>
    private const ulong ReadAgain = 64;

    internal async Task<OwnTransactions> ReadAsync(string? cursor, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ulong floor = 0;
        if (
            cursor is not null
            && !ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out floor)
        )
        {
            return new OwnTransactions.Unknown($"\"{cursor}\" is not a slot.");
        }
        OwnTransactions[] answers = await Task.WhenAll(
            nodes.All.Select(async node =>
                await nodes.VerifyAsync(node, ct) is { } foreign
                    ? new OwnTransactions.Unknown(foreign)
                    : Of(
                        cursor is null
                            ? await BeginAsync(node, ct)
                            : await ReadAtAsync(node, floor, ct)
                    )
            )
        );
        return OwnTransactions.Together(answers, begins: cursor is null);
    }

    private static OwnTransactions Of(NodeAnswer<OwnTransactions.Read> answer) =>
        answer is NodeAnswer<OwnTransactions.Read>.Known known
            ? known.Value
            : new OwnTransactions.Unknown(answer.Trouble ?? "");

    internal async Task<OwnTransactionFacts> ExplainAsync(
        OwnTransaction transaction,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        if (transaction.TransactionId is not { } signature)
            return new OwnTransactionFacts.Unknown("On Solana a transaction has a signature.");
        Explanation[] words = await Task.WhenAll(
            nodes.All.Select(node => ExplainAtAsync(node, signature, ct))
        );
        // That somebody else signed is one word that hides it, so two must say so; that the wallet did is safe to believe of one.
        if (words.FirstOrDefault(w => w.Facts is OwnTransactionFacts.Signed) is { } signed)
            return signed.Facts;
        Explanation[] denials = [.. words.Where(w => w.Facts is OwnTransactionFacts.NotSigned)];
        if (denials.Length >= Math.Min(words.Length, 2))
            return OwnTransactionFacts.NotSigned.Instance;
        // The newest slots are not final everywhere at once. Strangers must not stop payments by naming the wallet in each of them.
        return
            denials.Length == 1
            && words.All(w => w == denials[0] || w.FinalBelow <= denials[0].Slot)
            ? OwnTransactionFacts.Later.Instance
            : words.First(w => w.Facts is OwnTransactionFacts.Unknown).Facts;
    }

    /// <param name="Facts">What the node says.</param>
    /// <param name="Slot">Where it has it; null where it has not.</param>
    /// <param name="FinalBelow">It does not have it, and slots from this one on were not final there; null where it has it.</param>
    private sealed record Explanation(
        OwnTransactionFacts Facts,
        ulong? Slot = null,
        ulong? FinalBelow = null
    );

    private async Task<NodeAnswer<OwnTransactions.Read>> BeginAsync(
        SolanaRpcClient node,
        CancellationToken ct
    )
    {
        NodeAnswer<ChainHead> head = await nodes.ReadHeadAsync(node, ct);
        return head is NodeAnswer<ChainHead>.Known known
            ? Known([], known.Value.Slot)
            : Silent(node, head.Trouble);
    }

    private async Task<NodeAnswer<OwnTransactions.Read>> ReadAtAsync(
        SolanaRpcClient node,
        ulong floor,
        CancellationToken ct
    )
    {
        NodeAnswer<ChainHead> answer = await nodes.ReadHeadAsync(node, ct);
        if (answer is not NodeAnswer<ChainHead>.Known { Value: { } head })
            return Silent(node, answer.Trouble);
        if (head.Slot < floor)
            return Silent(node, Text($"slot {head.Slot} is final there, {floor} was used before"));
        NodeAnswer<ulong> oldest = await node.GetFirstAvailableBlockAsync(ct);
        if (oldest is not NodeAnswer<ulong>.Known { Value: ulong first })
            return Silent(node, oldest.Trouble);
        if (first > floor)
            return Silent(node, Text($"its history begins at slot {first}, after slot {floor}"));
        return await ListAsync(node, floor, head.Slot, ct);
    }

    private async Task<NodeAnswer<OwnTransactions.Read>> ListAsync(
        SolanaRpcClient node,
        ulong floor,
        ulong head,
        CancellationToken ct
    )
    {
        var found = new List<OwnTransaction>();
        string? before = null;
        for (int page = 0; page < MaxPages; page++)
        {
            NodeAnswer<IReadOnlyList<ListedSignature>> answer =
                await node.GetSignaturesForAddressAsync(network.Wallet, before, head, ct);
            if (answer is not NodeAnswer<IReadOnlyList<ListedSignature>>.Known { Value: var rows })
                return Silent(node, answer.Trouble);
            // Also what a node answers that does not know where the page before ended.
            if (before is not null && rows.Count == 0)
                return Silent(node, "the list breaks off after a full page");
            found.AddRange(
                rows.Where(r => r.Slot > floor)
                    .Select(r => new OwnTransaction(r.Signature, Nonce: null))
            );
            if (rows.Count < SolanaRpcClient.MaxListedPerCall || rows[^1].Slot <= floor)
                return Known(found, Math.Max(floor, head - Math.Min(head, ReadAgain)));
            before = rows[^1].Signature;
        }
        return Silent(node, Text($"more than {found.Count} signatures since slot {floor}"));
    }

    private async Task<Explanation> ExplainAtAsync(
        SolanaRpcClient node,
        string signature,
        CancellationToken ct
    )
    {
        // Before the transaction: what was not final then may be missing.
        NodeAnswer<ChainHead> head = await nodes.ReadHeadAsync(node, ct);
        NodeAnswer<LandedTransaction?> answer = await nodes.AskAsync(
            node,
            n => n.GetTransactionAsync(signature, ct),
            ct
        );
        if (answer is not NodeAnswer<LandedTransaction?>.Known known)
            return new(SilentFacts(node, answer.Trouble));
        if (known.Value is not { } landed || landed.Signature != signature)
        {
            return new(
                SilentFacts(node, "its history does not have the transaction that it lists"),
                FinalBelow: head is NodeAnswer<ChainHead>.Known { Value: { } at }
                    ? at.Slot + 1
                    : null
            );
        }
        if (landed.Signers is not { } signers)
            return new(SilentFacts(node, "it does not say who signed"));
        return signers.Contains(network.Wallet.ToString())
            ? new(
                new OwnTransactionFacts.Signed(
                    signature,
                    TransfersOf(landed),
                    Proof(node, landed, signers)
                )
            )
            : new(OwnTransactionFacts.NotSigned.Instance, landed.Slot);
    }

    // What others hold more of afterwards, where the wallet holds less.
    private IReadOnlyList<OutgoingTransfer> TransfersOf(LandedTransaction landed)
    {
        string mint = network.Token.Mint.ToString();
        string source = network.Source.ToString();
        bool isPaid = Change(landed, source) < 0;
        return isPaid
            ?
            [
                .. landed
                    .After.Where(b => b.Mint == mint && b.Account != source)
                    .Select(b => (Balance: b, Change: Change(landed, b.Account)))
                    .Where(b => b.Change > 0)
                    .Select(b => new OutgoingTransfer(
                        b.Balance.Owner ?? b.Balance.Account,
                        (UInt128)b.Change
                    )),
            ]
            : [];
    }

    private Int128 Change(LandedTransaction landed, string account)
    {
        string mint = network.Token.Mint.ToString();
        ulong before =
            landed.Before.FirstOrDefault(b => b.Account == account && b.Mint == mint)?.BaseUnits
            ?? 0;
        ulong after =
            landed.After.FirstOrDefault(b => b.Account == account && b.Mint == mint)?.BaseUnits
            ?? 0;
        return (Int128)after - before;
    }

    private static Evidence Proof(
        SolanaRpcClient node,
        LandedTransaction landed,
        IReadOnlyList<string> signers
    ) =>
        Evidence.Of(
            new JsonObject
            {
                ["signature"] = landed.Signature,
                ["slot"] = landed.Slot,
                ["blockTime"] = landed.BlockTime,
                ["feeLamports"] = landed.FeeLamports,
                ["error"] = landed.Fault?.ToString(),
                ["signers"] = new JsonArray([
                    .. signers.Select(s => (JsonNode)JsonValue.Create(s)),
                ]),
                ["commitment"] = "finalized",
                ["endpoint"] = node.EndpointName,
            }
        );

    private static NodeAnswer<OwnTransactions.Read> Known(
        IReadOnlyList<OwnTransaction> found,
        ulong slot
    ) =>
        new NodeAnswer<OwnTransactions.Read>.Known(
            new OwnTransactions.Read(found, slot.ToString(CultureInfo.InvariantCulture))
        );

    private static NodeAnswer<OwnTransactions.Read> Silent(SolanaRpcClient node, string? why) =>
        new NodeAnswer<OwnTransactions.Read>.Silent($"{node.EndpointName}: {why}");

    private static OwnTransactionFacts.Unknown SilentFacts(SolanaRpcClient node, string? why) =>
        new($"{node.EndpointName}: {why}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

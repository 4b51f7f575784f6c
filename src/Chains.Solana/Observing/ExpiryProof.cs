using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>Proves that transactions never landed and never can. A missing status alone proves nothing.</summary>
/// <remarks>
/// <para>Two looks must agree, from two endpoints where there are two. Each look shows, in this order: the finalized
/// block height has passed the last valid one, so every block in which the transaction could be is final; then, on a
/// state not older than that block, history does not know the signature; and history reaches back to the slot of the
/// block hash. The second look also goes through the list of all signatures of the wallet's token account.</para>
/// <para>The other order, status first, would miss a transaction that lands between the two calls.</para>
/// </remarks>
internal sealed class ExpiryProof(SolanaNetwork network, SolanaNodes nodes, FinalityMark mark)
{
    /// <summary>Writes an observation for each candidate: proven, or unknown with the part that is missing.</summary>
    internal async Task TryAsync(
        Look first,
        IReadOnlyList<Watched> candidates,
        Observation[] observations,
        CancellationToken ct
    )
    {
        NodeAnswer<Sighting> one = await WithHistoryAsync(first, ct);
        NodeAnswer<Sighting> two =
            one is NodeAnswer<Sighting>.Known
                ? await LookAgainAsync(first.Node, candidates, ct)
                : one;
        if (one is not NodeAnswer<Sighting>.Known a || two is not NodeAnswer<Sighting>.Known b)
        {
            foreach (Watched candidate in candidates)
                observations[candidate.Index] = Unproven($"a second look: {two.Trouble}");
            return;
        }

        List<Watched> twiceMissing = [];
        foreach (Watched candidate in candidates)
        {
            string? part = WhatIsMissing(candidate, a.Value) ?? WhatIsMissing(candidate, b.Value);
            if (part is null)
                twiceMissing.Add(candidate);
            else
                observations[candidate.Index] = Unproven(part);
        }
        if (twiceMissing.Count == 0)
            return;
        NodeAnswer<IReadOnlySet<string>> listed = await ListAsync(b.Value.Look, twiceMissing, ct);
        foreach (Watched candidate in twiceMissing)
            observations[candidate.Index] = Conclude(candidate, a.Value, b.Value, listed);
    }

    private Observation Conclude(
        Watched candidate,
        Sighting one,
        Sighting two,
        NodeAnswer<IReadOnlySet<string>> listed
    )
    {
        string node = two.Look.Node.EndpointName;
        if (listed is not NodeAnswer<IReadOnlySet<string>>.Known { Value: { } signatures })
            return Unproven($"the list of the wallet's signatures: {node}: {listed.Trouble}");
        if (signatures.Contains(candidate.Signature))
            return Unproven($"agreement: {node} lists it among the wallet's signatures");

        mark.Raise(one.Look.Head);
        mark.Raise(two.Look.Head);
        return new Observation.Never(
            NeverReason.Expired,
            Evidence.Of(
                new JsonObject
                {
                    ["signature"] = candidate.Signature,
                    ["lastValidBlockHeight"] = candidate.LastValidBlockHeight,
                    ["blockhashSlot"] = candidate.BlockhashSlot,
                    ["looks"] = new JsonArray(
                        one.Look.ToJson(candidate.Signature, one.FirstAvailableBlock),
                        two.Look.ToJson(candidate.Signature, two.FirstAvailableBlock)
                    ),
                    ["listedSignatures"] = signatures.Count,
                }
            )
        );
    }

    // All candidates of a wallet share one reading, back to the oldest block hash among them.
    private async Task<NodeAnswer<IReadOnlySet<string>>> ListAsync(
        Look look,
        IReadOnlyList<Watched> candidates,
        CancellationToken ct
    )
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (IGrouping<string, Watched> wallet in candidates.GroupBy(c => c.Transaction.Sender))
        {
            NodeAnswer<IReadOnlySet<string>> answer = await AccountHistory.ReadAsync(
                look.Node,
                network.Token.AccountOf(PublicKey.Parse(wallet.Key)),
                wallet.Min(c => c.BlockhashSlot ?? 0),
                look.Head.Slot,
                ct
            );
            if (answer is not NodeAnswer<IReadOnlySet<string>>.Known known)
                return answer;
            all.UnionWith(known.Value);
        }
        return new NodeAnswer<IReadOnlySet<string>>.Known(all);
    }

    private static string? WhatIsMissing(Watched candidate, Sighting sighting)
    {
        if (candidate.BlockhashSlot is not { } builtAt)
            return "the slot of the block hash, which the memo should tell";
        (Look look, ulong firstBlock) = sighting;
        string node = look.Node.EndpointName;
        SeenStatus seen = look.Seen[candidate.Signature];
        if (seen.Status is { } status)
            return Text($"agreement: {node} sees it in slot {status.Slot}");
        if (look.Head.BlockHeight <= candidate.LastValidBlockHeight)
        {
            return Text(
                $"finality: at {node} block height {look.Head.BlockHeight} is final, it can land up to {candidate.LastValidBlockHeight}"
            );
        }

        if (seen.AtSlot < look.Head.Slot)
        {
            return Text(
                $"a fresh status: {node} answered as of slot {seen.AtSlot}, before the finalized slot {look.Head.Slot}"
            );
        }
        return firstBlock <= builtAt
            ? null
            : Text(
                $"history: that of {node} begins at slot {firstBlock}, after slot {builtAt} of the block hash"
            );
    }

    private async Task<NodeAnswer<Sighting>> LookAgainAsync(
        SolanaRpcClient first,
        IReadOnlyList<Watched> candidates,
        CancellationToken ct
    )
    {
        string[] signatures = [.. candidates.Select(c => c.Signature).Distinct()];
        List<SolanaRpcClient> others = [.. nodes.InTurn().Where(n => !ReferenceEquals(n, first))];
        if (others.Count == 0)
            others.Add(first);
        NodeAnswer<Sighting> last = new NodeAnswer<Sighting>.Silent("no endpoint");
        foreach (SolanaRpcClient node in others)
        {
            last = await LookAsync(node, signatures, ct);
            if (last is NodeAnswer<Sighting>.Known)
                return last;
        }
        return last;
    }

    private async Task<NodeAnswer<Sighting>> LookAsync(
        SolanaRpcClient node,
        string[] signatures,
        CancellationToken ct
    )
    {
        if (await nodes.VerifyAsync(node, ct) is { } foreign)
            return new NodeAnswer<Sighting>.Silent(foreign);
        NodeAnswer<Look> look = await Look.TakeAsync(node, signatures, mark, ct);
        return look is NodeAnswer<Look>.Known known
            ? await WithHistoryAsync(known.Value, ct)
            : new NodeAnswer<Sighting>.Silent(look.Trouble ?? "");
    }

    private static async Task<NodeAnswer<Sighting>> WithHistoryAsync(
        Look look,
        CancellationToken ct
    )
    {
        NodeAnswer<ulong> answer = await look.Node.GetFirstAvailableBlockAsync(ct);
        return answer is NodeAnswer<ulong>.Known block
            ? new NodeAnswer<Sighting>.Known(new Sighting(look, block.Value))
            : new NodeAnswer<Sighting>.Silent($"{look.Node.EndpointName}: {answer.Trouble}");
    }

    private static Observation.Unknown Unproven(string part) =>
        new($"Past its last valid block height, but not proven: missing is {part}.");

    private static string Text(DefaultInterpolatedStringHandler text) =>
        string.Create(CultureInfo.InvariantCulture, ref text);

    /// <summary>A look, and the first slot that its node's history still holds.</summary>
    private sealed record Sighting(Look Look, ulong FirstAvailableBlock);
}

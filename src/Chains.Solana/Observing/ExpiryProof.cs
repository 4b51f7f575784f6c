using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>One node's proof that transactions never landed and never can. A missing status alone proves nothing, and
/// neither does one node: another one must prove the same.</summary>
/// <remarks>
/// <para>In this order: the finalized block height has passed the last valid one, so every block in which the
/// transaction could be is final; then, on a state not older than that block, no status, no transaction in history, no
/// row in the list of the wallet's signatures; and history reaches back to the slot of the block hash. The node also
/// calls the block hash dead: the last valid height is what the node that gave the block hash said, and it may have
/// lied.</para>
/// <para>The other order, status first, would miss a transaction that lands between the two calls.</para>
/// </remarks>
internal sealed class ExpiryProof(SolanaNetwork network, LandingProof landing)
{
    /// <summary>Writes an observation for each candidate: proven, landed after all, or unknown with the part that is
    /// missing.</summary>
    internal async Task TryAsync(
        Look look,
        IReadOnlyList<Watched> candidates,
        Observation[] observations,
        CancellationToken ct
    )
    {
        NodeAnswer<ulong> first = await look.Node.GetFirstAvailableBlockAsync(ct);
        List<Watched> missing = [];
        foreach (Watched candidate in candidates)
        {
            string? part = first is NodeAnswer<ulong>.Known { Value: var firstBlock }
                ? WhatIsMissing(candidate, look, firstBlock)
                : $"how far its history goes back: {first.Trouble}";
            if (part is null)
                missing.Add(candidate);
            else
                observations[candidate.Index] = Unproven(look, part);
        }
        if (missing.Count == 0)
            return;

        NodeAnswer<IReadOnlySet<string>> listed = await ListAsync(look, missing, ct);
        foreach (Watched candidate in missing)
        {
            observations[candidate.Index] =
                await ReadHistoryAsync(look, candidate, ct)
                ?? await DoubtDeathAsync(look, candidate, ct)
                ?? Conclude(look, candidate, listed);
        }
    }

    // Statuses are kept for a few minutes, transactions for months: history may know what the status does not.
    private async Task<Observation?> ReadHistoryAsync(
        Look look,
        Watched candidate,
        CancellationToken ct
    )
    {
        NodeAnswer<LandedTransaction?> answer = await look.Node.GetTransactionAsync(
            candidate.Signature,
            ct
        );
        if (answer is not NodeAnswer<LandedTransaction?>.Known known)
            return Unproven(look, $"its history: {answer.Trouble}");
        return known.Value is { } landed
            ? landing.Judge(look.Node, candidate.Transaction, landed)
            : null;
    }

    private static async Task<Observation?> DoubtDeathAsync(
        Look look,
        Watched candidate,
        CancellationToken ct
    )
    {
        if (candidate.Blockhash is not { } blockhash)
            return Unproven(look, "the block hash, which the bytes should tell");
        NodeAnswer<bool> answer = await look.Node.IsBlockhashValidAsync(
            blockhash,
            look.Head.Slot,
            ct
        );
        if (answer is not NodeAnswer<bool>.Known alive)
            return Unproven(look, $"the death of its block hash: {answer.Trouble}");
        return alive.Value
            ? Unproven(look, "the death of its block hash, which can still be used")
            : null;
    }

    private static Observation Conclude(
        Look look,
        Watched candidate,
        NodeAnswer<IReadOnlySet<string>> listed
    )
    {
        if (listed is not NodeAnswer<IReadOnlySet<string>>.Known { Value: { } signatures })
            return Unproven(look, $"the list of the wallet's signatures: {listed.Trouble}");
        if (signatures.Contains(candidate.Signature))
            return Unproven(look, "agreement: it lists it among the wallet's signatures");
        JsonObject seen = look.ToJson(candidate.Signature);
        seen["listedSignatures"] = signatures.Count;
        seen["inHistory"] = false;
        seen["blockhashValid"] = false;
        return new Observation.Never(
            NeverReason.Expired,
            Evidence.Of(
                new JsonObject
                {
                    ["signature"] = candidate.Signature,
                    ["lastValidBlockHeight"] = candidate.LastValidBlockHeight,
                    ["blockhashSlot"] = candidate.BlockhashSlot,
                    ["look"] = seen,
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

    private static string? WhatIsMissing(Watched candidate, Look look, ulong firstBlock)
    {
        if (candidate.BlockhashSlot is not { } builtAt)
            return "the slot of the block hash, which the memo should tell";
        SeenStatus seen = look.Seen[candidate.Signature];
        if (look.Head.Slot < builtAt)
        {
            return Text(
                $"finality: slot {look.Head.Slot} is final, the block hash is of slot {builtAt}"
            );
        }
        if (seen.AtSlot < look.Head.Slot)
        {
            return Text(
                $"a fresh status: it answered as of slot {seen.AtSlot}, before the finalized slot {look.Head.Slot}"
            );
        }
        return firstBlock <= builtAt
            ? null
            : Text(
                $"history: it begins at slot {firstBlock}, after slot {builtAt} of the block hash"
            );
    }

    private static Observation.Unknown Unproven(Look look, string part) =>
        new(
            $"{look.Node.EndpointName}: past its last valid block height, but not proven: missing is {part}."
        );

    private static string Text(DefaultInterpolatedStringHandler text) =>
        string.Create(CultureInfo.InvariantCulture, ref text);
}

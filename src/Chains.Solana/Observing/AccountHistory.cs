using System.Globalization;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>The signatures that touched a token account since a slot: another index of the same history.</summary>
/// <remarks>A node whose long-term storage is down answers "no status" to the question for a status, but an error to
/// this one.</remarks>
internal static class AccountHistory
{
    /// <summary>20,000 signatures; a longer list leaves the question open.</summary>
    private const int MaxPages = 20;

    /// <summary>Reads back to <paramref name="sinceSlot"/>, from a state not older than
    /// <paramref name="asOfSlot"/>.</summary>
    internal static async Task<NodeAnswer<IReadOnlySet<string>>> ReadAsync(
        SolanaRpcClient node,
        PublicKey account,
        ulong sinceSlot,
        ulong asOfSlot,
        CancellationToken ct
    )
    {
        var signatures = new HashSet<string>(StringComparer.Ordinal);
        string? before = null;
        for (int page = 0; page < MaxPages; page++)
        {
            NodeAnswer<IReadOnlyList<ListedSignature>> answer =
                await node.GetSignaturesForAddressAsync(account, before, asOfSlot, ct);
            if (answer is not NodeAnswer<IReadOnlyList<ListedSignature>>.Known { Value: var rows })
                return new NodeAnswer<IReadOnlySet<string>>.Silent(answer.Trouble ?? "");
            signatures.UnionWith(rows.Select(r => r.Signature));
            bool complete = rows.Count < SolanaRpcClient.MaxListedPerCall;
            if (complete || rows[^1].Slot < sinceSlot)
                return new NodeAnswer<IReadOnlySet<string>>.Known(signatures);
            before = rows[^1].Signature;
        }
        return new NodeAnswer<IReadOnlySet<string>>.Silent(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{account} has more than {signatures.Count} signatures since slot {sinceSlot}"
            )
        );
    }
}

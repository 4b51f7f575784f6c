using System.Text.Json.Nodes;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>What one endpoint said in one round. The finalized head was read first: only then does a missing status
/// after it mean anything.</summary>
/// <param name="Node">Who said it.</param>
/// <param name="Head">Its newest finalized block, read before the statuses.</param>
/// <param name="Seen">By signature.</param>
internal sealed record Look(
    SolanaRpcClient Node,
    ChainHead Head,
    IReadOnlyDictionary<string, SeenStatus> Seen
)
{
    /// <summary>Takes a look.</summary>
    internal static async Task<NodeAnswer<Look>> TakeAsync(
        SolanaRpcClient node,
        ChainHead head,
        IReadOnlyCollection<string> signatures,
        CancellationToken ct
    )
    {
        var seen = new Dictionary<string, SeenStatus>(StringComparer.Ordinal);
        foreach (string[] batch in signatures.Chunk(SolanaRpcClient.MaxSignaturesPerCall))
        {
            NodeAnswer<SignatureStatuses> statuses = await node.GetSignatureStatusesAsync(
                batch,
                ct
            );
            if (statuses is not NodeAnswer<SignatureStatuses>.Known known)
                return new NodeAnswer<Look>.Silent($"{node.EndpointName}: {statuses.Trouble}");
            for (int i = 0; i < batch.Length; i++)
                seen[batch[i]] = new SeenStatus(known.Value.Statuses[i], known.Value.Slot);
        }
        return new NodeAnswer<Look>.Known(new Look(node, head, seen));
    }

    /// <summary>The look as evidence that a signature is not there.</summary>
    internal JsonObject ToJson(string signature) =>
        new()
        {
            ["endpoint"] = Node.EndpointName,
            ["finalizedBlockHeight"] = Head.BlockHeight,
            ["finalizedSlot"] = Head.Slot,
            ["statusSlot"] = Seen[signature].AtSlot,
            ["status"] = null,
        };
}

/// <summary>A status, or none, and the newest slot that the node knew when it said so.</summary>
internal sealed record SeenStatus(SignatureStatus? Status, ulong AtSlot);

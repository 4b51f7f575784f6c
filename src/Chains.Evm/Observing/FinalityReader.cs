using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Reads what is final at one endpoint, by the tag and by the depth, whichever is stricter.</summary>
internal sealed class FinalityReader(EvmOptions options)
{
    /// <summary>Takes one view.</summary>
    /// <returns>The view, or the reason why this endpoint must not be believed now.</returns>
    internal async Task<(FinalityView? View, string Doubt)> ReadAsync(
        EvmEndpoint endpoint,
        CancellationToken ct
    )
    {
        FinalHead? before = endpoint.Standing.Highest;
        (ulong? tagged, string doubt) = await ReadTagAsync(endpoint, ct);
        if (tagged is null)
            return (null, doubt);
        // The tag is read first, so that the newest block is never older than it.
        if (!(await endpoint.Rpc.BlockNumberAsync(ct)).IsAnswer(out ulong latest, out doubt))
            return (null, $"{endpoint.Name}: {doubt}");
        if (latest < options.FinalityDepth)
        {
            if (before is not null)
                return (null, $"{endpoint.Name} is behind itself: its newest block is {latest}");
            endpoint.Standing.IsYoung();
            return (new FinalityView(endpoint, latest, null, options.FinalityPolicy), "");
        }

        ulong number = Math.Min(tagged.Value, latest - options.FinalityDepth);
        if (!(await endpoint.Rpc.BlockAsync(number, ct)).IsAnswer(out EvmBlock? head, out doubt))
            return (null, $"{endpoint.Name}: {doubt}");
        if (head is null)
            return (null, $"{endpoint.Name} does not know its own block {number}");
        string? refusal = await endpoint.Standing.JudgeAsync(
            before,
            new FinalHead(head.Number, head.Hash),
            height => HashAtAsync(endpoint, height, ct)
        );
        return refusal is null
            ? (new FinalityView(endpoint, latest, head, options.FinalityPolicy), "")
            : (null, refusal);
    }

    private static async Task<string?> HashAtAsync(
        EvmEndpoint endpoint,
        ulong height,
        CancellationToken ct
    )
    {
        EvmReply<EvmBlock?> reply = await endpoint.Rpc.BlockAsync(height, ct);
        return reply.IsAnswer(out EvmBlock? block, out _) ? block?.Hash : null;
    }

    // Without a tag the depth alone decides.
    private async Task<(ulong? Number, string Doubt)> ReadTagAsync(
        EvmEndpoint endpoint,
        CancellationToken ct
    )
    {
        if (!options.UsesFinalizedTag)
            return (ulong.MaxValue, "");
        EvmReply<EvmBlock?> reply = await endpoint.Rpc.BlockAsync(EvmOptions.FinalizedTag, ct);
        if (!reply.IsAnswer(out EvmBlock? block, out string cause))
            return (null, $"{endpoint.Name}: finalized block: {cause}");
        return block is null
            ? (null, $"{endpoint.Name} names no finalized block")
            : (block.Number, "");
    }
}

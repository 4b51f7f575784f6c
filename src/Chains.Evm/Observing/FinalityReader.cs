using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>Reads what is final, and never believes a node that is behind what we have already used, or contradicts it.</summary>
/// <remarks>When finality itself moved, every view is refused until the process restarts: a person must look first.</remarks>
internal sealed class FinalityReader(EvmOptions options)
{
    private readonly Lock _gate = new();
    private EvmBlock? _highest;

    /// <summary>Takes one view.</summary>
    /// <returns>The view, or the reason why this endpoint must not be believed now.</returns>
    internal async Task<(FinalityView? View, string Doubt)> ReadAsync(
        EvmEndpoint endpoint,
        CancellationToken ct
    )
    {
        (ulong? tagged, string doubt) = await ReadTagAsync(endpoint, ct);
        if (tagged is null)
            return (null, doubt);
        // The tag is read first, so that the newest block is never older than it.
        if (!(await endpoint.Rpc.BlockNumberAsync(ct)).IsAnswer(out ulong latest, out doubt))
            return (null, $"{endpoint.Name}: {doubt}");
        if (latest < options.FinalityDepth)
            return Accept(new FinalityView(endpoint, latest, null, options.FinalityPolicy));

        ulong number = Math.Min(tagged.Value, latest - options.FinalityDepth);
        if (!(await endpoint.Rpc.BlockAsync(number, ct)).IsAnswer(out EvmBlock? head, out doubt))
            return (null, $"{endpoint.Name}: {doubt}");
        if (head is null)
            return (null, $"{endpoint.Name} does not know its own block {number}");
        return await FindContradictionAsync(endpoint, head, ct) is { } contradiction
            ? (null, contradiction)
            : Accept(new FinalityView(endpoint, latest, head, options.FinalityPolicy));
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

    private async Task<string?> FindContradictionAsync(
        EvmEndpoint endpoint,
        EvmBlock head,
        CancellationToken ct
    )
    {
        EvmBlock? highest = Highest();
        if (highest is null)
            return null;
        if (head.Number < highest.Number)
            return Behind(endpoint, head.Number, highest);
        EvmBlock? same = head;
        if (head.Number > highest.Number)
        {
            EvmReply<EvmBlock?> reply = await endpoint.Rpc.BlockAsync(highest.Number, ct);
            if (!reply.IsAnswer(out same, out string cause))
                return $"{endpoint.Name}: {cause}";
        }
        if (same is null)
            return $"{endpoint.Name} does not know block {highest.Number}";
        return same.Hash == highest.Hash
            ? null
            : $"{endpoint.Name} has another block {highest.Number} than the one that "
                + "was final: finality was broken, or the node is on another chain";
    }

    private (FinalityView? View, string Doubt) Accept(FinalityView view)
    {
        lock (_gate)
        {
            // Another question may have gone further in the meantime.
            ulong head = view.Head?.Number ?? 0;
            if (_highest is not null && head < _highest.Number)
                return (null, Behind(view.Endpoint, head, _highest));
            _highest = view.Head ?? _highest;
            return (view, "");
        }
    }

    private static string Behind(EvmEndpoint endpoint, ulong head, EvmBlock highest) =>
        $"{endpoint.Name} is behind: final block {head} there, {highest.Number} already used";

    private EvmBlock? Highest()
    {
        lock (_gate)
            return _highest;
    }
}

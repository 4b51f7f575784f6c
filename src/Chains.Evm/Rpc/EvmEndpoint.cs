using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Observing;

namespace Settlement.Chains.Evm.Rpc;

/// <summary>One node, believed only while it names the configured chain and its finality moves forward.</summary>
internal sealed class EvmEndpoint(EvmRpcClient rpc, EvmOptions options, Standing standing)
{
    private readonly FinalityReader _finality = new(options);

    internal EvmRpcClient Rpc => rpc;

    internal string Name => rpc.EndpointName;

    internal Standing Standing => standing;

    /// <summary>Why this endpoint must not be asked what something is decided by; null when it may.</summary>
    internal async Task<string?> DoubtAsync(CancellationToken ct)
    {
        if (await DoubtChainAsync(ct) is { } foreign)
            return foreign;
        // A final head that cannot be read now says nothing against what else the node tells.
        if (standing.NeedsHead)
            _ = await _finality.ReadAsync(this, ct);
        return standing.OutBecause;
    }

    /// <summary>Takes a view of what is final, or says why this endpoint must not be believed now.</summary>
    internal async Task<(FinalityView? View, string Doubt)> ViewAsync(CancellationToken ct)
    {
        if (await DoubtChainAsync(ct) is { } foreign)
            return (null, foreign);
        (FinalityView? view, string doubt) = await _finality.ReadAsync(this, ct);
        if (view is null)
            standing.IsSilent(doubt);
        return (view, doubt);
    }

    /// <summary>Why this endpoint is not one of the configured chain; null when it is.</summary>
    internal async Task<string?> DoubtChainAsync(CancellationToken ct) =>
        standing.NeedsIdentity ? await ProveChainAsync(ct) : null;

    /// <summary>The same, whenever it was asked before.</summary>
    internal async Task<string?> ProveChainAsync(CancellationToken ct)
    {
        if (!(await rpc.ChainIdAsync(ct)).IsAnswer(out ulong found, out string cause))
            return standing.IsSilent($"{Name}: {cause}");
        if (found != options.ChainId)
            return standing.IsForeign($"{Name} serves chain {found}, not {options.ChainId}");
        if (options.GenesisHash is { } expected)
        {
            EvmReply<EvmBlock?> reply = await rpc.BlockAsync(0, ct);
            if (!reply.IsAnswer(out EvmBlock? genesis, out cause) || genesis is null)
                return standing.IsSilent($"{Name}: genesis block: {cause}");
            if (!string.Equals(genesis.Hash, expected, StringComparison.OrdinalIgnoreCase))
            {
                return standing.IsForeign(
                    $"{Name} serves another chain {found}: its first block is {genesis.Hash}, "
                        + $"not {expected}"
                );
            }
        }
        standing.IsOurs();
        return null;
    }
}

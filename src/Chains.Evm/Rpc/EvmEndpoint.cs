namespace Settlement.Chains.Evm.Rpc;

/// <summary>One node, believed only after it has named the configured chain.</summary>
internal sealed class EvmEndpoint(EvmRpcClient rpc, ulong chainId)
{
    private volatile bool _confirmed;

    internal EvmRpcClient Rpc => rpc;

    internal string Name => rpc.EndpointName;

    /// <summary>Why this endpoint must not be believed; null when it may.</summary>
    internal async Task<string?> DoubtAsync(CancellationToken ct)
    {
        if (_confirmed)
            return null;
        if (!(await rpc.ChainIdAsync(ct)).IsAnswer(out ulong found, out string cause))
            return $"{Name}: {cause}";
        if (found != chainId)
            return $"{Name} serves chain {found}, not {chainId}";
        _confirmed = true;
        return null;
    }
}

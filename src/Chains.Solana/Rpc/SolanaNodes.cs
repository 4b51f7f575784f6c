using Settlement.Chains.Endpoints;
using Settlement.Chains.JsonRpc;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>The configured endpoints. One that does not show the configured genesis hash is never asked anything
/// else.</summary>
internal sealed class SolanaNodes
{
    private readonly string _genesisHash;
    private readonly Dictionary<SolanaRpcClient, Standing> _standings;
    private int _preferred;

    internal SolanaNodes(
        IReadOnlyList<SolanaRpcClient> all,
        SolanaOptions options,
        TimeProvider clock
    )
    {
        All = all;
        Mark = new FinalityMark(options.Endpoints.ResumeAtMost);
        _genesisHash = options.GenesisHash;
        _standings = all.ToDictionary(
            node => node,
            node => new Standing(node.EndpointName, options.Endpoints, Mark, clock)
        );
    }

    /// <summary>All endpoints, as configured.</summary>
    internal IReadOnlyList<SolanaRpcClient> All { get; }

    /// <summary>The highest finalized slot that a verdict has rested on.</summary>
    internal FinalityMark Mark { get; }

    /// <summary>The endpoints of a checked configuration.</summary>
    internal static SolanaNodes Of(SolanaOptions options, HttpClient http, TimeProvider clock) =>
        new(
            [
                .. options.RpcUrls.Select(url => new SolanaRpcClient(
                    new JsonRpcClient(http, new Uri(url), options.RpcTimeout)
                )),
            ],
            options,
            clock
        );

    internal Standing StandingOf(SolanaRpcClient node) => _standings[node];

    /// <summary>Asks one endpoint after the other until one answers, the one that answered last first.</summary>
    /// <param name="ask">The question; every call in it goes to the same endpoint.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>The first value, or the last trouble.</returns>
    internal async Task<NodeAnswer<T>> AskAsync<T>(
        Func<SolanaRpcClient, Task<NodeAnswer<T>>> ask,
        CancellationToken ct
    )
    {
        NodeAnswer<T> last = new NodeAnswer<T>.Silent("no endpoint is configured");
        int first = Volatile.Read(ref _preferred);
        for (int i = 0; i < All.Count; i++)
        {
            int index = (first + i) % All.Count;
            last = await AskAsync(All[index], ask, ct);
            if (last is NodeAnswer<T>.Known)
            {
                Volatile.Write(ref _preferred, index);
                return last;
            }
        }
        return last;
    }

    /// <summary>Asks this endpoint and no other, unless it is not believed.</summary>
    internal async Task<NodeAnswer<T>> AskAsync<T>(
        SolanaRpcClient node,
        Func<SolanaRpcClient, Task<NodeAnswer<T>>> ask,
        CancellationToken ct
    ) =>
        await DoubtAsync(node, ct) is { } doubt ? new NodeAnswer<T>.Silent(doubt) : await ask(node);

    /// <summary>Whether the endpoint serves the configured cluster; null is yes, else the reason in one
    /// sentence.</summary>
    internal async Task<string?> VerifyAsync(SolanaRpcClient node, CancellationToken ct) =>
        _standings[node].NeedsIdentity ? await ProveAsync(node, ct) : null;

    /// <summary>Asks for the genesis hash, whenever that was done before.</summary>
    internal async Task<string?> ProveAsync(SolanaRpcClient node, CancellationToken ct)
    {
        Standing standing = _standings[node];
        NodeAnswer<string> answer = await node.GetGenesisHashAsync(ct);
        if (answer is not NodeAnswer<string>.Known genesis)
            return standing.IsSilent($"{node.EndpointName}: {answer.Trouble}");
        if (genesis.Value != _genesisHash)
        {
            return standing.IsForeign(
                $"{node.EndpointName} serves the cluster with genesis hash {genesis.Value}; configured is {_genesisHash}."
            );
        }
        standing.IsOurs();
        return null;
    }

    /// <summary>Reads the newest finalized block of an endpoint and judges it.</summary>
    internal async Task<NodeAnswer<ChainHead>> ReadHeadAsync(
        SolanaRpcClient node,
        CancellationToken ct
    )
    {
        Standing standing = _standings[node];
        FinalHead? before = standing.Highest;
        NodeAnswer<ChainHead> answer = await node.GetFinalizedHeadAsync(ct);
        if (answer is not NodeAnswer<ChainHead>.Known head)
        {
            return new NodeAnswer<ChainHead>.Silent(
                standing.IsSilent($"{node.EndpointName}: {answer.Trouble}")
            );
        }
        string? refusal = await standing.JudgeAsync(
            before,
            new FinalHead(head.Value.Slot, Hash: null),
            slot => HashAtAsync(node, slot, ct)
        );
        return refusal is null ? answer : new NodeAnswer<ChainHead>.Silent(refusal);
    }

    // A node whose history no longer has the slot says nothing about it. One that has another block is found out.
    private async Task<string?> HashAtAsync(
        SolanaRpcClient node,
        ulong slot,
        CancellationToken ct
    ) =>
        await node.GetBlockHashAsync(slot, ct) switch
        {
            NodeAnswer<string>.Known known => known.Value,
            NodeAnswer<string>.Refused => Mark.Highest?.Hash,
            _ => null,
        };

    // A head that cannot be read now says nothing against what else the node tells.
    private async Task<string?> DoubtAsync(SolanaRpcClient node, CancellationToken ct)
    {
        if (await VerifyAsync(node, ct) is { } foreign)
            return foreign;
        if (_standings[node].NeedsHead)
            _ = await ReadHeadAsync(node, ct);
        return _standings[node].OutBecause;
    }
}

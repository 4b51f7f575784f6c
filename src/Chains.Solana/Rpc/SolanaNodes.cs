using System.Collections.Concurrent;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>The configured endpoints. One that has not shown the configured genesis hash is never asked anything
/// else.</summary>
internal sealed class SolanaNodes(IReadOnlyList<SolanaRpcClient> all, string genesisHash)
{
    private readonly ConcurrentDictionary<SolanaRpcClient, bool> _verified = new();
    private int _preferred;

    /// <summary>All endpoints, as configured.</summary>
    internal IReadOnlyList<SolanaRpcClient> All => all;

    /// <summary>All endpoints, the one that answered last first.</summary>
    internal IEnumerable<SolanaRpcClient> InTurn()
    {
        int first = Volatile.Read(ref _preferred);
        return Enumerable.Range(0, all.Count).Select(i => all[(first + i) % all.Count]);
    }

    /// <summary>Asks one endpoint after the other until one answers.</summary>
    /// <param name="ask">The question; every call in it goes to the same endpoint.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <returns>The first value, or the last trouble.</returns>
    internal async Task<NodeAnswer<T>> AskAsync<T>(
        Func<SolanaRpcClient, Task<NodeAnswer<T>>> ask,
        CancellationToken ct
    )
    {
        NodeAnswer<T> last = new NodeAnswer<T>.Silent("no endpoint is configured");
        foreach (SolanaRpcClient node in InTurn())
        {
            string? foreign = await VerifyAsync(node, ct);
            last = foreign is null ? await ask(node) : new NodeAnswer<T>.Silent(foreign);
            if (last is NodeAnswer<T>.Known)
            {
                Prefer(node);
                return last;
            }
        }
        return last;
    }

    /// <summary>Whether the endpoint serves the configured cluster; null is yes, else the reason in one
    /// sentence.</summary>
    internal async Task<string?> VerifyAsync(SolanaRpcClient node, CancellationToken ct)
    {
        if (_verified.ContainsKey(node))
            return null;
        NodeAnswer<string> answer = await node.GetGenesisHashAsync(ct);
        if (answer is not NodeAnswer<string>.Known genesis)
            return $"{node.EndpointName}: {answer.Trouble}";
        if (!IsOurs(genesis.Value))
            return Foreign(node, genesis.Value);
        _verified[node] = true;
        return null;
    }

    /// <summary>Whether this is the configured cluster's genesis hash.</summary>
    internal bool IsOurs(string genesis) => genesis == genesisHash;

    /// <summary>The sentence for an endpoint of another cluster.</summary>
    internal string Foreign(SolanaRpcClient node, string genesis) =>
        $"{node.EndpointName} serves the cluster with genesis hash {genesis}; configured is {genesisHash}.";

    private void Prefer(SolanaRpcClient node)
    {
        for (int i = 0; i < all.Count; i++)
        {
            if (ReferenceEquals(all[i], node))
                Volatile.Write(ref _preferred, i);
        }
    }
}

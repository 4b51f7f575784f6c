using Settlement.Chains.Endpoints;
using Settlement.Chains.JsonRpc;

namespace Settlement.Chains.Evm.Rpc;

/// <summary>The network's nodes. Questions go to one of them, and to the next when it does not answer.</summary>
internal sealed class EvmEndpoints(IReadOnlyList<EvmEndpoint> all, FinalityMark mark)
{
    private int _preferred;

    /// <summary>The highest final block that a verdict has rested on.</summary>
    internal FinalityMark Mark => mark;

    /// <summary>The configured nodes.</summary>
    internal static EvmEndpoints Of(EvmOptions options, HttpClient http, TimeProvider clock)
    {
        var mark = new FinalityMark(options.Endpoints.ResumeAtMost);
        return new EvmEndpoints([.. options.RpcUrls.Select(Make)], mark);

        EvmEndpoint Make(string url)
        {
            var rpc = new JsonRpcClient(http, new Uri(url), options.RpcTimeout);
            return new EvmEndpoint(
                new EvmRpcClient(rpc),
                options,
                new Standing(rpc.EndpointName, options.Endpoints, mark, clock)
            );
        }
    }

    internal IReadOnlyList<EvmEndpoint> All => all;

    /// <summary>Asks one endpoint after another until one gives a usable answer.</summary>
    /// <param name="ask">All reads of one answer, made at this endpoint only.</param>
    /// <param name="isUsable">Whether the answer settles the question.</param>
    /// <param name="unknown">The answer when no endpoint could be asked.</param>
    /// <param name="ct">Cancels the wait.</param>
    internal async Task<T> AskAsync<T>(
        Func<EvmEndpoint, Task<T>> ask,
        Func<T, bool> isUsable,
        Func<string, T> unknown,
        CancellationToken ct
    )
    {
        int first = Volatile.Read(ref _preferred);
        T? answer = default;
        bool answered = false;
        var doubts = new List<string>();
        for (int i = 0; i < all.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            int index = (first + i) % all.Count;
            if (await all[index].DoubtAsync(ct) is { } doubt)
            {
                doubts.Add(doubt);
                continue;
            }
            answer = await ask(all[index]);
            answered = true;
            if (isUsable(answer))
            {
                // The next question starts where this one was answered.
                Volatile.Write(ref _preferred, index);
                return answer;
            }
        }
        return answered ? answer! : unknown(string.Join("; ", doubts));
    }
}

using Settlement.Chains.Endpoints;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>One node's words. All reads of a round go to it and rest on one final block, which must still be the same
/// when the last of them is made.</summary>
internal sealed class EvmWitness(EvmEndpoint endpoint, EvmObserver observer) : IWitness
{
    public string Name => endpoint.Name;

    public async Task<Testimony> SayAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        (FinalityView? view, string doubt) = await endpoint.ViewAsync(ct);
        if (view is null)
            return Testimony.Silent(transactions.Count, doubt);
        IReadOnlyList<Observation> words = await observer.ObserveAsync(view, transactions, ct);
        if (words.All(word => word is Observation.NotSeen or Observation.Unknown))
            return new Testimony(words, null);
        // What is said of a block holds only if the chain below it was one and the same all the while.
        return await FindMovementAsync(view, ct) is { } moved
            ? Testimony.Silent(transactions.Count, moved)
            : new Testimony(
                words,
                view.Head is { } head ? new FinalHead(head.Number, head.Hash) : null,
                endpoint.Standing.NoVerdictBecause
            );
    }

    private static async Task<string?> FindMovementAsync(FinalityView view, CancellationToken ct)
    {
        if (view.Head is not { } head)
            return null;
        string name = view.Endpoint.Name;
        EvmReply<EvmBlock?> reply = await view.Endpoint.Rpc.BlockAsync(head.Number, ct);
        if (!reply.IsAnswer(out EvmBlock? again, out string cause))
            return $"{name}: {cause}";
        return again?.Hash == head.Hash
            ? null
            : $"{name} showed another block {head.Number} before: the chain moved under the look";
    }
}

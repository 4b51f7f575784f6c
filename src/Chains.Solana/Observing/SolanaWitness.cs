using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>One node's words. All reads of a round go to it, on states not older than one finalized slot, and its
/// finality must not have moved back when the last of them is made.</summary>
internal sealed class SolanaWitness(SolanaRpcClient node, SolanaNodes nodes, ChainObserver observer)
    : IWitness
{
    public string Name => node.EndpointName;

    public async Task<Testimony> SayAsync(
        IReadOnlyList<OpenTransaction> transactions,
        CancellationToken ct
    )
    {
        if (await nodes.VerifyAsync(node, ct) is { } foreign)
            return Testimony.Silent(transactions.Count, foreign);
        NodeAnswer<ChainHead> answer = await nodes.ReadHeadAsync(node, ct);
        if (answer is not NodeAnswer<ChainHead>.Known head)
            return Testimony.Silent(transactions.Count, answer.Trouble ?? "");
        IReadOnlyList<Observation> words = await observer.ObserveAsync(
            node,
            head.Value,
            transactions,
            ct
        );
        if (!words.Any(word => word is Observation.Landed or Observation.Never))
            return new Testimony(words, null);
        return await FindMovementAsync(head.Value, ct) is { } moved
            ? Testimony.Silent(transactions.Count, moved)
            : new Testimony(
                words,
                new FinalHead(head.Value.Slot, await HashOfAsync(head.Value.Slot, ct)),
                nodes.StandingOf(node).NoVerdictBecause
            );
    }

    // Another node behind the same name would have answered with another head.
    private async Task<string?> FindMovementAsync(ChainHead head, CancellationToken ct)
    {
        NodeAnswer<ChainHead> answer = await node.GetFinalizedHeadAsync(ct);
        if (answer is not NodeAnswer<ChainHead>.Known again)
            return $"{Name}: {answer.Trouble}";
        return again.Value.Slot >= head.Slot && again.Value.BlockHeight >= head.BlockHeight
            ? null
            : $"{Name} went back to slot {again.Value.Slot} while it was asked";
    }

    // For the mark alone: a node that keeps no blocks can still be a witness.
    private async Task<string?> HashOfAsync(ulong slot, CancellationToken ct) =>
        await node.GetBlockHashAsync(slot, ct) is NodeAnswer<string>.Known hash ? hash.Value : null;
}

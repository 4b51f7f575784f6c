using System.Globalization;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Observing;

/// <summary>The highest finalized block height that a verdict of this process has rested on. A node behind it is not
/// believed.</summary>
internal sealed class FinalityMark
{
    private readonly Lock _gate = new();
    private ulong _highest;

    /// <summary>Why a node with this head says nothing; null where it may speak.</summary>
    internal string? WhyBehind(ChainHead head)
    {
        lock (_gate)
        {
            return head.BlockHeight >= _highest
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"its finalized block height {head.BlockHeight} is behind {_highest}, which was used before"
                );
        }
    }

    /// <summary>Remembers that a verdict rests on this head.</summary>
    internal void Raise(ChainHead head)
    {
        lock (_gate)
            _highest = Math.Max(_highest, head.BlockHeight);
    }
}

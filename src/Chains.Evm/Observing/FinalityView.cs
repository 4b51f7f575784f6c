using System.Text.Json.Nodes;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Observing;

/// <summary>What one endpoint calls final at one moment. All reads of a verdict are made through one view.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="Latest">Height of its newest block.</param>
/// <param name="Head">Its newest final block by the network's policy; null while none is final.</param>
/// <param name="Policy">The policy in words.</param>
internal sealed record FinalityView(
    EvmEndpoint Endpoint,
    ulong Latest,
    EvmBlock? Head,
    string Policy
)
{
    /// <summary>Whether a block at this height is final.</summary>
    internal bool Covers(ulong blockNumber) => Head is not null && blockNumber <= Head.Number;

    /// <summary>For evidence.</summary>
    internal JsonObject ToJson() =>
        new()
        {
            ["policy"] = Policy,
            ["endpoint"] = Endpoint.Name,
            ["latestBlock"] = Latest,
            ["finalBlock"] = Head?.Number,
            ["finalBlockHash"] = Head?.Hash,
        };
}

namespace Settlement.Chains.Tests;

/// <summary>The condition in which a conformance test wants its adapter.</summary>
public enum AdapterCondition
{
    /// <summary>Everything is as it should be.</summary>
    Healthy,

    /// <summary>Every endpoint refuses connections.</summary>
    NodeUnreachable,

    /// <summary>The endpoint is healthy, but the configuration names another chain (chain id, genesis hash).</summary>
    AnotherChain,

    /// <summary>The endpoint is healthy, but the signer holds another key than the configured wallet's.</summary>
    AnotherSigner,
}

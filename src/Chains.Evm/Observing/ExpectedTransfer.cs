using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm.Observing;

/// <summary>What an open transaction must have done, in the chain's own terms.</summary>
/// <param name="Sender">The wallet that signed.</param>
/// <param name="Nonce">Shared by all attempts.</param>
/// <param name="Destination">Who must have been paid.</param>
/// <param name="Amount">Base units.</param>
/// <param name="Attempts">At least one.</param>
internal sealed record ExpectedTransfer(
    EvmAddress Sender,
    ulong Nonce,
    EvmAddress Destination,
    UInt128 Amount,
    IReadOnlyList<StoredAttempt> Attempts
);

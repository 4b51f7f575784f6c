using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Vault;

namespace Settlement.Chains.Evm.Observing;

/// <summary>What an open transaction must have done, in the chain's own terms.</summary>
/// <param name="Sender">The wallet that signed.</param>
/// <param name="Nonce">Shared by all attempts.</param>
/// <param name="Items">Who must have been paid, by position; at least one.</param>
/// <param name="Attempts">At least one.</param>
internal sealed record ExpectedTransfer(
    EvmAddress Sender,
    ulong Nonce,
    IReadOnlyList<OrderedItem> Items,
    IReadOnlyList<StoredAttempt> Attempts
)
{
    /// <summary>Whether a receipt is that of a cancel of ours, which pays nobody.</summary>
    internal bool IsCancel(EvmReceipt receipt) =>
        Attempts.Any(a =>
            a.Kind == AttemptKind.Cancel && a.TransactionId == receipt.TransactionHash
        );
}

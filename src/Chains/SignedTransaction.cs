namespace Settlement.Chains;

/// <summary>A signed transaction that has not left the process. Its id is known before it is sent.</summary>
/// <param name="TransactionId">EVM: transaction hash, 0x + 64 hex. Solana: first signature, base58.</param>
/// <param name="Bytes">Exactly what is broadcast, now and at every repetition.</param>
/// <param name="Sender">The hot wallet that signed.</param>
/// <param name="Nonce">EVM nonce; null on Solana.</param>
/// <param name="LastValidBlockHeight">Solana: the last block height at which it can land; null on EVM.</param>
/// <param name="ExpiresWithin">About how long it can still land, for people to read; null where it never expires.</param>
/// <param name="Terms">What was signed, for people: fees, limits, blockhash.</param>
public sealed record SignedTransaction(
    string TransactionId,
    ReadOnlyMemory<byte> Bytes,
    string Sender,
    ulong? Nonce,
    ulong? LastValidBlockHeight,
    TimeSpan? ExpiresWithin,
    Evidence Terms
);

/// <summary>Signed bytes as they were stored.</summary>
/// <param name="TransactionId">See <see cref="SignedTransaction.TransactionId"/>.</param>
/// <param name="Bytes">See <see cref="SignedTransaction.Bytes"/>.</param>
public sealed record StoredAttempt(string TransactionId, ReadOnlyMemory<byte> Bytes);

/// <summary>A transaction that may still land, as it was stored.</summary>
/// <param name="Sender">The hot wallet.</param>
/// <param name="Nonce">EVM nonce; null on Solana.</param>
/// <param name="LastValidBlockHeight">Solana; null on EVM.</param>
/// <param name="Attempts">At least one, oldest first. On EVM they share the nonce, so at most one can land; on Solana exactly one.</param>
/// <param name="Transfers">Who rides on it, by position.</param>
public sealed record OpenTransaction(
    string Sender,
    ulong? Nonce,
    ulong? LastValidBlockHeight,
    IReadOnlyList<StoredAttempt> Attempts,
    IReadOnlyList<TransferOrder> Transfers
);

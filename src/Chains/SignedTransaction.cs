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
)
{
    /// <summary>What it does with its place.</summary>
    public AttemptKind Kind { get; init; }

    /// <summary>What it offers for a place in a block; null where offers are not replaced.</summary>
    public OfferedFees? Fees { get; init; }
}

/// <summary>Signed bytes as they were stored.</summary>
/// <param name="TransactionId">See <see cref="SignedTransaction.TransactionId"/>.</param>
/// <param name="Bytes">See <see cref="SignedTransaction.Bytes"/>.</param>
public sealed record StoredAttempt(string TransactionId, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>What it does with its place.</summary>
    public AttemptKind Kind { get; init; }
}

/// <summary>What an attempt does with its transaction's place on the chain.</summary>
public enum AttemptKind
{
    /// <summary>It pays the riders.</summary>
    Payment,

    /// <summary>EVM: it pays nobody and uses up the nonce. Once it is final, no payment at this nonce can land.</summary>
    Cancel,
}

/// <summary>What is offered for a place in a block.</summary>
/// <param name="MaxFee">EVM: wei a unit of gas at most, base fee included; greater than 0.</param>
/// <param name="Tip">EVM: wei a unit of gas for the proposer, <paramref name="MaxFee"/> at most.</param>
public sealed record OfferedFees(UInt128 MaxFee, UInt128 Tip);

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

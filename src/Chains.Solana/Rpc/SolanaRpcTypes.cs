using Settlement.Chains.Solana.Addresses;

namespace Settlement.Chains.Solana.Rpc;

/// <summary>How sure the cluster is of what it answers.</summary>
internal enum Commitment
{
    /// <summary>In a block of this node's best fork.</summary>
    Processed,

    /// <summary>Voted for by two thirds of the stake; in principle it can still vanish.</summary>
    Confirmed,

    /// <summary>Rooted: it cannot vanish.</summary>
    Finalized,
}

/// <summary>A block hash and until when it can be used, all from one answer.</summary>
internal sealed record RecentBlockhash(ulong Slot, PublicKey Hash, ulong LastValidBlockHeight);

/// <summary>A slot and the block height at it, from one answer: two calls could reach two nodes.</summary>
internal sealed record ChainHead(ulong Slot, ulong BlockHeight);

/// <summary>An account's state. Null in lists means that it does not exist.</summary>
/// <param name="Lamports">Balance.</param>
/// <param name="Owner">The program that owns it.</param>
/// <param name="Executable">Whether it is a program.</param>
/// <param name="Space">Length of its whole data.</param>
/// <param name="Data">The beginning of its data.</param>
internal sealed record AccountState(
    ulong Lamports,
    PublicKey Owner,
    bool Executable,
    ulong Space,
    byte[] Data
);

/// <summary>Accounts as of one slot.</summary>
internal sealed record AccountStates(ulong Slot, IReadOnlyList<AccountState?> Accounts);

/// <summary>What a node knows of a signature.</summary>
internal sealed record SignatureStatus(ulong Slot, Commitment Commitment, TransactionFault? Fault);

/// <summary>Statuses as of the node's newest slot; null means that the node does not know the signature.</summary>
internal sealed record SignatureStatuses(ulong Slot, IReadOnlyList<SignatureStatus?> Statuses);

/// <summary>One row of an account's history.</summary>
internal sealed record ListedSignature(string Signature, ulong Slot);

/// <summary>What a simulation said.</summary>
internal sealed record SimulationResult(TransactionFault? Fault, ulong? UnitsConsumed);

/// <summary>A landed transaction with its token balances.</summary>
internal sealed record LandedTransaction(
    ulong Slot,
    long? BlockTime,
    string Signature,
    ulong FeeLamports,
    TransactionFault? Fault,
    IReadOnlyList<TokenBalance> Before,
    IReadOnlyList<TokenBalance> After
)
{
    /// <summary>Who signed it, the payer of its fee first; null where the node does not say.</summary>
    internal IReadOnlyList<string>? Signers { get; init; }
}

/// <summary>One row of pre- or postTokenBalances.</summary>
internal sealed record TokenBalance(string Account, string Mint, string? Owner, ulong BaseUnits);

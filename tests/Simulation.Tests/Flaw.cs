namespace Settlement.Simulation.Tests;

/// <summary>Deliberate mistakes, to prove that the simulation finds them.</summary>
[Flags]
public enum Flaw
{
    None = 0,

    /// <summary>The adapter sends while it signs: bytes leave before they are stored.</summary>
    BroadcastBeforeStore = 1,

    /// <summary>"Not found" is taken as proof that a transaction never lands.</summary>
    NotFoundIsDead = 2,

    /// <summary>The store ignores fencing tokens.</summary>
    NoFence = 4,

    /// <summary>The store forgets the law that a payout rides on one live transaction at most.</summary>
    NoRideLaw = 8,

    /// <summary>A riding payout falls due again, as if it did not ride.</summary>
    RidersStayDue = 16,

    /// <summary>The first inclusion counts as final.</summary>
    InclusionIsFinal = 32,

    /// <summary>A send without an answer counts as a failure.</summary>
    SilenceIsFailure = 64,

    /// <summary>Solana: a blockhash counts as expired by the newest block, not by the finalized one.</summary>
    ExpiryByNewestBlock = 128,

    /// <summary>Solana: one node's word is enough for "never".</summary>
    OneNodeIsEnough = 256,

    /// <summary>Solana: the status is read before the height that is to make it final.</summary>
    StatusBeforeHeight = 512,

    /// <summary>EVM: a revert counts at first inclusion.</summary>
    RevertIsFinal = 1024,

    /// <summary>A hold keeps a payout from being taken up, and lets whoever has it go on.</summary>
    HoldOnlySkips = 2048,

    /// <summary>EVM: a dearer attempt is signed at another nonce, and the store lets it.</summary>
    BumpAtNewNonce = 4096,

    /// <summary>EVM: a cancel in any block counts as the end of what it replaced.</summary>
    ReplacedIsFinal = 8192,

    /// <summary>EVM: a dearer attempt leaves while it is signed, before it is stored.</summary>
    BumpBeforeStore = 16384,

    /// <summary>EVM: whatever lands at the nonce counts as the payment.</summary>
    CancelIsPayment = 32768,

    /// <summary>The store forgets that above the threshold a person must approve.</summary>
    NoApprovalLaw = 1 << 16,

    /// <summary>The store takes a person's verdict although the chain contradicts nothing.</summary>
    AnyVerdict = 1 << 17,

    /// <summary>Solana: the recent statuses that a node keeps at hand count as its history.</summary>
    StatusCacheIsHistory = 1 << 18,

    /// <summary>Solana: a height that one call has told counts for the history that another call tells.</summary>
    HeightOfAnotherCall = 1 << 19,

    /// <summary>A batch that landed counts as paid to all of its riders.</summary>
    BatchIsAllPaid = 1 << 22,

    /// <summary>Nobody looks whether the wallet has signed what is not stored.</summary>
    NoKeyCheck = 1 << 23,

    /// <summary>EVM: the vault keeps no bit for a payout that it has paid.</summary>
    VaultForgets = 1 << 24,
}

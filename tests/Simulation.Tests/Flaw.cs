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
}

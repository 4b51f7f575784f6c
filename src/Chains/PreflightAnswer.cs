namespace Settlement.Chains;

/// <summary>What the network says about one transfer before anything is signed.</summary>
public abstract record PreflightAnswer
{
    private PreflightAnswer() { }

    /// <summary>Nothing speaks against it. Next: sign.</summary>
    public sealed record Payable : PreflightAnswer
    {
        /// <summary>The only value.</summary>
        public static readonly Payable Instance = new();
    }

    /// <summary>The destination can never receive this transfer. Nothing was signed. Next: fail the payout.</summary>
    /// <param name="Code">The reason for programs.</param>
    /// <param name="Message">The reason in one sentence; the user reads it.</param>
    public sealed record NeverPayable(FailureCode Code, string Message) : PreflightAnswer;

    /// <summary>It cannot be paid now. Next: park with the reason and look again later.</summary>
    /// <param name="Reason">The reason for programs.</param>
    /// <param name="Detail">The reason in one sentence; users and operators read it.</param>
    public sealed record NotNow(ParkReason Reason, string Detail) : PreflightAnswer;

    /// <summary>The node gave no usable answer. Next: ask again later; nothing follows from it.</summary>
    /// <param name="Cause">What happened.</param>
    public sealed record Unknown(string Cause) : PreflightAnswer;
}

/// <summary>Why a payout failed for good.</summary>
public enum FailureCode
{
    /// <summary>The token refuses to pay this address (blacklist, frozen account).</summary>
    DestinationBlocked,

    /// <summary>The address is a program or contract that cannot hold the token, or belongs to somebody else.</summary>
    DestinationNotWallet,

    /// <summary>An operator said so.</summary>
    OperatorDecision,
}

/// <summary>Why a payout waits. Waiting ends nothing: it is taken up again.</summary>
public enum ParkReason
{
    /// <summary>The network asks a higher fee than the policy allows.</summary>
    FeeAboveCap,

    /// <summary>The hot wallet holds too little of the asset.</summary>
    WalletShortOfAsset,

    /// <summary>The hot wallet holds too little of the network's own coin to pay fees.</summary>
    WalletShortOfGas,

    /// <summary>The token is paused, or refuses our wallet.</summary>
    AssetPaused,

    /// <summary>The hot wallet is frozen until an operator has looked at it.</summary>
    WalletFrozen,

    /// <summary>No node gives usable answers.</summary>
    NodeUnavailable,

    /// <summary>An operator's limit for this time is used up; it has room again by itself.</summary>
    SpendLimit,

    /// <summary>No worker may work on the network: its configuration, its key or its identity must be mended.</summary>
    NetworkClosed,

    /// <summary>Transactions executed and failed too often, or another token was asked for; a person must look.</summary>
    NeedsOperator,
}

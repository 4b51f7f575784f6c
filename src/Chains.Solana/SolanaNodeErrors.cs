using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana;

/// <summary>What a failure means for us.</summary>
internal enum FaultMeaning
{
    /// <summary>The bytes landed on the fork that this node sees.</summary>
    AlreadyProcessed,

    /// <summary>The block hash is too old or too new for this node.</summary>
    BlockhashUnknown,

    /// <summary>The cluster or the node is busy; later it may work.</summary>
    Busy,

    /// <summary>The hot wallet cannot pay fee or rent.</summary>
    ShortOfGas,

    /// <summary>The hot wallet's token account holds too little.</summary>
    ShortOfAsset,

    /// <summary>One of the transfer's two token accounts is frozen; which one, only their state tells.</summary>
    AccountFrozen,

    /// <summary>The destination's token account belongs to somebody else.</summary>
    DestinationTaken,

    /// <summary>The transaction as a whole is wrong or too dear to run: a bug or a setting.</summary>
    TransactionBroken,

    /// <summary>Nobody thought of it.</summary>
    Unforeseen,
}

/// <summary>What an instruction of ours does; the same code means different things in different programs.</summary>
internal enum InstructionRole
{
    /// <summary>Compute budget or memo.</summary>
    Other,

    /// <summary>CreateIdempotent.</summary>
    CreateAccount,

    /// <summary>TransferChecked.</summary>
    Transfer,
}

/// <summary>The one table from what nodes say to what it means. Names are those of
/// solana-transaction-error.</summary>
internal static class SolanaNodeErrors
{
    internal const int PreflightFailure = -32002;

    /// <summary>Errors of the whole transaction.</summary>
    internal static readonly IReadOnlyDictionary<string, FaultMeaning> OfTransaction =
        new Dictionary<string, FaultMeaning>(StringComparer.Ordinal)
        {
            ["AlreadyProcessed"] = FaultMeaning.AlreadyProcessed,
            ["BlockhashNotFound"] = FaultMeaning.BlockhashUnknown,
            ["AccountInUse"] = FaultMeaning.Busy,
            ["ClusterMaintenance"] = FaultMeaning.Busy,
            ["CommitCancelled"] = FaultMeaning.Busy,
            ["ProgramCacheHitMaxLimit"] = FaultMeaning.Busy,
            ["ProgramExecutionTemporarilyRestricted"] = FaultMeaning.Busy,
            ["ResanitizationNeeded"] = FaultMeaning.Busy,
            ["WouldExceedAccountDataBlockLimit"] = FaultMeaning.Busy,
            ["WouldExceedMaxAccountCostLimit"] = FaultMeaning.Busy,
            ["WouldExceedMaxBlockCostLimit"] = FaultMeaning.Busy,
            ["WouldExceedMaxVoteCostLimit"] = FaultMeaning.Busy,
            // The payer does not exist: a wallet without a single lamport.
            ["AccountNotFound"] = FaultMeaning.ShortOfGas,
            ["InsufficientFundsForFee"] = FaultMeaning.ShortOfGas,
            ["InsufficientFundsForRent"] = FaultMeaning.ShortOfGas,
            ["AccountLoadedTwice"] = FaultMeaning.TransactionBroken,
            ["InvalidAccountForFee"] = FaultMeaning.TransactionBroken,
            ["InvalidAccountIndex"] = FaultMeaning.TransactionBroken,
            ["InvalidProgramForExecution"] = FaultMeaning.TransactionBroken,
            ["InvalidWritableAccount"] = FaultMeaning.TransactionBroken,
            ["MaxLoadedAccountsDataSizeExceeded"] = FaultMeaning.TransactionBroken,
            ["MissingSignatureForFee"] = FaultMeaning.TransactionBroken,
            ["ProgramAccountNotFound"] = FaultMeaning.TransactionBroken,
            ["SanitizeFailure"] = FaultMeaning.TransactionBroken,
            ["SignatureFailure"] = FaultMeaning.TransactionBroken,
            ["TooManyAccountLocks"] = FaultMeaning.TransactionBroken,
            ["UnsupportedVersion"] = FaultMeaning.TransactionBroken,
        };

    /// <summary>Errors of one instruction, by its role. Sources: SPL associated-token-account <c>error.rs</c>, SPL
    /// token <c>error.rs</c>, system program.</summary>
    internal static readonly IReadOnlyDictionary<
        (InstructionRole Role, string Error),
        FaultMeaning
    > OfInstruction = new Dictionary<(InstructionRole, string), FaultMeaning>
    {
        // InvalidOwner: the account is there and another wallet owns it.
        [(InstructionRole.CreateAccount, "Custom(0)")] = FaultMeaning.DestinationTaken,
        // Neither a token account nor an empty account of the system program.
        [(InstructionRole.CreateAccount, "IllegalOwner")] = FaultMeaning.DestinationTaken,
        // ResultWithNegativeLamports of the system program: the payer cannot fund the account.
        [(InstructionRole.CreateAccount, "Custom(1)")] = FaultMeaning.ShortOfGas,
        [(InstructionRole.CreateAccount, "InsufficientFunds")] = FaultMeaning.ShortOfGas,
        [(InstructionRole.Transfer, "Custom(1)")] = FaultMeaning.ShortOfAsset,
        [(InstructionRole.Transfer, "InsufficientFunds")] = FaultMeaning.ShortOfAsset,
        [(InstructionRole.Transfer, "Custom(17)")] = FaultMeaning.AccountFrozen,
        // MintMismatch, OwnerMismatch, MintDecimalsMismatch: configured wrongly, for every recipient.
        [(InstructionRole.Transfer, "Custom(3)")] = FaultMeaning.TransactionBroken,
        [(InstructionRole.Transfer, "Custom(4)")] = FaultMeaning.TransactionBroken,
        [(InstructionRole.Transfer, "Custom(18)")] = FaultMeaning.TransactionBroken,
    };

    /// <summary>Errors of an instruction that say nothing about the instruction: too few compute units.</summary>
    internal static readonly IReadOnlySet<string> OfBudget = new HashSet<string>(
        StringComparer.Ordinal
    )
    {
        "ComputationalBudgetExceeded",
        "ProgramFailedToComplete",
        "MaxInstructionTraceLengthExceeded",
    };

    /// <summary>What a well-formed JSON-RPC error after a send means, preflight failures apart.</summary>
    internal static readonly IReadOnlyDictionary<int, RefusalReason> OfSend = new Dictionary<
        int,
        RefusalReason
    >
    {
        [-32003] = RefusalReason.Malformed, // a signature does not verify
        [-32600] = RefusalReason.Malformed, // invalid request
        [-32602] = RefusalReason.Malformed, // invalid params: too large, not decodable
        [-32004] = RefusalReason.Other, // block not available
        [-32005] = RefusalReason.Other, // node unhealthy
        [-32601] = RefusalReason.Other, // method not offered
        [-32007] = RefusalReason.Other, // slot skipped
        [-32014] = RefusalReason.Other, // block status not available
        [-32016] = RefusalReason.BlockhashNotFound, // the node has not reached the block hash's slot
    };

    /// <summary>The meaning of a fault.</summary>
    internal static FaultMeaning MeaningOf(TransactionFault fault, InstructionRole role)
    {
        if (fault.Name != TransactionFault.InstructionError)
            return OfTransaction.GetValueOrDefault(fault.Name, FaultMeaning.Unforeseen);
        if (fault.Error is { } name && OfBudget.Contains(name))
            return FaultMeaning.TransactionBroken;
        string error = fault.CustomCode is { } code ? $"Custom({code})" : fault.Error ?? "";
        return OfInstruction.GetValueOrDefault((role, error), FaultMeaning.Unforeseen);
    }

    /// <summary>The outcome of a send that the node answered with an error.</summary>
    /// <param name="code">The JSON-RPC code.</param>
    /// <param name="text">What the node said.</param>
    /// <param name="fault">For a preflight failure: why.</param>
    internal static BroadcastOutcome AfterSend(int code, string text, TransactionFault? fault)
    {
        if (code == PreflightFailure)
            return AfterPreflight(text, fault);
        return OfSend.TryGetValue(code, out RefusalReason reason)
            ? new BroadcastOutcome.Refused(reason, text)
            // A proxy's or a newer node's code: nobody knows what it did with the bytes.
            : new BroadcastOutcome.Unknown($"{text} ({code})");
    }

    private static BroadcastOutcome AfterPreflight(string text, TransactionFault? fault) =>
        fault is null
            ? new BroadcastOutcome.Refused(RefusalReason.SimulationFailed, text)
            : MeaningOf(fault, InstructionRole.Other) switch
            {
                FaultMeaning.AlreadyProcessed => BroadcastOutcome.Taken.Instance,
                FaultMeaning.BlockhashUnknown => new BroadcastOutcome.Refused(
                    RefusalReason.BlockhashNotFound,
                    text
                ),
                FaultMeaning.ShortOfGas => new BroadcastOutcome.Refused(
                    RefusalReason.InsufficientGas,
                    text
                ),
                FaultMeaning.Busy
                or FaultMeaning.ShortOfAsset
                or FaultMeaning.AccountFrozen
                or FaultMeaning.DestinationTaken
                or FaultMeaning.TransactionBroken
                or FaultMeaning.Unforeseen => new BroadcastOutcome.Refused(
                    RefusalReason.SimulationFailed,
                    text
                ),
            };
}

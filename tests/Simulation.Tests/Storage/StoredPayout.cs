using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>A row of payouts. Times are milliseconds of the history; while it rides, it is never due.</summary>
public sealed class StoredPayout
{
    public const long Never = long.MaxValue;

    public required Guid Id { get; init; }
    public required long Number { get; init; }
    public required StoredAccount Account { get; init; }
    public required long AmountMicro { get; init; }
    public required string Address { get; init; }

    public PayoutStatus Status { get; set; } = PayoutStatus.Requested;
    public string? SettledBy { get; set; }
    public string? TxHash { get; set; }
    public bool RefundHeld { get; set; }
    public bool Conflict { get; set; }

    public long DueAt { get; set; }
    public long Token { get; set; }
    public int FailedRides { get; set; }
    public int TakeUps { get; set; }
    public ParkReason? ParkReason { get; set; }
    public bool IsHeld { get; set; }

    /// <summary>Who let it through, above the threshold.</summary>
    public string? ApprovedBy { get; set; }

    /// <summary>An operator wants it called off, if the chain lets it.</summary>
    public bool IsCancelAsked { get; set; }

    /// <summary>The live transaction on which it rides.</summary>
    public StoredTransaction? RidesOn { get; set; }

    /// <summary>The landed transaction that paid it.</summary>
    public StoredTransaction? PaidBy { get; set; }

    public bool IsFinal =>
        Status is PayoutStatus.Sent or PayoutStatus.Failed or PayoutStatus.Cancelled;
}

/// <summary>A row of accounts.</summary>
public sealed class StoredAccount
{
    public required long OpeningMicro { get; init; }
    public required long PostedMicro { get; set; }
    public long ReservedMicro { get; set; }
}

/// <summary>A row of chain_transactions with its attempts and its riders.</summary>
public sealed class StoredTransaction
{
    public required long Id { get; init; }
    public required IReadOnlyList<StoredPayout> Riders { get; init; }

    /// <summary>Oldest first; those after the first replace it at its nonce.</summary>
    public required List<StoredSignature> Attempts { get; init; }
    public required OpenTransaction ForAdapter { get; set; }
    public required IReadOnlyList<Guid> RiderIds { get; init; }
    public required long OpenedAt { get; init; }

    /// <summary>open, landed or dead.</summary>
    public TransactionState State { get; set; }
    public long DueAt { get; set; }
    public long Token { get; set; } = 1;
    public int Observations { get; set; }
    public string LastSeen { get; set; } = "";

    /// <summary>As it was last seen; only a person can decide it then.</summary>
    public bool IsContradicted =>
        LastSeen.StartsWith(NextLook.Contradiction, StringComparison.Ordinal);

    /// <summary>In a block when last looked at, and not final.</summary>
    public bool Included { get; set; }

    /// <summary>What is to be signed next at its nonce.</summary>
    public Ask? Asked { get; set; }

    public StoredSignature Newest => Attempts[^1];
    public ulong? Nonce => ForAdapter.Nonce;
}

/// <summary>A row of attempts, with the last refusal that was noted of it.</summary>
public sealed record StoredSignature(SignedTransaction Signed, long StoredAt)
{
    public RefusalReason? Refused { get; set; }
}

public enum TransactionState
{
    Open,
    Landed,
    Dead,
}

using System.Numerics;
using Settlement.Chaos.Load;

namespace Settlement.Chaos.Checking;

/// <summary>Everything that is judged: what the chains show at finality, what the database holds, what was answered. Nothing
/// else is known here, and nothing is asked any more.</summary>
internal sealed record Facts
{
    public required IReadOnlyList<ChainTransfer> Transfers { get; init; }
    public required IReadOnlyList<WalletFact> Wallets { get; init; }
    public required IReadOnlyList<PayoutFact> Payouts { get; init; }
    public required IReadOnlyList<AccountFact> Accounts { get; init; }

    /// <summary>Transactions that may still land, frozen wallets, pauses, by name; empty when nothing is left over.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }

    /// <summary>What the product's own audit says is broken.</summary>
    public required IReadOnlyList<string> AuditViolations { get; init; }

    public required IReadOnlyCollection<Asked> Accepted { get; init; }
    public required IReadOnlyCollection<Word> Words { get; init; }
    public required IReadOnlyCollection<Earned> Earnings { get; init; }

    /// <summary>Answers that no client should get.</summary>
    public required IReadOnlyCollection<string> Surprises { get; init; }
}

/// <summary>The token left the wallet, in a final transaction that succeeded.</summary>
internal sealed record ChainTransfer(
    string Network,
    string TxHash,
    string Destination,
    BigInteger BaseUnits
);

/// <summary>What a wallet held of the token at the beginning and at the end.</summary>
internal sealed record WalletFact(string Network, BigInteger Start, BigInteger End);

/// <summary>A payout as the database holds it, and what the ledger says of it.</summary>
internal sealed record PayoutFact
{
    public required Guid Id { get; init; }
    public required long Number { get; init; }
    public required Guid UserId { get; init; }
    public required string Network { get; init; }
    public required string Address { get; init; }
    public required long AmountMicro { get; init; }
    public required string Status { get; init; }
    public string? SettledBy { get; init; }
    public string? TxHash { get; init; }
    public bool HasConflict { get; init; }
    public bool RefundHeld { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public string? IdempotencyKey { get; init; }

    /// <summary>Micro-units that the ledger reserved, settled and released for it.</summary>
    public long Reserved { get; init; }
    public long Settled { get; init; }
    public long Released { get; init; }

    /// <summary>Whether the database says that our wallet has paid it.</summary>
    public bool IsPaidByUs => (Status == "sent" && SettledBy == "chain") || HasConflict;

    public bool IsOpen => CompletedAt is null || RefundHeld;

    public override string ToString() =>
        $"payout {Number} ({Network}, {AmountMicro} to {Address}, {Status} by {SettledBy ?? "nobody"})";
}

/// <summary>A user's account as it is kept.</summary>
internal sealed record AccountFact(Guid UserId, long PostedMicro, long ReservedMicro);

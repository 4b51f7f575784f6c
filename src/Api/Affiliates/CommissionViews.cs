using Settlement.Affiliates.Commissions;

namespace Settlement.Api.Affiliates;

/// <summary>A commission, or the reversal of one.</summary>
public sealed record CommissionEntryView
{
    public required Guid Id { get; init; }
    public required string AffiliateId { get; init; }

    /// <summary>Three letters of ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>commission, or reversal: that counts the other way.</summary>
    public required string Kind { get; init; }

    /// <summary>Cents in plain digits, never negative.</summary>
    public required string AmountCents { get; init; }

    /// <summary>pending, approved, in_payout, paid, held, rejected or reversed.</summary>
    public required string Status { get; init; }

    public required string? SourceEventId { get; init; }

    /// <summary>What is taken back; null for a commission.</summary>
    public required Guid? ReversesId { get; init; }

    /// <summary>Decides the period.</summary>
    public required DateTimeOffset EarnedAt { get; init; }

    /// <summary>No payout takes it before, unless it is approved by hand.</summary>
    public required DateTimeOffset HoldUntil { get; init; }

    public required Guid? PayoutId { get; init; }
    public required string? Reason { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }

    public static CommissionEntryView Of(Commission entry) =>
        new()
        {
            Id = entry.Id,
            AffiliateId = entry.AffiliateId,
            Currency = entry.Currency,
            Kind = entry.Kind,
            AmountCents = AffiliatePayoutView.Cents(entry.AmountCents),
            Status = entry.Status,
            SourceEventId = entry.SourceEventId,
            ReversesId = entry.ReversesId,
            EarnedAt = entry.EarnedAt,
            HoldUntil = entry.HoldUntil,
            PayoutId = entry.PayoutId,
            Reason = entry.Reason,
            RecordedAt = entry.RecordedAt,
        };
}

/// <summary>A page of commissions and reversals, newest first.</summary>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record CommissionList(IReadOnlyList<CommissionEntryView> Data, string? NextCursor);

/// <summary>What became of a commission.</summary>
/// <param name="Status">approved, held, released or rejected.</param>
public sealed record JudgedView(bool Ok, Guid CommissionId, string Status);

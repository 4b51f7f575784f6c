using System.Globalization;
using Settlement.Affiliates.Paying;

namespace Settlement.Api.Affiliates;

/// <summary>The recorded commission.</summary>
public sealed record CommissionView(bool Ok, Guid CommissionId);

/// <summary>The reversed commission.</summary>
/// <param name="ReversalId">The entry that the next payout takes off; null when the commission dropped out before it was in an
/// approved payout.</param>
public sealed record ReversedView(bool Ok, Guid CommissionId, Guid? ReversalId);

/// <summary>A payout of an affiliate. Cents are texts: a JSON number loses digits above 2^53 in some clients.</summary>
public record AffiliatePayoutView
{
    public required Guid Id { get; init; }
    public required string AffiliateId { get; init; }

    /// <summary>Three letters of ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The sum of the commissions in it.</summary>
    public required string GrossAmountCents { get; init; }

    /// <summary>The reversals in it, and what earlier payouts left owed.</summary>
    public required string ReversalAmountCents { get; init; }

    /// <summary>What must be transferred.</summary>
    public required string AmountCents { get; init; }

    /// <summary>What the affiliate owes, and the next payout takes off.</summary>
    public required string RecoveryOwedCents { get; init; }

    /// <summary>Commissions and reversals.</summary>
    public required IReadOnlyList<Guid> CommissionIds { get; init; }

    /// <summary>How many those are.</summary>
    public required int CommissionCount { get; init; }

    /// <summary>The first moment of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>The first moment after the period.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>pending, approved, paid, void, recovery_owed, recovered or written_off.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset? ApprovedAt { get; init; }
    public required string? ApprovedBy { get; init; }
    public required DateTimeOffset? PaidAt { get; init; }

    /// <summary>The transfer that paid it.</summary>
    public required string? ExternalRef { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static AffiliatePayoutView Of(AffiliatePayout payout) =>
        new()
        {
            Id = payout.Id,
            AffiliateId = payout.AffiliateId,
            Currency = payout.Currency,
            GrossAmountCents = Cents(payout.GrossAmountCents),
            ReversalAmountCents = Cents(payout.ReversalAmountCents),
            AmountCents = Cents(payout.AmountCents),
            RecoveryOwedCents = Cents(payout.RecoveryOwedCents),
            CommissionIds = payout.CommissionIds,
            CommissionCount = payout.CommissionIds.Length,
            PeriodStart = payout.PeriodStart,
            PeriodEnd = payout.PeriodEnd,
            Status = payout.Status,
            ApprovedAt = payout.ApprovedAt,
            ApprovedBy = payout.ApprovedBy,
            PaidAt = payout.PaidAt,
            ExternalRef = payout.ExternalRef,
            CreatedAt = payout.CreatedAt,
        };

    internal static string Cents(long cents) => cents.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A page of payouts, newest first.</summary>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record AffiliatePayoutList(
    IReadOnlyList<AffiliatePayoutView> Data,
    string? NextCursor
);

/// <summary>What a monthly run did, or would do.</summary>
public sealed record RunView
{
    public required DateTimeOffset PeriodStart { get; init; }
    public required DateTimeOffset PeriodEnd { get; init; }
    public required bool DryRun { get; init; }

    /// <summary>Payouts that are new.</summary>
    public required int Created { get; init; }

    /// <summary>Affiliates with nothing to pay or to take off.</summary>
    public required int Skipped { get; init; }

    /// <summary>Payouts that were there.</summary>
    public required int AlreadyExists { get; init; }

    /// <summary>What the new payouts are to transfer, over all currencies.</summary>
    public required string TotalNetCents { get; init; }

    /// <summary>Payouts that could not be created; run again.</summary>
    public required IReadOnlyList<RunErrorView> Errors { get; init; }
}

/// <summary>A payout that could not be created.</summary>
public sealed record RunErrorView(string AffiliateId, string Currency, string Error);

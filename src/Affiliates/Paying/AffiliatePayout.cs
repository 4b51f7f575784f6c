using System.Runtime.InteropServices;

namespace Settlement.Affiliates.Paying;

/// <summary>What one affiliate is paid in one currency for one period. Amounts are cents and never negative;
/// gross − reversal = amount − recovery owed, and one of the last two is 0.</summary>
public sealed record AffiliatePayout
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whom it pays.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>The sum of the commissions in it.</summary>
    public required long GrossAmountCents { get; init; }

    /// <summary>The reversals in it, and what earlier payouts left owed.</summary>
    public required long ReversalAmountCents { get; init; }

    /// <summary>What must be transferred.</summary>
    public required long AmountCents { get; init; }

    /// <summary>What the affiliate owes, and the next payout takes off.</summary>
    public required long RecoveryOwedCents { get; init; }

    /// <summary>Commissions and reversals.</summary>
    public required Guid[] CommissionIds { get; init; }

    /// <summary>The first moment of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>The first moment after the period.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>Goes up by one with each change.</summary>
    public required int Version { get; init; }

    /// <summary>pending, approved, paid, void, recovery_owed, recovered or written_off.</summary>
    public required string Status { get; init; }

    /// <summary>Since when amounts and commissions are frozen.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>The name on the token of whoever approved it.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>When it was recorded as paid; set once.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The transfer that paid it, in the words of whoever carried it out.</summary>
    public string? ExternalRef { get; init; }

    /// <summary>The payout that took off what was owed here.</summary>
    public Guid? RecoveredBy { get; init; }

    /// <summary>What earlier payouts left owed and is taken off here: part of the reversals.</summary>
    public long RecoveryAppliedCents { get; init; }

    /// <summary>When it was gathered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A half-open span of time in UTC: <paramref name="End"/> is the first moment after it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Period(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>A calendar month in UTC.</summary>
    public static Period Month(int year, int month)
    {
        var start = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
        return new Period(start, start.AddMonths(1));
    }

    /// <summary>The calendar month before the one that holds this moment.</summary>
    public static Period MonthBefore(DateTimeOffset now)
    {
        DateTimeOffset last = now.ToUniversalTime().AddMonths(-1);
        return Month(last.Year, last.Month);
    }
}

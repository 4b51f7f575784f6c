namespace Settlement.Api.Affiliates;

/// <summary>The body of a commission.</summary>
public sealed record CommissionBody
{
    /// <summary>Who earned it, 1 to 200 characters.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>Three letters of ISO 4217, in any case.</summary>
    public required string Currency { get; init; }

    /// <summary>Cents in plain digits, as a text: "1250" is 12.50.</summary>
    public required string AmountCents { get; init; }

    /// <summary>What it is for; an event counts once. 1 to 200 characters.</summary>
    public required string SourceEventId { get; init; }

    /// <summary>When it was earned, which decides the period; now when left out.</summary>
    public DateTimeOffset? EarnedAt { get; init; }

    /// <summary>No payout takes it before; not held when left out.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}

/// <summary>The body of a reversal.</summary>
public sealed record ReverseBody
{
    /// <summary>For the audit trail, at most 1,000 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>The body of a payout to create.</summary>
public sealed record AffiliatePayoutBody
{
    /// <summary>Whom to pay.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>The first moment of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>The first moment after the period.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>Needed only for an affiliate who earns in several.</summary>
    public string? Currency { get; init; }
}

/// <summary>The body of a monthly run.</summary>
public sealed record RunBody
{
    /// <summary>A month in UTC, such as 2026-01; the previous one when left out.</summary>
    public string? Period { get; init; }

    /// <summary>Changes nothing; tells what would happen.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The body of mark-paid.</summary>
public sealed record MarkPaidBody
{
    /// <summary>The transfer that paid it, such as a PayPal transaction id: 1 to 500 characters.</summary>
    public required string ExternalRef { get; init; }
}

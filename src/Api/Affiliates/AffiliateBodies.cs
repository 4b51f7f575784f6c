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

/// <summary>Why.</summary>
public sealed record WriteOffBody
{
    /// <summary>For the audit trail, 1 to 1,000 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary>The body of a decision on many payouts.</summary>
public sealed record AffiliateBulkBody
{
    /// <summary>approve or mark-paid.</summary>
    public required string Action { get; init; }

    /// <summary>1 to 100 payouts.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>With mark-paid: the transfer that paid all of them.</summary>
    public string? ExternalRef { get; init; }

    /// <summary>With mark-paid: approves those that are pending.</summary>
    public bool Approve { get; init; }
}

/// <summary>The body of a comparison with what a bank says: a reference or ids, not both.</summary>
public sealed record VerifyBody
{
    /// <summary>The transfer whose payouts are looked at.</summary>
    public string? ExternalRef { get; init; }

    /// <summary>1 to 100 payouts.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>What was transferred: cents in plain digits, as a text.</summary>
    public required string ExpectedAmountCents { get; init; }

    /// <summary>Three letters of ISO 4217.</summary>
    public required string Currency { get; init; }
}

/// <summary>How to reach an affiliate. What is left out is forgotten.</summary>
public sealed record PayeeBody
{
    /// <summary>Who.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>As banks know it, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Known to PayPal or Wise.</summary>
    public string? Email { get; init; }

    /// <summary>With address: where the wallet is.</summary>
    public string? Network { get; init; }

    /// <summary>With network: the wallet.</summary>
    public string? Address { get; init; }
}

/// <summary>The body of a token for an affiliate.</summary>
public sealed record AffiliateTokenBody
{
    /// <summary>Who may see themselves with it.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>1 to 366; 30 when left out.</summary>
    public long Days { get; init; }
}

/// <summary>The body of mark-paid.</summary>
public sealed record MarkPaidBody
{
    /// <summary>Approves the payout first, when it is pending.</summary>
    public bool Approve { get; init; }

    /// <summary>The transfer that paid it, such as a PayPal transaction id: 1 to 500 characters.</summary>
    public required string ExternalRef { get; init; }
}

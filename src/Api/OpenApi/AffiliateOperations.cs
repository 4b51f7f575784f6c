using Settlement.Api.Affiliates;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of affiliates' routes.</summary>
internal static class AffiliateOperations
{
    public static readonly Operation Record = new(
        "recordCommission",
        "Record what an affiliate earned",
        Caller.Affiliates,
        [(201, typeof(CommissionView)), (200, typeof(CommissionView))],
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.DuplicateEventMismatch,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        TakesIdempotencyKey = true,
        Text =
            "An event counts once: the same source_event_id with the same values answers 200. Example: "
            + "{\"affiliate_id\":\"ann\",\"currency\":\"USD\",\"amount_cents\":\"2550\",\"source_event_id\":\"order-1\"}.",
        Body = typeof(CommissionBody),
        Scope = Scopes.WriteCommissions,
    };

    public static readonly Operation Reverse = new(
        "reverseCommission",
        "Take a commission back",
        Caller.Affiliates,
        [(200, typeof(ReversedView))],
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.CommissionNotFound,
        ErrorCatalogue.CommissionNotReversible,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        TakesIdempotencyKey = true,
        Text =
            "Before its payout is approved the commission drops out of it; afterwards the next payout takes the "
            + "amount off. A second time changes nothing. Example: {\"reason\":\"Refunded.\"}.",
        Body = typeof(ReverseBody),
        IsBodyOptional = true,
        Scope = Scopes.WriteCommissions,
    };

    public static readonly Operation Create = new(
        "createAffiliatePayout",
        "Gather an affiliate's commissions of a period into a payout",
        Caller.Affiliates,
        [(201, typeof(AffiliatePayoutView))],
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.AffiliateNotFound,
        ErrorCatalogue.NoCommissions,
        ErrorCatalogue.PayoutExists,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        TakesIdempotencyKey = true,
        Text =
            "The period is [start, end). Taken are what was earned in it, what came too late for an earlier "
            + "period's payout, every reversal so far, and what earlier payouts left owed. Example: "
            + "{\"affiliate_id\":\"ann\",\"period_start\":\"2026-01-01T00:00:00Z\",\"period_end\":\"2026-02-01T00:00:00Z\"}.",
        Body = typeof(AffiliatePayoutBody),
        Scope = Scopes.WritePayouts,
    };

    public static readonly Operation RunMonthly = new(
        "runMonthlyPayouts",
        "Create the payouts of all affiliates for a month",
        Caller.Affiliates,
        [(200, typeof(RunView))],
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        TakesIdempotencyKey = true,
        Text =
            "Running it again creates what is missing and nothing twice. Example: {\"period\":\"2026-01\",\"dry_run\":true}.",
        Body = typeof(RunBody),
        IsBodyOptional = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Approve = new(
        "approveAffiliatePayout",
        "Approve a payout",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutView))],
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutAlreadyPaid,
        ErrorCatalogue.PayoutNotPayable,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutInFlight,
        ErrorCatalogue.VersionMismatch
    )
    {
        TakesIdempotencyKey = true,
        HasVersion = true,
        Text = "Its amounts and commissions are frozen from now on. A second time changes nothing.",
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Unapprove = new(
        "unapproveAffiliatePayout",
        "Take an approval back",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutView))],
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotActionable,
        ErrorCatalogue.PayoutAlreadyPaid,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutInFlight,
        ErrorCatalogue.VersionMismatch
    )
    {
        TakesIdempotencyKey = true,
        HasVersion = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Void = Unapprove with
    {
        Id = "voidAffiliatePayout",
        Summary = "Void a pending payout",
        Text = "Its commissions are free again, and what it was to recover is owed again.",
    };

    public static readonly Operation MarkPaid = new(
        "markAffiliatePayoutPaid",
        "Record that a payout was paid",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutView))],
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotApproved,
        ErrorCatalogue.PayoutAlreadyPaid,
        ErrorCatalogue.PayoutNotPayable,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutInFlight,
        ErrorCatalogue.VersionMismatch
    )
    {
        TakesIdempotencyKey = true,
        HasVersion = true,
        Text =
            "Final. The same external_ref again answers the unchanged payout. One transfer may pay several "
            + "payouts. With approve a pending payout is approved first. Refused while the payout is being paid on "
            + "a chain. Example: {\"external_ref\":\"paypal-txn-42\"}.",
        Body = typeof(MarkPaidBody),
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Get = new(
        "getAffiliatePayout",
        "Look at one payout of an affiliate",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutView))],
        ErrorCatalogue.PayoutNotFound
    )
    {
        Scope = Scopes.ReadPayouts,
    };

    public static readonly Operation List = new(
        "listAffiliatePayouts",
        "List payouts of affiliates, newest first",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutList))]
    )
    {
        IsPaged = true,
        Filters =
        [
            (
                "status",
                "One or several, with commas; pending,approved,recovery_owed when left out. A word that is no status matches nothing."
            ),
            ("affiliate_id", "Of one affiliate only."),
            ("period", "Of periods that start in this month, such as 2026-01."),
            ("external_ref", "Paid by this transfer."),
            ("cursor", "The next_cursor of the page before; offset is ignored with it."),
        ],
        Scope = Scopes.AdminPayouts,
    };
}

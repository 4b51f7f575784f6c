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
        ErrorCatalogue.DuplicateEventMismatch
    )
    {
        Text = "An event counts once: the same source_event_id with the same values answers 200.",
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
        ErrorCatalogue.CommissionNotReversible
    )
    {
        Text =
            "Before its payout is approved the commission drops out of it; afterwards the next payout takes the amount off. A second time changes nothing.",
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
        ErrorCatalogue.PayoutExists
    )
    {
        Text =
            "The period is [start, end). Taken are what was earned in it, what came too late for an earlier period's payout, every reversal so far, and what earlier payouts left owed.",
        Body = typeof(AffiliatePayoutBody),
        Scope = Scopes.WritePayouts,
    };

    public static readonly Operation RunMonthly = new(
        "runMonthlyPayouts",
        "Create the payouts of all affiliates for a month",
        Caller.Affiliates,
        [(200, typeof(RunView))],
        ErrorCatalogue.ValidationError
    )
    {
        Text = "Running it again creates what is missing and nothing twice.",
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
        ErrorCatalogue.PayoutNotPayable
    )
    {
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
        ErrorCatalogue.PayoutAlreadyPaid
    )
    {
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
        ErrorCatalogue.PayoutNotPayable
    )
    {
        Text =
            "Final. The same external_ref again answers the unchanged payout. One transfer may pay several payouts.",
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
        ],
        Scope = Scopes.AdminPayouts,
    };
}

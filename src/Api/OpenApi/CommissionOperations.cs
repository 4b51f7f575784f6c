using Settlement.Api.Affiliates;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of the routes that judge and read commissions.</summary>
internal static class CommissionOperations
{
    public static readonly Operation Approve = new(
        "approveCommission",
        "End a commission's hold early",
        Caller.Affiliates,
        [(200, typeof(JudgedView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.CommissionNotFound,
        ErrorCatalogue.CommissionNotActionable
    )
    {
        Text =
            "The next payout may take it. One that was held is let go. A commission is approved by itself once "
            + "its hold has passed. Example: {\"reason\":\"A partner of long standing.\"}.",
        Body = typeof(ReverseBody),
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Hold = Approve with
    {
        Id = "holdCommission",
        Summary = "Hold a commission until somebody lets it go",
        Text = "It leaves a payout that is not approved yet.",
    };

    public static readonly Operation Release = Approve with
    {
        Id = "releaseCommission",
        Summary = "Let a held commission go",
        Text = "Its hold by time goes on as before.",
    };

    public static readonly Operation Reject = Approve with
    {
        Id = "rejectCommission",
        Summary = "Refuse a commission for ever",
        Text = "It is never paid. It leaves a payout that is not approved yet.",
    };

    public static readonly Operation List = new(
        "listCommissions",
        "List commissions and reversals, newest first",
        Caller.Affiliates,
        [(200, typeof(CommissionList))]
    )
    {
        Text = "A filter never is an error: what is unknown or cannot be read matches nothing.",
        Filters =
        [
            (
                "status",
                "One or several, with commas: pending, approved, in_payout, paid, held, rejected, reversed."
            ),
            ("affiliate_id", "Of one affiliate only."),
            ("payout_id", "In one payout only."),
            ("limit", "1 to 200; 50 when left out."),
            ("cursor", "The next_cursor of the page before."),
        ],
        Scope = Scopes.ReadPayouts,
    };

    public static readonly Operation Verify = new(
        "verifyAffiliatePayouts",
        "Compare a transfer with what was recorded",
        Caller.Affiliates,
        [(200, typeof(VerifiedView))],
        ErrorCatalogue.ValidationError
    )
    {
        Text =
            "Names a transfer (external_ref) or a batch (ids), and what the bank says was transferred. Each "
            + "payout is added up anew from its commissions. Nothing is written. Example: "
            + "{\"external_ref\":\"paypal-batch-7\",\"expected_amount_cents\":\"2550\",\"currency\":\"USD\"}.",
        Body = typeof(VerifyBody),
        Scope = Scopes.ReadPayouts,
    };
}

using Settlement.Api.Affiliates;
using Settlement.Api.Http;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of the routes by which affiliates are paid, and see themselves.</summary>
internal static class PayingOperations
{
    public static readonly Operation Pay = new(
        "payAffiliatePayout",
        "Pay a payout on a chain",
        Caller.Affiliates,
        [(202, typeof(ChainPayoutView)), (200, typeof(ChainPayoutView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.PayoutBelowMin,
        ErrorCatalogue.PayoutAboveMax,
        ErrorCatalogue.PayoutAddressInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotApproved,
        ErrorCatalogue.PayoutAlreadyPaid,
        ErrorCatalogue.PayoutNotPayable,
        ErrorCatalogue.WalletMissing,
        ErrorCatalogue.CurrencyNotOnChain,
        ErrorCatalogue.VersionMismatch
    )
    {
        Text =
            "To the affiliate's wallet, in USDC, for a payout in USD that is approved. 202 means asked for, not "
            + "paid: when the network has made it final the payout becomes paid, with the transaction's hash as "
            + "external_ref. When it fails, the payout is approved and can be paid again. Asking again while it is "
            + "under way answers 200 and changes nothing.",
        TakesIdempotencyKey = true,
        HasVersion = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation WriteOff = new(
        "writeOffAffiliatePayout",
        "Forgive what an affiliate owes",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotActionable,
        ErrorCatalogue.PayoutAlreadyPaid,
        ErrorCatalogue.VersionMismatch
    )
    {
        Text =
            "From recovery_owed only. Final: no later payout takes it off. Example: {\"reason\":\"Left the programme.\"}.",
        Body = typeof(WriteOffBody),
        TakesIdempotencyKey = true,
        HasVersion = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Bulk = new(
        "moveAffiliatePayouts",
        "Approve many payouts, or record that they were paid",
        Caller.Affiliates,
        [(200, typeof(AffiliateBulkView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "Up to 100, each in a commit of its own: the answer is 200 and tells of each what became of it. What "
            + "was done already is done once more without effect. Example: "
            + "{\"action\":\"mark-paid\",\"external_ref\":\"paypal-batch-7\",\"ids\":[\"9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f\"]}.",
        Body = typeof(AffiliateBulkBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Show = new(
        "showAffiliatePayout",
        "Everything that is known of a payout of an affiliate",
        Caller.Affiliates,
        [(200, typeof(AffiliatePayoutDetail))],
        ErrorCatalogue.PayoutNotFound
    )
    {
        Filters = [("expand", "commissions: the entries themselves.")],
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation Export = new(
        "exportAffiliatePayouts",
        "Payouts as a file for people, PayPal or Wise",
        Caller.Affiliates,
        [(200, typeof(string))],
        ErrorCatalogue.ValidationError
    )
    {
        Text =
            "The files for PayPal and Wise hold what is approved, is not being paid on a chain, and has an "
            + "e-mail address; X-Payouts-Left-Out counts what lacks one. PayPal takes one currency and 5,000 rows, "
            + "Wise 1,000 rows.",
        Media = "text/csv",
        Filters =
        [
            ("format", "generic, paypal or wise; generic when left out."),
            ("currency", "Of one currency only; needed for paypal."),
            ("status", "For generic: one or several, with commas; all when left out."),
            ("affiliate_id", "Of one affiliate only."),
            ("period", "Of periods that start in this month, such as 2026-01."),
        ],
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation TellPayee = new(
        "tellAffiliatePayee",
        "Say how to reach an affiliate",
        Caller.Affiliates,
        [(200, typeof(PayeeView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "A name and an e-mail address for files, a wallet for chains. It takes the place of what was known; "
            + "what is under way goes where it was sent. Example: {\"affiliate_id\":\"ann\",\"name\":\"Ann "
            + "Lee\",\"email\":\"ann@example.com\",\"network\":\"polygon\",\"address\":\"0x1111111111111111111111111111111111111111\"}.",
        Body = typeof(PayeeBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation ShowPayee = new(
        "showAffiliatePayee",
        "How to reach an affiliate",
        Caller.Affiliates,
        [(200, typeof(PayeeView))],
        ErrorCatalogue.PayeeNotFound
    )
    {
        Filters = [("affiliate_id", "Which affiliate.")],
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation IssueToken = new(
        "issueAffiliateToken",
        "Make a token with which an affiliate sees itself",
        Caller.Affiliates,
        [(201, typeof(AffiliateTokenView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.ValidationError,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "It opens /v1/affiliates/me and nothing else. The first answer is the only place where it is shown: a repetition under "
            + "an Idempotency-Key leaves it out. Example: {\"affiliate_id\":\"ann\",\"days\":30}.",
        TakesIdempotencyKey = true,
        Body = typeof(AffiliateTokenBody),
        Scope = Scopes.AdminPayouts,
    };

    public static readonly Operation OwnAccount = new(
        "getOwnAffiliateAccount",
        "What you earned, were paid and owe",
        Caller.Affiliates,
        [(200, typeof(OwnAccountView))]
    )
    {
        Scope = OwnScope.Described,
    };

    public static readonly Operation OwnPayouts = new(
        "listOwnAffiliatePayouts",
        "List your payouts, newest first",
        Caller.Affiliates,
        [(200, typeof(OwnPayoutList))]
    )
    {
        IsPaged = true,
        Filters =
        [
            ("status", "One or several, with commas; all when left out."),
            ("period", "Of periods that start in this month, such as 2026-01."),
            ("cursor", "The next_cursor of the page before; offset is ignored with it."),
        ],
        Scope = OwnScope.Described,
    };
}

using Settlement.Api.Endpoints;
using Settlement.Api.Http;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of the routes around a user's payout.</summary>
internal static class UserOperations
{
    public static readonly Operation Cancel = new(
        "cancelPayout",
        "Call your payout off",
        Caller.User,
        [(200, typeof(PayoutView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotCancellable
    )
    {
        Text =
            "Only while its status is requested. 200 means that it will never be paid and that its amount is available again.",
        Body = typeof(CancelOwnBody),
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Retry = new(
        "retryPayout",
        "Ask for your failed payout again",
        Caller.User,
        [(202, typeof(PayoutView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.PayoutBelowMin,
        ErrorCatalogue.PayoutAboveMax,
        ErrorCatalogue.PayoutAddressInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.AddressNotActive,
        ErrorCatalogue.BalanceInsufficient,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotRetryable
    )
    {
        Text =
            "A new payout with the same amount, network and address, and retry_of; the failed one stays as it "
            + "is. At most one: while it lives, its id is the failed payout's retried_by.",
        Body = typeof(RetryBody),
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Events = new(
        "listPayoutEvents",
        "What happened to your payout, oldest first",
        Caller.User,
        [(200, typeof(Timeline))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.PayoutNotFound
    );

    public static readonly Operation Quote = Operation.Create with
    {
        Id = "quotePayout",
        Summary = "Ask what a request would be told now",
        Text =
            "The same body and the same errors as a request, and nothing is stored or reserved: by the time of "
            + "the request the answer may be another.",
        Success = [(200, typeof(QuoteView))],
        Errors = [.. Operation.Create.Errors.Where(e => e != ErrorCatalogue.IdempotencyKeyReused)],
        TakesIdempotencyKey = false,
    };

    public static readonly Operation Export = new(
        "exportPayouts",
        "Your payouts as a table, newest first",
        Caller.User,
        [(200, typeof(string))]
    )
    {
        Text =
            "Takes the filters of the list and has no pages. A text that a spreadsheet would take for a formula begins with an apostrophe.",
        IsFiltered = true,
        Media = "text/csv",
    };

    public static readonly Operation Stream = new(
        "streamPayouts",
        "What happens to your payouts, as it happens",
        Caller.User,
        [(200, typeof(string))]
    )
    {
        Text =
            "Server-sent events. `payout` holds {action, at, payout}; `ready` says that what comes now is new, "
            + "and `reset` that changes may have been missed, so look at the list. A client that comes back with "
            + "Last-Event-ID gets what it missed. A comment every 15 s keeps the connection; it ends with the "
            + "session. Too many open streams are answered with rate_limited.",
        Media = "text/event-stream",
        IsResumable = true,
    };

    public static readonly Operation Receipt = new(
        "getReceipt",
        "A receipt of your payout",
        Caller.User,
        [(200, typeof(ReceiptView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.PayoutNotSent
    )
    {
        Text =
            "Only of one that was sent. JSON; a page to print where Accept prefers text/html, as browsers do.",
    };

    public static readonly Operation Rewards = new(
        "listRewards",
        "What you earned, newest first",
        Caller.User,
        [(200, typeof(RewardList))]
    )
    {
        IsPaged = true,
    };

    public static readonly Operation Spend = new(
        "spendOnInvoice",
        "Cover an invoice with your balance",
        Caller.User,
        [(200, typeof(OkView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.InvoiceNotEligible,
        ErrorCatalogue.AmountMismatch,
        ErrorCatalogue.BalanceInsufficient
    )
    {
        Text =
            "In full and once: asking the same again answers alike and deducts nothing, with "
            + "Idempotent-Replayed: true. Example: {\"invoice_id\":\"inv_8f2c1a\",\"amount_micro\":25000000}.",
        Body = typeof(SpendBody),
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Options = new(
        "getPayoutOptions",
        "Where payouts may go, and on what terms",
        Caller.User,
        [(200, typeof(OptionsView))]
    );
}

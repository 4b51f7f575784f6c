namespace Settlement.Api.Http;

/// <summary>One way in which a request ends without success.</summary>
/// <param name="Tag">What clients branch on; never changes.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">One sentence that a person can act on; a case may put a more precise one in its place.</param>
/// <param name="When">When it happens, for the documentation.</param>
/// <param name="Payout">What has become of the payout, for the documentation.</param>
internal sealed record ErrorEntry(
    string Tag,
    int Status,
    string Message,
    string When,
    string Payout
)
{
    /// <summary>The tag in words: payout_below_min is "Payout below min".</summary>
    public string Title => char.ToUpperInvariant(Tag[0]) + Tag[1..].Replace('_', ' ');
}

/// <summary>Every error of this API. Here are those of any request, beside it those of payouts, operators and affiliates.</summary>
internal static partial class ErrorCatalogue
{
    private const string Nothing = "No payout was created or changed.";

    public static readonly ErrorEntry RateLimited = new(
        "rate_limited",
        429,
        "Too many requests; wait as long as retry_after says. Nothing was changed.",
        "A user, a token, or an address whose requests prove nobody's identity asks more often than `RateLimits` "
            + "allow; `retry_after` and `Retry-After` tell the seconds to wait.",
        Nothing
    );

    public static readonly ErrorEntry AdminTokenUnset = new(
        "admin_token_unset",
        401,
        "No admin token is configured on this server, so all operator routes are closed; nothing was changed.",
        "`Admin:Token` is not set, whatever the request holds.",
        Nothing
    );

    public static readonly ErrorEntry AdminTokenInvalid = new(
        "admin_token_invalid",
        401,
        "The X-Admin-Token header is missing or wrong; send it exactly once. Nothing was changed.",
        "The header is missing, repeated, or neither the configured token nor a valid named one with a scope of "
            + "operators; the same for `Authorization: Bearer` in its place. Checked before the route.",
        Nothing
    );

    public static readonly ErrorEntry NotFound = new(
        "not_found",
        404,
        "There is nothing at this path; look at /docs for the routes. Nothing was changed.",
        "The path is no route, or the action after a payout's id is missing.",
        Nothing
    );

    public static readonly ErrorEntry MethodNotAllowed = new(
        "method_not_allowed",
        405,
        "This path does not take this method; the Allow header lists those it takes. Nothing was changed.",
        "The path is a route, the method is not one of its methods.",
        Nothing
    );

    public static readonly ErrorEntry Unauthenticated = new(
        "unauthenticated",
        401,
        "There is no valid session on this request; sign in and try again. No payout was created.",
        "The session cookie, or on the routes of affiliates the bearer token, is missing, unknown, expired or revoked.",
        Nothing
    );

    public static readonly ErrorEntry OriginForbidden = new(
        "origin_forbidden",
        403,
        "This request came from a page of another site and was refused. No payout was created.",
        "An unsafe method with `Origin` or `Sec-Fetch-Site` of a site that is not allowed.",
        Nothing
    );

    public static readonly ErrorEntry CsrfTokenInvalid = new(
        "csrf_token_invalid",
        403,
        "The X-CSRF-Token header does not match the CSRF cookie; reload the page. No payout was created.",
        "Only where `Sessions:RequireCsrfToken` is on.",
        Nothing
    );

    public static readonly ErrorEntry InsufficientScope = new(
        "insufficient_scope",
        403,
        "This token lacks the scope that the route asks for; nothing was changed.",
        "The token is valid, but not for this; `message` names the scope, and for bearer tokens `WWW-Authenticate` does.",
        Nothing
    );

    public static readonly ErrorEntry InvalidJson = new(
        "invalid_json",
        400,
        "The body must be one JSON object of at most 4096 bytes, without duplicate names or comments; nothing was changed.",
        "The body is not JSON, not one object, repeats a name, is longer than 4,096 bytes, or, on an operator's "
            + "`sent`, `failed` and `cancel`, holds a field of the wrong type.",
        Nothing
    );

    public static readonly ErrorEntry IdempotencyKeyInvalid = new(
        "idempotency_key_invalid",
        400,
        "The Idempotency-Key header must be given once, with 1 to 255 printable ASCII characters; nothing was changed.",
        "The header is repeated, empty, too long or not printable.",
        Nothing
    );

    public static readonly ErrorEntry InvalidArgs = new(
        "invalid_args",
        400,
        "A field is missing or malformed; no payout was created.",
        "A field is missing, of the wrong type or outside its range; `field` names it.",
        Nothing
    );

    public static readonly ErrorEntry IdempotencyKeyReused = new(
        "idempotency_key_reused",
        422,
        "This Idempotency-Key was used for another request; use a new key. Nothing was created or changed by this request.",
        "The same key came with another body.",
        "The first request stands; this one did nothing."
    );

    public static readonly ErrorEntry VersionMismatch = new(
        "version_mismatch",
        412,
        "The payout has changed since you looked, see version; look again. It is unchanged by this request.",
        "`If-Match` names another version than the payout's.",
        "Unchanged; `version` and `status` tell its state."
    );

    public static readonly ErrorEntry ServiceUnavailable = new(
        "service_unavailable",
        503,
        "The database does not answer, so nobody knows whether this request was carried out. Repeat it after retry_after seconds with "
            + "the same Idempotency-Key, which does nothing twice; without one, look first.",
        "The database is away, starts, stops, has no room or takes no writes. `retry_after` and `Retry-After` tell the seconds to wait.",
        "Unknown: a payout may exist. The same request with the same key tells, and does nothing twice."
    );

    public static readonly ErrorEntry Internal = new(
        "internal",
        500,
        "Something went wrong on our side. Look at the payout's state before trying again, or repeat with the same Idempotency-Key.",
        "An unexpected error; the log has it under `request_id`.",
        "Unknown: a payout may exist. Look before asking again."
    );

    // Put together when first asked for: fields of several files have no order of initialization.
    private static readonly Lazy<IReadOnlyList<ErrorEntry>> s_all = new(List);

    /// <summary>All of them, in order of precedence: of two that apply, the upper one is answered.</summary>
    public static IReadOnlyList<ErrorEntry> All => s_all.Value;

    private static IReadOnlyList<ErrorEntry> List() =>
        [
            RateLimited,
            AdminTokenUnset,
            AdminTokenInvalid,
            NotFound,
            MethodNotAllowed,
            Unauthenticated,
            OriginForbidden,
            CsrfTokenInvalid,
            InsufficientScope,
            InvalidPayoutId,
            InvalidAddressId,
            InvalidTransactionId,
            InvalidUserId,
            InvalidJson,
            IdempotencyKeyInvalid,
            WebhooksNotConfigured,
            InvalidArgs,
            ValidationError,
            WebhookUrlInvalid,
            TxHashRequired,
            PayoutBelowMin,
            PayoutAboveMax,
            PayoutAddressInvalid,
            AddressNotFound,
            IdempotencyKeyReused,
            AddressNotActive,
            AddressDuplicate,
            AddressBookFull,
            InvoiceNotEligible,
            AmountMismatch,
            BalanceInsufficient,
            PayoutNotFound,
            TransactionNotFound,
            TokenNotFound,
            WebhookNotFound,
            DeliveryNotFound,
            WebhookDisabled,
            WebhookLimit,
            CommissionNotFound,
            PayeeNotFound,
            AffiliateNotFound,
            NoCommissions,
            PayoutExists,
            VersionMismatch,
            ApprovalNotRequired,
            SelfApprovalForbidden,
            PayoutNotActionable,
            TransferNotVerified,
            TransferUnknown,
            PayoutNotCancellable,
            PayoutNotRetryable,
            PayoutNotSent,
            PayoutNotApproved,
            PayoutAlreadyPaid,
            PayoutNotPayable,
            PayoutInFlight,
            WalletMissing,
            CurrencyNotOnChain,
            CommissionNotReversible,
            CommissionNotActionable,
            DuplicateEventMismatch,
            InvoiceCovered,
            ServiceUnavailable,
            Internal,
        ];
}

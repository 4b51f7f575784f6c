// Longer than 400 lines because it is a table, and whoever looks for an error looks here.
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

/// <summary>Every error of this API, in order of precedence: of two that apply, the upper one is answered.</summary>
internal static class ErrorCatalogue
{
    private const string Nothing = "No payout was created or changed.";

    public static readonly ErrorEntry RateLimited = new(
        "rate_limited",
        429,
        "Too many requests; wait as long as retry_after says. Nothing was changed.",
        "A user, a token, or an address whose requests prove nobody's identity asks more often than `RateLimits` allow; `retry_after` and `Retry-After` tell the seconds to wait.",
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
        "The header is missing, repeated, or neither the configured token nor a valid named one with a scope of operators; the same for `Authorization: Bearer` in its place. Checked before the route.",
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

    public static readonly ErrorEntry InvalidPayoutId = new(
        "invalid_payout_id",
        400,
        "The payout id in the path is not a UUID of the form 8-4-4-4-12; nothing was changed.",
        "The id is not of that form.",
        Nothing
    );

    public static readonly ErrorEntry InvalidAddressId = new(
        "invalid_address_id",
        400,
        "The address id in the path is not a UUID of the form 8-4-4-4-12; nothing was changed.",
        "The id is not of that form.",
        "No payout is concerned."
    );

    public static readonly ErrorEntry InvalidTransactionId = new(
        "invalid_transaction_id",
        400,
        "The id in the path is no whole number; nothing was changed.",
        "The id of a chain transaction is not of that form.",
        Nothing
    );

    public static readonly ErrorEntry InvalidUserId = new(
        "invalid_user_id",
        400,
        "The user id in the path is not a UUID of the form 8-4-4-4-12; nothing was changed.",
        "The id is not of that form.",
        Nothing
    );

    public static readonly ErrorEntry InvalidJson = new(
        "invalid_json",
        400,
        "The body must be one JSON object of at most 4096 bytes, without duplicate names or comments; nothing was changed.",
        "The body is not JSON, not one object, repeats a name, is longer than 4,096 bytes, or, on an operator's `sent`, `failed` and `cancel`, holds a field of the wrong type.",
        Nothing
    );

    public static readonly ErrorEntry IdempotencyKeyInvalid = new(
        "idempotency_key_invalid",
        400,
        "The Idempotency-Key header must be given once, with 1 to 255 printable ASCII characters; nothing was changed.",
        "The header is repeated, empty, too long or not printable.",
        Nothing
    );

    public static readonly ErrorEntry WebhooksNotConfigured = new(
        "webhooks_not_configured",
        409,
        "This server has no key to keep webhook secrets with; set Webhooks:SecretKey on API and worker. Nothing was changed.",
        "`Webhooks:SecretKey` is not set.",
        Nothing
    );

    public static readonly ErrorEntry InvalidArgs = new(
        "invalid_args",
        400,
        "A field is missing or malformed; no payout was created.",
        "A field is missing, of the wrong type or outside its range; `field` names it.",
        Nothing
    );

    public static readonly ErrorEntry ValidationError = new(
        "validation_error",
        400,
        "The body is not one JSON object, or a field is missing or malformed; nothing was changed.",
        "On the routes of affiliates: the body is no JSON object of at most 4,096 bytes, or a field is missing, of the wrong type or outside its range; `field` names it.",
        Nothing
    );

    public static readonly ErrorEntry WebhookUrlInvalid = new(
        "webhook_url_invalid",
        400,
        "The URL must be https on the public Internet; nothing was changed.",
        "The URL of a webhook endpoint is not https, holds a user name or a fragment, has an unusual port, or names a host that is not public; `message` says which.",
        Nothing
    );

    public static readonly ErrorEntry TxHashRequired = new(
        "tx_hash_required",
        400,
        "Give the hash of the transaction that paid this payout as tx_hash; the payout is unchanged.",
        "`tx_hash` is missing, null, empty or blank.",
        "Unchanged."
    );

    public static readonly ErrorEntry PayoutBelowMin = new(
        "payout_below_min",
        400,
        "The amount is below the minimum for this network, see min_micro; no payout was created.",
        "`amount_micro` is below the network's minimum; `min_micro` tells it.",
        Nothing
    );

    public static readonly ErrorEntry PayoutAboveMax = new(
        "payout_above_max",
        400,
        "The amount is above the maximum for this network, see max_micro; no payout was created.",
        "Only where a maximum is configured; `max_micro` tells it.",
        Nothing
    );

    public static readonly ErrorEntry PayoutAddressInvalid = new(
        "payout_address_invalid",
        400,
        "The address cannot be paid on this network; no payout was created.",
        "The address is malformed, of another network, or one that must not be paid; `message` names what is wrong.",
        Nothing
    );

    public static readonly ErrorEntry AddressNotFound = new(
        "address_not_found",
        404,
        "There is no address with this id; nothing was changed.",
        "No address has this id, it is another user's, or it was removed before.",
        Nothing
    );

    public static readonly ErrorEntry IdempotencyKeyReused = new(
        "idempotency_key_reused",
        422,
        "This Idempotency-Key was used for another request; use a new key. Nothing was created or changed by this request.",
        "The same key came with another body.",
        "The first request stands; this one did nothing."
    );

    public static readonly ErrorEntry AddressNotActive = new(
        "address_not_active",
        409,
        "This address cannot be paid now, see reason; no payout was created.",
        "`reason` is `blocked`, or `unknown` or `pending` (until `active_at`) where `Addresses:OnlyKnown` is on; `unknown` also where a named address was removed.",
        Nothing
    );

    public static readonly ErrorEntry AddressDuplicate = new(
        "address_duplicate",
        409,
        "This address is in your book already; nothing was added.",
        "The same address on the same network is in the user's book.",
        "No payout is concerned."
    );

    public static readonly ErrorEntry AddressBookFull = new(
        "address_book_full",
        409,
        "Your book holds as many addresses as it can; remove one first. Nothing was added.",
        "The user's book holds 100 addresses.",
        "No payout is concerned."
    );

    public static readonly ErrorEntry InvoiceNotEligible = new(
        "invoice_not_eligible",
        404,
        "You have no open invoice with this id; nothing was deducted.",
        "No such invoice is open for this user; `reason` is `closed` or `covered` where it was.",
        "No payout is concerned, and nothing was deducted."
    );

    public static readonly ErrorEntry AmountMismatch = new(
        "amount_mismatch",
        400,
        "The amount must be exactly the invoice's total; nothing was deducted.",
        "`amount_micro` is not the invoice's total.",
        "No payout is concerned, and nothing was deducted."
    );

    public static readonly ErrorEntry BalanceInsufficient = new(
        "balance_insufficient",
        400,
        "The amount exceeds your available balance, see available_micro; no payout was created.",
        "`amount_micro` exceeds what is unlocked and neither reserved nor spent; `available_micro` tells how much is.",
        Nothing
    );

    public static readonly ErrorEntry PayoutNotFound = new(
        "payout_not_found",
        404,
        "There is no payout with this id; nothing was changed.",
        "No payout has this id, or it is another user's. On the routes of affiliates also: the id has another form.",
        Nothing
    );

    public static readonly ErrorEntry TransactionNotFound = new(
        "transaction_not_found",
        404,
        "There is no chain transaction with this id; nothing was changed.",
        "No transaction of ours has this id.",
        Nothing
    );

    public static readonly ErrorEntry TokenNotFound = new(
        "token_not_found",
        404,
        "There is no token with this id; nothing was changed.",
        "No token has this id, whatever its form.",
        Nothing
    );

    public static readonly ErrorEntry WebhookNotFound = new(
        "webhook_not_found",
        404,
        "There is no webhook endpoint with this id; nothing was changed.",
        "No endpoint has this id, whatever its form, or it was deleted.",
        Nothing
    );

    public static readonly ErrorEntry DeliveryNotFound = new(
        "delivery_not_found",
        404,
        "This endpoint has no delivery with this id; nothing was changed.",
        "No message with this webhook-id, whatever its form, was meant for the endpoint, or it is so old that it was forgotten.",
        Nothing
    );

    public static readonly ErrorEntry WebhookDisabled = new(
        "webhook_disabled",
        409,
        "This webhook endpoint is disabled; enable it first. Nothing was changed.",
        "A message was to be sent to an endpoint that is disabled.",
        Nothing
    );

    public static readonly ErrorEntry WebhookLimit = new(
        "webhook_limit",
        409,
        "There are as many webhook endpoints as there can be; delete one first. Nothing was changed.",
        "There are 50 endpoints.",
        Nothing
    );

    public static readonly ErrorEntry CommissionNotFound = new(
        "commission_not_found",
        404,
        "There is no commission with this id; nothing was changed.",
        "No commission has this id, whatever its form.",
        Nothing
    );

    public static readonly ErrorEntry PayeeNotFound = new(
        "payee_not_found",
        404,
        "Nobody has said how to reach this affiliate; nothing was changed.",
        "No name, e-mail address or wallet is known of it.",
        Nothing
    );

    public static readonly ErrorEntry AffiliateNotFound = new(
        "affiliate_not_found",
        404,
        "This affiliate has never earned anything in this currency; nothing was changed.",
        "No commission was ever recorded for it.",
        Nothing
    );

    public static readonly ErrorEntry NoCommissions = new(
        "no_commissions",
        400,
        "There is nothing to pay this affiliate for this period; no payout was created.",
        "No commission of the period is free and past its hold, and no reversal waits.",
        Nothing
    );

    public static readonly ErrorEntry PayoutExists = new(
        "payout_exists",
        409,
        "This affiliate has a payout for this period already, see payout_id; it is unchanged.",
        "A payout that is not void has the same affiliate, currency and period; `payout_id` names it.",
        "Unchanged."
    );

    public static readonly ErrorEntry VersionMismatch = new(
        "version_mismatch",
        412,
        "The payout has changed since you looked, see version; look again. It is unchanged by this request.",
        "`If-Match` names another version than the payout's.",
        "Unchanged; `version` and `status` tell its state."
    );

    public static readonly ErrorEntry ApprovalNotRequired = new(
        "approval_not_required",
        409,
        "The amount is not above the threshold, or the payout is approved already; it is unchanged.",
        "`approve` on a payout that needs none.",
        "Unchanged."
    );

    public static readonly ErrorEntry SelfApprovalForbidden = new(
        "self_approval_forbidden",
        403,
        "You have approved this payout: above the threshold somebody else must override it. It is unchanged.",
        "An override of a payout above the threshold (`sent`, a forced `failed`, `decide`) by the principal who approved it. Labels in `X-Operator` are no principals.",
        "Unchanged."
    );

    public static readonly ErrorEntry PayoutNotActionable = new(
        "payout_not_actionable",
        409,
        "The payout cannot be changed in its present state, see status; it is unchanged.",
        "The payout has ended, or `reason` tells what stands in the way: `transaction_in_flight`, `awaiting_finality`, `chain_contradicts`, `proven_unpaid`, `on_hold`, `not_on_hold`, `awaiting_approval`, `taken_up`; on `decide` also `not_contradicted`, `already_decided`, `not_our_transaction`, `not_a_rider`.",
        "Unchanged; `status` tells its state, `tx_hash` the transaction, `safe_after` about when that can no longer land."
    );

    public static readonly ErrorEntry PayoutNotCancellable = new(
        "payout_not_cancellable",
        409,
        "The payout can no longer be cancelled, see status; it is unchanged.",
        "A user's payout is past `requested`; an operator's has ended, or a signed transaction of ours may still pay it (`reason`).",
        "Unchanged; `status` tells its state. Operators also read `tx_hash` and `safe_after`."
    );

    public static readonly ErrorEntry PayoutNotRetryable = new(
        "payout_not_retryable",
        409,
        "The payout cannot be asked for again, see reason; no payout was created.",
        "`reason` is `not_failed`, `paid_after_all`, `refund_held`, `failure_is_final`, `retried` (`payout_id` names the payout that did) or `network_unavailable`.",
        Nothing
    );

    public static readonly ErrorEntry PayoutNotSent = new(
        "payout_not_sent",
        409,
        "Only a payout that was sent has a receipt, see status; it is unchanged.",
        "A receipt was asked for of a payout that is not `sent`.",
        "Unchanged; `status` tells its state."
    );

    public static readonly ErrorEntry PayoutNotApproved = new(
        "payout_not_approved",
        409,
        "The payout is pending: approve it before it is marked as paid. It is unchanged.",
        "`mark-paid` or `pay` on a payout that is pending.",
        "Unchanged."
    );

    public static readonly ErrorEntry PayoutAlreadyPaid = new(
        "payout_already_paid",
        409,
        "The payout was paid already, see external_ref; it is unchanged.",
        "The payout is paid, by another transfer than the one named; `external_ref` tells which.",
        "Unchanged, for ever."
    );

    public static readonly ErrorEntry PayoutNotPayable = new(
        "payout_not_payable",
        409,
        "There is nothing to pay in this payout, see status; it is unchanged.",
        "The payout is void, its amount is zero, or the affiliate owes (`recovery_owed`, `recovered`, `written_off`).",
        "Unchanged; `status` tells its state."
    );

    public static readonly ErrorEntry PayoutInFlight = new(
        "payout_in_flight",
        409,
        "A payout on a chain may still pay this, see payout_id; wait until that has ended. It is unchanged.",
        "An affiliate's payout is being paid on a chain: nothing else may pay it, and its approval stands.",
        "Unchanged; `payout_id` names the payout on the chain."
    );

    public static readonly ErrorEntry WalletMissing = new(
        "wallet_missing",
        409,
        "No wallet of this affiliate is known on a network that is configured; tell it first. The payout is unchanged.",
        "`pay` for an affiliate without a wallet, or with one on a network that is gone.",
        "Unchanged."
    );

    public static readonly ErrorEntry CurrencyNotOnChain = new(
        "currency_not_on_chain",
        409,
        "Only payouts in USD are paid on a chain, in USDC; pay this one outside and mark it as paid. It is unchanged.",
        "`pay` for a payout in another currency.",
        "Unchanged."
    );

    public static readonly ErrorEntry CommissionNotReversible = new(
        "commission_not_reversible",
        409,
        "This is the reversal of a commission, and cannot be reversed itself; nothing was changed.",
        "The id is that of a reversal.",
        Nothing
    );

    public static readonly ErrorEntry CommissionNotActionable = new(
        "commission_not_actionable",
        409,
        "This commission is reversed, rejected, a reversal itself, or in a payout that is approved; it is unchanged.",
        "A person's word comes too late: reverse the commission instead.",
        "Unchanged."
    );

    public static readonly ErrorEntry DuplicateEventMismatch = new(
        "duplicate_event_mismatch",
        409,
        "This source_event_id was recorded before with other values; the first record stands, nothing was added.",
        "A reward or commission with the same `source_event_id`, or an invoice with the same `invoice_id`, has other values.",
        Nothing
    );

    public static readonly ErrorEntry InvoiceCovered = new(
        "invoice_covered",
        409,
        "The user's balance has covered this invoice; give it back by an adjustment. Nothing was changed.",
        "The invoice cannot be closed, because a balance has covered it.",
        Nothing
    );

    public static readonly ErrorEntry Internal = new(
        "internal",
        500,
        "Something went wrong on our side. Look at the payout's state before trying again, or repeat with the same Idempotency-Key.",
        "An unexpected error; the log has it under `request_id`.",
        "Unknown: a payout may exist. Look before asking again."
    );

    /// <summary>All of them, in order of precedence.</summary>
    public static IReadOnlyList<ErrorEntry> All { get; } =
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
        Internal,
    ];
}

namespace Settlement.Api.Http;

// Of operators: what they steer, record and subscribe to.
internal static partial class ErrorCatalogue
{
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

    public static readonly ErrorEntry WebhooksNotConfigured = new(
        "webhooks_not_configured",
        409,
        "This server has no key to keep webhook secrets with; set Webhooks:SecretKey on API and worker. Nothing was changed.",
        "`Webhooks:SecretKey` is not set.",
        Nothing
    );

    public static readonly ErrorEntry WebhookUrlInvalid = new(
        "webhook_url_invalid",
        400,
        "The URL must be https on the public Internet; nothing was changed.",
        "The URL of a webhook endpoint is not https, holds a user name or a fragment, has an unusual port, or names a "
            + "host that is not public; `message` says which.",
        Nothing
    );

    public static readonly ErrorEntry TxHashRequired = new(
        "tx_hash_required",
        400,
        "Give the hash of the transaction that paid this payout as tx_hash; the payout is unchanged.",
        "`tx_hash` is missing, null, empty or blank.",
        "Unchanged."
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
        "An override of a payout above the threshold (`sent`, a forced `failed`, `decide`) by the principal who "
            + "approved it. Labels in `X-Operator` are no principals.",
        "Unchanged."
    );

    public static readonly ErrorEntry PayoutNotActionable = new(
        "payout_not_actionable",
        409,
        "The payout cannot be changed in its present state, see status; it is unchanged.",
        "The payout has ended, or `reason` tells what stands in the way: `transaction_in_flight`, `awaiting_finality`, "
            + "`chain_contradicts`, `proven_unpaid`, `paid_elsewhere`, `transfer_counted`, `on_hold`, `not_on_hold`, `awaiting_approval`, "
            + "`taken_up`; on `decide` also `not_contradicted`, `already_decided`, `not_our_transaction`, `not_a_rider`.",
        "Unchanged; `status` tells its state, `tx_hash` the transaction, `safe_after` about when that can no longer land."
    );

    public static readonly ErrorEntry TransferNotVerified = new(
        "transfer_not_verified",
        409,
        "The network does not show that this transaction paid this payout, see reason; the payout is unchanged.",
        "`sent` with `verify`. `reason` tells what a worker saw: `not_found`, `not_final` (both may change: ask "
            + "again), `failed`, `other_amount`, `other_destination` or `other_asset` (these are final).",
        "Unchanged."
    );

    public static readonly ErrorEntry TransferUnknown = new(
        "transfer_unknown",
        503,
        "The network's answer is not known; the payout is unchanged. Ask again.",
        "`sent` with `verify`, and no worker has answered within `Operations:VerifyWithin`, or no node gave the worker "
            + "a usable answer. A late answer is kept for the next time; `retry_after` and `Retry-After` tell the seconds to "
            + "wait.",
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
}

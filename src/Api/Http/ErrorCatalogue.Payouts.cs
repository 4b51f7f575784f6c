namespace Settlement.Api.Http;

// Of users' payouts: what is asked for, and what it meets.
internal static partial class ErrorCatalogue
{
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
        "Only where a maximum is configured, or an operator has set a spend limit; `max_micro` tells it.",
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

    public static readonly ErrorEntry AddressNotActive = new(
        "address_not_active",
        409,
        "This address cannot be paid now, see reason; no payout was created.",
        "`reason` is `blocked`, or `unknown` or `pending` (until `active_at`) where `Addresses:OnlyKnown` is on; "
            + "`unknown` also where a named address was removed.",
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

    public static readonly ErrorEntry PayoutNotCancellable = new(
        "payout_not_cancellable",
        409,
        "The payout can no longer be cancelled, see status; it is unchanged.",
        "A user's payout is past `requested`; an operator's has ended, or a signed transaction of ours may still pay "
            + "it and cannot be replaced, or a forgotten one has paid it (`reason`).",
        "Unchanged; `status` tells its state. Operators also read `tx_hash` and `safe_after`."
    );

    public static readonly ErrorEntry PayoutNotRetryable = new(
        "payout_not_retryable",
        409,
        "The payout cannot be asked for again, see reason; no payout was created.",
        "`reason` is `not_failed`, `paid_after_all`, `refund_held`, `failure_is_final`, `retried` (`payout_id` names "
            + "the payout that did) or `network_unavailable`.",
        Nothing
    );

    public static readonly ErrorEntry PayoutNotSent = new(
        "payout_not_sent",
        409,
        "Only a payout that was sent has a receipt, see status; it is unchanged.",
        "A receipt was asked for of a payout that is not `sent`.",
        "Unchanged; `status` tells its state."
    );
}

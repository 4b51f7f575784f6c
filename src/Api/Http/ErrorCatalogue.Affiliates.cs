namespace Settlement.Api.Http;

// Of affiliates: commissions, payees and their payouts.
internal static partial class ErrorCatalogue
{
    public static readonly ErrorEntry ValidationError = new(
        "validation_error",
        400,
        "The body is not one JSON object, or a field is missing or malformed; nothing was changed.",
        "On the routes of affiliates: the body is no JSON object of at most 4,096 bytes, or a field is missing, of the "
            + "wrong type or outside its range; `field` names it.",
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
}

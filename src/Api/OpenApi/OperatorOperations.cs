using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of operators' routes that concern no single payout's end.</summary>
internal static class OperatorOperations
{
    private const string FilterRule =
        "A filter never is an error: what is unknown or cannot be read matches nothing.";

    private static readonly (string, string) s_cursor = (
        "cursor",
        "The next_cursor of the page before."
    );

    public static readonly Operation List = new(
        "listAllPayouts",
        "Every user's payouts",
        Caller.Operator,
        [(200, typeof(AdminPayoutList))]
    )
    {
        Text = $"{FilterRule} With a cursor, offset is ignored; keep sort the same.",
        IsPaged = true,
        Filters =
        [
            .. AdminPayoutFilters.Described,
            (
                "sort",
                "requested_at or amount_micro, with - before it from the highest down; -requested_at when left out."
            ),
            ("total", "true: also counts all that match."),
            s_cursor,
        ],
        Scope = Scopes.ReadReferrals,
    };

    public static readonly Operation Summary = new(
        "summarizePayouts",
        "What payouts add up to, by network and status",
        Caller.Operator,
        [(200, typeof(SummaryView))]
    )
    {
        Text = FilterRule,
        Filters = AdminPayoutFilters.Described,
        Scope = Scopes.ReadReferrals,
    };

    public static readonly Operation Export = Summary with
    {
        Id = "exportAllPayouts",
        Summary = "Every user's payouts as CSV",
        Success = [(200, typeof(string))],
        Filters =
        [
            .. AdminPayoutFilters.Described,
            (
                "columns",
                $"Some of {ExportAllPayouts.Columns}, in this order; all of them when left out."
            ),
        ],
        Media = "text/csv",
    };

    public static readonly Operation Bulk = new(
        "actOnPayouts",
        "One action on many payouts",
        Caller.Operator,
        [(200, typeof(BulkView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "Each payout has its own commit and its own result, and 200 says only that all were tried. With an "
            + "Idempotency-Key a repetition goes on where the first stopped and acts on no payout twice. approve "
            + "also needs the scope `referrals:approve`. For example "
            + "`{\"action\":\"hold\",\"ids\":[\"9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f\"],\"reason\":\"incident "
            + "12\"}`.",
        Body = typeof(BulkBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.OperateReferrals,
    };

    public static readonly Operation Hold = new(
        "holdPayout",
        "Keep a payout from being paid",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.VersionMismatch,
        ErrorCatalogue.PayoutNotActionable
    )
    {
        Text =
            "The status stays, no worker takes it up, and what is being signed for it at this moment is thrown "
            + "away. Refused while a signed transaction may still pay it. For example `{\"reason\":\"address "
            + "reported as stolen\"}`.",
        Body = typeof(ReasonBody),
        TakesIdempotencyKey = true,
        HasVersion = true,
        Scope = Scopes.OperateReferrals,
    };

    public static readonly Operation Release = Hold with
    {
        Id = "releasePayout",
        Summary = "Let a payout on hold go",
        Text = "It is due at once. Refused when it is not on hold.",
        IsBodyOptional = true,
    };

    public static readonly Operation Requeue = Release with
    {
        Id = "requeuePayout",
        Summary = "Put a payout in front of the queue",
        Text =
            "It is due now, the reason for which it waited is cleared, and so is the count of its failed "
            + "transactions. Refused while a signed transaction may still pay it, on hold, and before it is "
            + "approved; `reason` says which.",
    };

    public static readonly Operation Approve = Release with
    {
        Id = "approvePayout",
        Summary = "Let a payout above the threshold be paid",
        Text =
            "Once, by a principal other than the one who overrides it later. With If-Match: only as it was looked at.",
        Errors = [.. Hold.Errors, ErrorCatalogue.ApprovalNotRequired],
        Scope = Scopes.ApproveReferrals,
    };

    public static readonly Operation SpeedUp = Release with
    {
        Id = "speedUpPayout",
        Summary = "Have a payout's transaction offer a higher fee",
        Text =
            "On networks with nonces. A worker signs the same payment at the same nonce, at least a tenth "
            + "dearer; whichever of the two lands, at most one does. Refused when nothing is under way, when it is "
            + "in a block already, at the fee cap of the network, on a network where nothing is replaced, and "
            + "while something is asked already; `reason` says which.",
    };

    public static readonly Operation Check = Release with
    {
        Id = "checkPayout",
        Summary = "Have a payout's transaction looked at now",
        Success = [(200, typeof(PayoutCheckView))],
        Text =
            "Orders a look and answers what the last one saw: read the payout again a few seconds later. "
            + "look_ordered is false when nothing is under way.",
        Errors =
        [
            ErrorCatalogue.InvalidPayoutId,
            ErrorCatalogue.InvalidJson,
            ErrorCatalogue.IdempotencyKeyInvalid,
            ErrorCatalogue.InvalidArgs,
            ErrorCatalogue.IdempotencyKeyReused,
            ErrorCatalogue.PayoutNotFound,
            ErrorCatalogue.VersionMismatch,
        ],
    };

    public static readonly Operation Decide = new(
        "decideTransaction",
        "Say what became of a transaction that the network contradicts",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidTransactionId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.TransactionNotFound,
        ErrorCatalogue.SelfApprovalForbidden,
        ErrorCatalogue.PayoutNotActionable
    )
    {
        Text =
            "Final, and allowed only where the last look saw a contradiction: no later look can bring a proof, "
            + "so your word stands in its place. Payouts that it paid become sent; all others go on hold, for "
            + "nothing proves that they are unpaid: release them, or mark them as sent or failed. For example "
            + "`{\"verdict\":\"dead\",\"reason\":\"nonce spent by the old signer, incident 12\"}`.",
        Body = typeof(DecideBody),
        TakesIdempotencyKey = true,
        IsIdAnyText = true,
        IdText = "The transaction's id: transaction_id of an attempt, a whole number.",
        Scope = Scopes.DecideTransactions,
    };

    public static readonly Operation Audit = new(
        "readAudit",
        "What operators did, newest first",
        Caller.Operator,
        [(200, typeof(AuditList))]
    )
    {
        Text = $"Written in the commit of what it tells of, and never changed. {FilterRule}",
        Filters =
        [
            ("actor", "A token's name, or the whole of what actor says."),
            ("action", "Such as failed, held, paused or token_created."),
            ("payout", "A payout's id."),
            ("target", "The id of what was acted on, or a network."),
            ("request_id", "The X-Request-Id of the request that did it."),
            ("from", "At this time or later: RFC 3339, or a date in UTC."),
            ("to", "Before this time: RFC 3339, or a date in UTC."),
            ("limit", "Brought into 1 to 200; 50 when left out."),
            s_cursor,
        ],
        Scope = Scopes.ReadAudit,
    };

    public static readonly Operation ListTokens = new(
        "listTokens",
        "Named tokens, newest first",
        Caller.Operator,
        [(200, typeof(TokenList))]
    )
    {
        Text = "Never their secrets.",
        IsPaged = true,
        Scope = Scopes.Tokens,
    };

    public static readonly Operation CreateToken = new(
        "createToken",
        "Make a named token",
        Caller.Operator,
        [(201, typeof(NewTokenView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "Its name is the actor of everything that is done with it. The secret is in this answer and never "
            + "again. A token gives no scope that it lacks. For example "
            + "`{\"name\":\"ann\",\"scopes\":[\"referrals:read\",\"referrals:operate\"]}`.",
        Body = typeof(TokenBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.Tokens,
    };

    public static readonly Operation RevokeToken = new(
        "revokeToken",
        "End a token at once",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.TokenNotFound
    )
    {
        Text = "A token that has ended stays so, and the answer is the same.",
        IsIdAnyText = true,
        IdText = "The token's id; one of any other form is not found.",
        Scope = Scopes.Tokens,
    };
}

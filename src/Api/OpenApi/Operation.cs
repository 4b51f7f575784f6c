using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Api.Operations;
using Settlement.Hosting.Health;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>Whom a route lets in.</summary>
internal enum Caller
{
    Anyone,
    User,
    Operator,
    Affiliates,
}

/// <summary>What the description says of one route.</summary>
/// <param name="Id">Operation id, for generated clients.</param>
/// <param name="Summary">One line.</param>
/// <param name="Caller">Whom it lets in; adds the errors of that.</param>
/// <param name="Success">Status and body type of success.</param>
/// <param name="Errors">The errors that are its own.</param>
internal sealed record Operation(
    string Id,
    string Summary,
    Caller Caller,
    IReadOnlyList<(int Status, Type Body)> Success,
    params ErrorEntry[] Errors
)
{
    public string Text { get; init; } = "";
    public Type? Body { get; init; }
    public bool IsBodyOptional { get; init; }
    public bool TakesIdempotencyKey { get; init; }

    /// <summary>Whether If-Match is read, and ETag answered.</summary>
    public bool HasVersion { get; init; }
    public bool IsPaged { get; init; }
    public bool IsFiltered { get; init; }
    public bool IsResumable { get; init; }

    /// <summary>What a success is written in.</summary>
    public string Media { get; init; } = "application/json";
    public IReadOnlyList<(string Name, string Text)> Filters { get; init; } = [];

    /// <summary>What the id in the path is.</summary>
    public string IdText { get; init; } = "The payout's id, 8-4-4-4-12 hexadecimal digits.";

    /// <summary>Whether that id is no UUID.</summary>
    public bool IsIdAnyText { get; init; }

    /// <summary>What a token must be allowed.</summary>
    public string? Scope { get; init; }

    public static readonly Operation Create = new(
        "createPayout",
        "Request a payout",
        Caller.User,
        [(202, typeof(PayoutView))],
        ErrorCatalogue.OriginForbidden,
        ErrorCatalogue.CsrfTokenInvalid,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.PayoutBelowMin,
        ErrorCatalogue.PayoutAboveMax,
        ErrorCatalogue.PayoutAddressInvalid,
        ErrorCatalogue.AddressNotFound,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.AddressNotActive,
        ErrorCatalogue.BalanceInsufficient
    )
    {
        Text =
            "202 means accepted and reserved, not paid. Follow the payout at the Location header until its "
            + "status is sent, failed or cancelled.",
        Body = typeof(CreatePayoutBody),
        TakesIdempotencyKey = true,
    };

    public static readonly Operation List = new(
        "listPayouts",
        "List your payouts, newest first",
        Caller.User,
        [(200, typeof(PayoutList))]
    )
    {
        Text =
            "A filter never is an error: what is unknown or cannot be read matches nothing. With a cursor, offset is ignored.",
        IsPaged = true,
        IsFiltered = true,
    };

    public static readonly Operation Get = new(
        "getPayout",
        "Look at one payout",
        Caller.User,
        [(200, typeof(PayoutView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.PayoutNotFound
    );

    public static readonly Operation Me = new(
        "getMe",
        "Your balance",
        Caller.User,
        [(200, typeof(MeView))]
    );

    public static readonly Operation Sent = new(
        "markPayoutSent",
        "Record that a payout was sent",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.TxHashRequired,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.VersionMismatch,
        ErrorCatalogue.SelfApprovalForbidden,
        ErrorCatalogue.PayoutNotActionable,
        ErrorCatalogue.TransferNotVerified,
        ErrorCatalogue.TransferUnknown
    )
    {
        Text =
            "Final. Refused while a signed transaction of ours may still pay the payout. With `verify`, a worker "
            + "first asks the network, and the word counts only where it shows exactly this transfer, at finality, "
            + "and that transfer has paid no other payout; the proof is kept in the event's evidence.",
        Body = typeof(SentBody),
        HasVersion = true,
        Scope = Scopes.OperateReferrals,
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Failed = new(
        "markPayoutFailed",
        "Give a payout up",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.PayoutNotFound,
        ErrorCatalogue.VersionMismatch,
        ErrorCatalogue.SelfApprovalForbidden,
        ErrorCatalogue.PayoutNotActionable
    )
    {
        Text =
            "Final; the amount is available to the user again. Refused while a signed transaction of ours may still pay the payout.",
        Body = typeof(FailedBody),
        HasVersion = true,
        Scope = Scopes.OperateReferrals,
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
    };

    public static readonly Operation AdminCancel = Failed with
    {
        Id = "cancelPayoutAsOperator",
        Summary = "Call a payout off",
        Text =
            "From requested, or from processing while nothing of ours can land: 200, final; the amount is "
            + "available to the user again. While a signed transaction may still land, on a network with nonces: "
            + "202, and a worker signs a cancel at the same nonce. What lands decides, and is final: the payout "
            + "becomes cancelled, or sent. It cannot be taken back.",
        Success = [(200, typeof(OkView)), (202, typeof(CancelAskedView))],
        Body = typeof(CancelBody),
        Errors =
        [
            ErrorCatalogue.InvalidPayoutId,
            ErrorCatalogue.InvalidJson,
            ErrorCatalogue.IdempotencyKeyInvalid,
            ErrorCatalogue.IdempotencyKeyReused,
            ErrorCatalogue.PayoutNotFound,
            ErrorCatalogue.VersionMismatch,
            ErrorCatalogue.PayoutNotCancellable,
        ],
    };

    public static readonly Operation Show = new(
        "showPayout",
        "Everything that is known of one payout",
        Caller.Operator,
        [(200, typeof(PayoutDetailView))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.PayoutNotFound
    )
    {
        Scope = Scopes.ReadReferrals,
    };

    public static readonly Operation Reward = new(
        "recordReward",
        "Record what a user earned, or take it back",
        Caller.Operator,
        [(201, typeof(RewardView)), (200, typeof(RewardView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.DuplicateEventMismatch
    )
    {
        Text = "An event counts once: the same source_event_id with the same values answers 200.",
        Body = typeof(RewardBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.WriteRewards,
    };

    public static readonly Operation Pause = new(
        "pause",
        "Stop new transactions",
        Caller.Operator,
        [(200, typeof(PausesView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused
    )
    {
        Text =
            "Requests are still accepted and wait; what is signed already is followed to its end. Pausing twice is fine.",
        Body = typeof(PauseBody),
        TakesIdempotencyKey = true,
        Scope = Scopes.System,
    };

    public static readonly Operation Resume = Pause with
    {
        Id = "resume",
        Summary = "Allow new transactions again",
        Text = "Lifts the operators' pause of the scope. A freeze by the ledger audit stands.",
    };

    public static readonly Operation Live = new(
        "live",
        "Whether the process answers",
        Caller.Anyone,
        [(200, typeof(LiveView))]
    );

    public static readonly Operation Ready = new(
        "ready",
        "Whether requests can be served",
        Caller.Anyone,
        [(200, typeof(ReadyView)), (503, typeof(ReadyView))]
    )
    {
        Text = "The broker is told for information: payouts are accepted and settled without it.",
    };

    public static readonly Operation Metrics = new(
        "metrics",
        "What is counted, for Prometheus",
        Caller.Anyone,
        [(200, typeof(string))]
    )
    {
        Text = "Text format 0.0.4. Let only your monitoring reach it.",
        Media = "text/plain",
    };

    /// <summary>Its own errors and those that every route of its kind has, in order of precedence.</summary>
    public IEnumerable<ErrorEntry> AllErrors =>
        ErrorCatalogue.All.Where(e =>
            Errors.Contains(e)
            || e == ErrorCatalogue.MethodNotAllowed
            || (e == ErrorCatalogue.ServiceUnavailable && Caller is not Caller.Anyone)
            || (e == ErrorCatalogue.Internal && Caller is not Caller.Anyone)
            || (e == ErrorCatalogue.RateLimited && Caller is not Caller.Anyone)
            || (e == ErrorCatalogue.Unauthenticated && Caller is (Caller.User or Caller.Affiliates))
            || (e == ErrorCatalogue.InsufficientScope && Scope is not null)
            || (
                Caller is Caller.Operator
                && (e == ErrorCatalogue.AdminTokenUnset || e == ErrorCatalogue.AdminTokenInvalid)
            )
        );
}

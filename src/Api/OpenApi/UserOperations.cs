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

    public static readonly Operation Events = new(
        "listPayoutEvents",
        "What happened to your payout, oldest first",
        Caller.User,
        [(200, typeof(Timeline))],
        ErrorCatalogue.InvalidPayoutId,
        ErrorCatalogue.PayoutNotFound
    );

    public static readonly Operation Options = new(
        "getPayoutOptions",
        "Where payouts may go, and on what terms",
        Caller.User,
        [(200, typeof(OptionsView))]
    );
}

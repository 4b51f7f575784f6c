using Settlement.Api.Configuration;
using Settlement.Api.Dispatching;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Endpoints;

/// <summary>Tells a client what came of a payout request, be it new or asked for again.</summary>
internal sealed class AcceptAnswers(PayoutDispatch dispatch)
{
    public Task AnswerAsync(
        HttpContext context,
        AcceptOutcome outcome,
        PayoutRequest request,
        PayoutNetwork network
    )
    {
        switch (outcome)
        {
            case AcceptOutcome.Accepted accepted:
                dispatch.Hint(accepted.Payout.Id, request.Network);
                return AcceptedAsync(context, accepted.Payout, request, network);
            case AcceptOutcome.Replayed replayed:
                context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
                return AcceptedAsync(context, replayed.Payout, request, network);
            case AcceptOutcome.KeyReused:
                return context.ErrorAsync(ErrorCatalogue.IdempotencyKeyReused);
            case AcceptOutcome.NotRetryable refused:
                return context.ErrorAsync(
                    ErrorCatalogue.PayoutNotRetryable,
                    NotRetryable(refused.Reason, refused.RetriedBy)
                );
            case AcceptOutcome.AddressNotActive refused:
                return context.ErrorAsync(
                    ErrorCatalogue.AddressNotActive,
                    NotActive(refused.Reason, refused.ActiveAt)
                );
            case AcceptOutcome.AboveLimit above:
                return context.ErrorAsync(
                    ErrorCatalogue.PayoutAboveMax,
                    ErrorCatalogue.PayoutAboveMax.Body() with
                    {
                        MaxMicro = above.MaxMicro,
                    }
                );
            case AcceptOutcome.Insufficient insufficient:
                return context.ErrorAsync(
                    ErrorCatalogue.BalanceInsufficient,
                    ErrorCatalogue.BalanceInsufficient.Body() with
                    {
                        AvailableMicro = insufficient.AvailableMicro,
                    }
                );
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    /// <summary>Why a payout cannot be asked for again, in words.</summary>
    public static ErrorBody NotRetryable(string reason, Guid? retriedBy = null) =>
        ErrorCatalogue.PayoutNotRetryable.Body(
            reason switch
            {
                RetryRefusals.NotFailed =>
                    "Only a payout that has failed can be asked for again; no payout was created.",
                RetryRefusals.PaidAfterAll =>
                    "The transaction of this payout went through after all: you were paid. No payout was created.",
                RetryRefusals.RefundHeld =>
                    "The network has not proven yet that this payout was not paid; ask again when "
                        + "its amount is available. No payout was created.",
                RetryRefusals.FailureIsFinal =>
                    "This destination cannot receive the asset; ask for a payout to another address. No payout was created.",
                RetryRefusals.Retried =>
                    "This payout was asked for again already, see payout_id; no payout was created.",
                _ =>
                    "Payouts to this network are no longer offered; ask for one to another network. No payout was created.",
            }
        ) with
        {
            Reason = reason,
            PayoutId = retriedBy,
        };

    /// <summary>Why an address may not be paid, in words.</summary>
    public static ErrorBody NotActive(string reason, DateTimeOffset? activeAt) =>
        ErrorCatalogue.AddressNotActive.Body(
            reason switch
            {
                "blocked" => "Payouts to this address are blocked; no payout was created.",
                "pending" =>
                    "This address is new in your book and can be paid from active_at on; no payout was created.",
                _ => "Add this address to your book first; no payout was created.",
            }
        ) with
        {
            Reason = reason,
            ActiveAt = activeAt,
        };

    private static Task AcceptedAsync(
        HttpContext context,
        AcceptedPayout payout,
        PayoutRequest request,
        PayoutNetwork network
    )
    {
        context.Response.Headers.Location = Routes.LocationOf(payout.Id);
        return context.Response.JsonAsync(
            StatusCodes.Status202Accepted,
            PayoutPresenter.Accepted(payout, request, network),
            ApiJson.Default.PayoutView
        );
    }
}

using Settlement.Api.Configuration;
using Settlement.Api.Dispatching;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/payouts: accepts a request and answers 202. Waits for the database only.</summary>
internal sealed class CreatePayout(
    AcceptPayout accept,
    CreatePayoutRules rules,
    PayoutDispatch dispatch
)
{
    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        CheckedRequest check = rules.Check(body, userId, key, context.RequestId());
        if (check.Request is not { } request)
        {
            await context.ErrorAsync(check.Error!, check.ErrorBody!);
            return;
        }
        // Not cancelled when the client leaves: the payout may be there already, and its key should say so.
        AcceptOutcome outcome = await accept.ExecuteAsync(request, CancellationToken.None);
        await AnswerAsync(context, outcome, request, check.Network!);
    }

    private Task AnswerAsync(
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

/// <summary>What a client sends.</summary>
public sealed record CreatePayoutBody
{
    /// <summary>Micro-units, a whole number in plain digits; 25000000 is 25.00.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>A configured network, in any case: solana, ethereum, polygon.</summary>
    public required string Network { get; init; }

    /// <summary>The destination on that network.</summary>
    public required string Address { get; init; }

    /// <summary>Your own word for it, 1 to 64 characters.</summary>
    public string? ClientReference { get; init; }
}

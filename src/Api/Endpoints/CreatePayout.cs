using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/payouts: accepts a request and answers 202. Waits for the database only.</summary>
internal sealed class CreatePayout(
    AcceptPayout accept,
    PayoutRequests requests,
    AcceptAnswers answers
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
        CheckedRequest check = await requests.CheckAsync(context, body, userId, key);
        if (check.Request is not { } request)
        {
            await context.ErrorAsync(check.Error!, check.ErrorBody!);
            return;
        }
        // Not cancelled when the client leaves: the payout may be there already, and its key should say so.
        AcceptOutcome outcome = await accept.ExecuteAsync(request, CancellationToken.None);
        await answers.AnswerAsync(context, outcome, request, check.Network!);
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

    /// <summary>An address of your book; it stands for network and address, which are then left out.</summary>
    public Guid? AddressId { get; init; }

    /// <summary>Your own word for it, 1 to 64 characters.</summary>
    public string? ClientReference { get; init; }
}

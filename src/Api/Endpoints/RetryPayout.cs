using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/payouts/{id}/retry: asks for a failed payout again. The failed one stays as it is; the new one
/// must pass every rule that a request passes today.</summary>
internal sealed class RetryPayout(
    PayoutQueries payouts,
    AcceptPayout accept,
    RetryPayoutRules rules,
    AcceptAnswers answers
)
{
    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
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
        PayoutRow? failed = await payouts.FindOwnAsync(id, userId, context.RequestAborted);
        if (failed is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        CheckedRequest check = rules.Check(failed, key, context.RequestId());
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

/// <summary>What must be so for a payout to be asked for again.</summary>
internal sealed class RetryPayoutRules(
    PayoutNetworks networks,
    CreatePayoutRules rules,
    AddressOptions addresses
)
{
    private const string NetworkUnavailable = "network_unavailable";

    public CheckedRequest Check(PayoutRow failed, string? key, string requestId)
    {
        // That it was asked for again already is for the database to say, which knows the key of a repetition.
        if (RetryRefusals.Judge(failed) is { } reason and not RetryRefusals.Retried)
            return Refuse(reason);
        if (!networks.TryFind(failed.Network, out PayoutNetwork? network))
            return Refuse(NetworkUnavailable);
        CheckedRequest check = rules.CheckTerms(
            new RequestTerms(failed.AmountMicro, network, failed.Address, failed.ClientReference),
            new Asker(failed.UserId, key, requestId)
        );
        return check.Request is { } request
            ? new CheckedRequest(
                request with
                {
                    RetryOf = failed.Id,
                    OnlyKnownAddress = addresses.OnlyKnown,
                },
                network
            )
            : check;
    }

    private static CheckedRequest Refuse(string reason) =>
        new(ErrorCatalogue.PayoutNotRetryable, AcceptAnswers.NotRetryable(reason));
}

/// <summary>The body of retry: nothing is asked for, and it may be left out.</summary>
public sealed record RetryBody;

using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>POST /v1/referrals/payouts/{id}/cancel: its user calls a payout off that nobody has taken up.</summary>
internal sealed class CancelOwnPayout(
    CancelPayout cancel,
    PayoutQueries payouts,
    PayoutPresenter presenter,
    KeyedAnswers keys
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
        string user = KeyedAnswers.User(userId);
        await CancelAsync(
            context,
            userId,
            new CancelWord(id, userId, user, context.RequestId())
            {
                Key = KeyedAnswers.Of(user, Routes.Cancel, key, default, [$"{id}"]),
            }
        );
    }

    private async Task CancelAsync(HttpContext context, Guid userId, CancelWord word)
    {
        // A cancelled payout does not change any more: read anew, it is the first answer to the byte.
        Func<Task> show = () => ShowAsync(context, word.PayoutId, userId);
        if (await keys.ReplayAsync(context, word.Key, show))
            return;
        // Not cancelled when the client leaves: what was asked is done or refused.
        TransitionResult result = await cancel.ExecuteAsync(word, CancellationToken.None);
        switch (result)
        {
            case TransitionResult.Applied:
                await show();
                break;
            case TransitionResult.NotFound:
                await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
                break;
            case TransitionResult.Refused refused:
                // A twin with the same key may have been first.
                if (!await keys.ReplayAsync(context, word.Key, show))
                    await context.ErrorAsync(ErrorCatalogue.PayoutNotCancellable, Explain(refused));
                break;
            case TransitionResult.KeyTaken:
                await keys.ReplayAsync(context, word.Key, show);
                break;
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private async Task ShowAsync(HttpContext context, Guid id, Guid userId)
    {
        PayoutRow? row = await payouts.FindOwnAsync(id, userId, context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            presenter.View(row!),
            ApiJson.Default.PayoutView
        );
    }

    private static ErrorBody Explain(TransitionResult.Refused refused) =>
        ErrorCatalogue.PayoutNotCancellable.Body(
            refused.Because switch
            {
                RefusedBecause.Final =>
                    $"The payout is {refused.Status.Name()}, which is final; it is unchanged.",
                RefusedBecause.PaidElsewhere =>
                    "The network shows a payment that is probably this payout's; it is unchanged until we have looked at it.",
                _ when refused.Status == PayoutStatus.Requested =>
                    "The payout may have been paid already; it is unchanged until we have looked at it.",
                _ =>
                    "The payout has been taken up and can no longer be cancelled; it is unchanged.",
            }
        ) with
        {
            Status = refused.Status.Name(),
        };
}

/// <summary>The body of cancel: nothing is asked for, and it may be left out.</summary>
public sealed record CancelOwnBody;

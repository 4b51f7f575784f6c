using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>POST …/{id}/hold, release, requeue, approve and speed-up.</summary>
internal sealed class SteerPayouts(PayoutActions actions, KeyedAnswers keys)
{
    public Task HoldAsync(HttpContext context) => HandleAsync(context, "hold");

    public Task ReleaseAsync(HttpContext context) => HandleAsync(context, "release");

    public Task RequeueAsync(HttpContext context) => HandleAsync(context, "requeue");

    public Task ApproveAsync(HttpContext context) => HandleAsync(context, "approve");

    public Task SpeedUpAsync(HttpContext context) => HandleAsync(context, "speed-up");

    private async Task HandleAsync(HttpContext context, string name)
    {
        PayoutAction action = actions.All[name];
        if (await OrderReader.ReadAsync(context, action) is not { } order)
            return;
        if (await keys.ReplayAsync(context, order.Key))
            return;
        TransitionResult result = await actions.RunAsync(action, order);
        await AnswerAsync(context, result, action, order);
    }

    private async Task AnswerAsync(
        HttpContext context,
        TransitionResult result,
        PayoutAction action,
        PayoutOrder order
    )
    {
        switch (result)
        {
            case TransitionResult.Applied:
                await context.Response.OkAsync();
                break;
            case TransitionResult.NotFound:
                await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
                break;
            case TransitionResult.Refused refused:
                // A twin with the same key may have been first.
                if (await keys.ReplayAsync(context, order.Key))
                    break;
                (ErrorEntry entry, ErrorBody body) = Refusals.Of(refused, action.Refusal);
                await context.ErrorAsync(entry, body);
                break;
            case TransitionResult.KeyTaken:
                await keys.ReplayAsync(context, order.Key);
                break;
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }
}

/// <summary>Reads what is asked of a payout: its id, a reason, the version that was seen, a key.</summary>
internal static class OrderReader
{
    /// <summary>Reads it, or answers what is wrong.</summary>
    public static async Task<PayoutOrder?> ReadAsync(HttpContext context, PayoutAction action)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return null;
        }
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return null;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return null;
        }
        if (!Reasons.TryRead(body, action.NeedsReason, out string? reason))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, Reasons.Problem());
            return null;
        }
        Operator by = context.Operator();
        return new PayoutOrder(
            id,
            by.Actor,
            reason,
            context.RequestId(),
            Versions.Read(context.Request),
            KeyedAnswers.Of(by.Principal, action.Route, key, Answer.Ok, [$"{id}", reason])
        );
    }
}

/// <summary>The body of hold, release, requeue, approve and speed-up.</summary>
public sealed record ReasonBody
{
    /// <summary>Why, for operators and the audit trail; at most 1,000 characters. hold needs it.</summary>
    public string? Reason { get; init; }
}

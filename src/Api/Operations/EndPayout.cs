using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>POST …/{id}/sent and …/{id}/failed: an operator's word, by the same transition that the worker calls.</summary>
internal sealed class EndPayout(
    EndPayoutRules rules,
    VerifySent verify,
    FinalizePayout finalize,
    KeyedAnswers keys
)
{
    // Between refusal and explanation the obstacle may have gone.
    private const int MaxTries = 3;

    /// <summary>Records the transaction that paid a payout.</summary>
    public Task SentAsync(HttpContext context) =>
        HandleAsync(context, Routes.Sent, EndPayoutRules.ReadSent);

    /// <summary>Gives a payout up and its amount back.</summary>
    public Task FailedAsync(HttpContext context) =>
        HandleAsync(context, Routes.Failed, rules.ReadFailed);

    private async Task HandleAsync(
        HttpContext context,
        string route,
        Func<JsonBody, WordDraft, CheckedWord> read
    )
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        using JsonBody? body = await BodyReader.ReadAsync(
            context.Request,
            emptyIsObject: route == Routes.Failed
        );
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
        var draft = new WordDraft(
            id,
            context.Operator().Actor,
            context.RequestId(),
            Versions.Read(context.Request)
        );
        CheckedWord check = read(body, draft);
        if (check.Word is not { } word)
        {
            await context.ErrorAsync(check.Error!, check.ErrorBody!);
            return;
        }
        string? how = check.IsToBeVerified ? "verify" : null;
        word = Stamp(word, context.Operator().Principal, route, key, how);
        if (await keys.ReplayAsync(context, word.Key))
            return;
        if (check.IsToBeVerified)
        {
            CheckedWord verified = await verify.AskAsync(word, context.RequestAborted);
            if (verified.Word is not { } shown)
            {
                await RefuseAsync(context, verified);
                return;
            }
            word = shown;
        }
        await EndAsync(context, word);
    }

    private static OperatorWord Stamp(
        OperatorWord word,
        string principal,
        string route,
        string? key,
        string? how
    ) =>
        word with
        {
            Key = KeyedAnswers.Of(
                principal,
                route,
                key,
                Answer.Ok,
                [
                    word.PayoutId.ToString(),
                    word.TxHash,
                    word.Note,
                    word.InternalNote,
                    word.FailureCode,
                    word.Force ? "force" : how,
                ]
            ),
        };

    private static Task RefuseAsync(HttpContext context, CheckedWord refused)
    {
        ErrorBody body = refused.ErrorBody!;
        if (body.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        return context.ErrorAsync(refused.Error!, body);
    }

    private async Task EndAsync(HttpContext context, OperatorWord word)
    {
        TransitionResult result = await TransitAsync(word);
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
                if (await keys.ReplayAsync(context, word.Key))
                    break;
                (ErrorEntry entry, ErrorBody body) = Refusals.Of(
                    refused,
                    ErrorCatalogue.PayoutNotActionable
                );
                await context.ErrorAsync(entry, body);
                break;
            case TransitionResult.KeyTaken:
                await keys.ReplayAsync(context, word.Key);
                break;
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private async Task<TransitionResult> TransitAsync(OperatorWord word)
    {
        for (int attempt = 1; ; attempt++)
        {
            // Not cancelled when the client leaves: what an operator decided is carried out or refused.
            TransitionResult result = await finalize.ByOperatorAsync(word, CancellationToken.None);
            if (
                result is not TransitionResult.Refused { Because: RefusedBecause.TakenUp }
                || attempt == MaxTries
            )
            {
                return result;
            }
        }
    }
}

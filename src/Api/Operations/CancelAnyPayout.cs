using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/referrals/payouts/{id}/cancel: an operator calls a payout off. Where something of ours may land, a cancel is
/// asked for at its nonce, and the chain decides.</summary>
internal sealed class CancelAnyPayout(
    CancelPayout cancel,
    AskReplacement replacement,
    KeyedAnswers keys
)
{
    private static readonly ReadOnlyMemory<byte> s_asked =
        """{"ok":true,"cancel":"asked"}"""u8.ToArray();

    public async Task HandleAsync(HttpContext context)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        using JsonBody? body = await BodyReader.ReadAsync(context.Request, emptyIsObject: true);
        if (
            body is null
            || !TryReadNote(body, "reason", out string? reason)
            || !TryReadNote(body, "internal_note", out string? internalNote)
        )
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        var word = new CancelWord(
            id,
            UserId: null,
            context.Operator().Actor,
            context.RequestId(),
            reason,
            internalNote,
            KeyedAnswers.Of(
                context.Operator().Principal,
                Routes.AdminCancel,
                key,
                Answer.Ok,
                [$"{id}", reason, internalNote]
            ),
            Versions.Read(context.Request)
        );
        await CancelAsync(context, word);
    }

    private async Task CancelAsync(HttpContext context, CancelWord word)
    {
        if (await keys.ReplayAsync(context, word.Key))
            return;
        // Not cancelled when the client leaves: what an operator decided is carried out or refused.
        TransitionResult result = await cancel.ExecuteAsync(word, CancellationToken.None);
        if (result is TransitionResult.Refused { Because: RefusedBecause.TransactionInFlight })
        {
            TransitionResult asked = await AskAsync(word);
            if (asked is TransitionResult.Applied)
            {
                await context.Response.BytesAsync(StatusCodes.Status202Accepted, s_asked);
                return;
            }
            // Where nothing can be replaced, that something may land is the reason.
            if (asked is not TransitionResult.Refused { Because: RefusedBecause.NotReplaceable })
                result = asked;
        }
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
                (ErrorEntry entry, ErrorBody problem) = Refusals.Of(
                    refused,
                    ErrorCatalogue.PayoutNotCancellable
                );
                await context.ErrorAsync(entry, problem);
                break;
            case TransitionResult.KeyTaken:
                await keys.ReplayAsync(context, word.Key);
                break;
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private Task<TransitionResult> AskAsync(CancelWord word) =>
        replacement.CancelAsync(
            new PayoutOrder(
                word.PayoutId,
                word.Actor,
                word.Note,
                word.RequestId,
                word.Version,
                word.Key is { } key
                    ? key with
                    {
                        StatusCode = StatusCodes.Status202Accepted,
                        Body = System.Text.Encoding.UTF8.GetString(s_asked.Span),
                    }
                    : null
            ),
            word.InternalNote,
            CancellationToken.None
        );

    private static bool TryReadNote(JsonBody body, string name, out string? note)
    {
        Field<string> field = body.Text(name);
        note = string.IsNullOrWhiteSpace(field.OrDefault()) ? null : field.OrDefault()!.Trim();
        return !field.IsWrong;
    }
}

/// <summary>A cancel is asked for; the payout becomes cancelled or sent, by what lands.</summary>
/// <param name="Ok">Always true.</param>
/// <param name="Cancel">asked.</param>
public sealed record CancelAskedView(bool Ok, string Cancel);

/// <summary>The body of an operator's cancel; every field may be left out, and so may the body.</summary>
public sealed record CancelBody
{
    /// <summary>Why; the user reads it as the payout's note.</summary>
    public string? Reason { get; init; }

    /// <summary>For operators only.</summary>
    public string? InternalNote { get; init; }
}

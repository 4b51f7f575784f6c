using System.Globalization;
using Settlement.Api.Http;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/chain-transactions/{id}/decide: a person says what became of a transaction that the chain contradicts.</summary>
internal sealed class DecideTransactions(DecideTransaction decide, KeyedAnswers keys)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!TryReadId(context, out long id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidTransactionId);
            return;
        }
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
        Operator by = context.Operator();
        (Verdict? verdict, ErrorBody? problem) = VerdictRules.Read(
            body,
            id,
            by.Actor,
            context.RequestId()
        );
        if (verdict is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, problem!);
            return;
        }
        await DecideAsync(context, verdict with { Key = Keyed(verdict, by.Principal, key) });
    }

    private static StoredAnswer? Keyed(Verdict verdict, string principal, string? key) =>
        KeyedAnswers.Of(
            principal,
            Routes.Decide,
            key,
            Answer.Ok,
            [
                verdict.TransactionId.ToString(CultureInfo.InvariantCulture),
                verdict.HasLanded ? "landed" : "dead",
                verdict.TxHash,
                verdict.Paid is null ? null : string.Join(',', verdict.Paid),
                verdict.Reason,
            ]
        );

    private async Task DecideAsync(HttpContext context, Verdict verdict)
    {
        if (await keys.ReplayAsync(context, verdict.Key))
            return;
        // Not cancelled when the client leaves: what an operator decided is carried out or refused.
        DecideOutcome outcome = await decide.ExecuteAsync(verdict, CancellationToken.None);
        switch (outcome)
        {
            case DecideOutcome.Decided:
                await context.Response.OkAsync();
                break;
            case DecideOutcome.NotFound:
                await context.ErrorAsync(ErrorCatalogue.TransactionNotFound);
                break;
            case DecideOutcome.Refused refused:
                // A twin with the same key may have been first.
                if (!await keys.ReplayAsync(context, verdict.Key))
                    await RefuseAsync(context, refused);
                break;
            case DecideOutcome.KeyTaken:
                await keys.ReplayAsync(context, verdict.Key);
                break;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}.");
        }
    }

    private static Task RefuseAsync(HttpContext context, DecideOutcome.Refused refused) =>
        refused.Because is RefusedBecause.SelfApproval
            ? context.ErrorAsync(ErrorCatalogue.SelfApprovalForbidden)
            : context.ErrorAsync(
                ErrorCatalogue.PayoutNotActionable,
                ErrorCatalogue.PayoutNotActionable.Body(
                    $"{Refusals.Why(refused.Because)} Nothing was changed."
                ) with
                {
                    Status = refused.State,
                    Reason = SnakeCase.Of(refused.Because),
                }
            );

    private static bool TryReadId(HttpContext context, out long id) =>
        long.TryParse(
            context.GetRouteValue("id") as string,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out id
        );
}

/// <summary>What the body of a verdict must hold.</summary>
internal static class VerdictRules
{
    private const int MaxHashLength = 256;

    public static (Verdict? Verdict, ErrorBody? Problem) Read(
        JsonBody body,
        long id,
        string actor,
        string requestId
    )
    {
        string? word = body.Text("verdict").OrDefault();
        if (word is not ("dead" or "landed"))
            return Refuse("verdict", "verdict must be dead or landed.");
        Field<string> hash = body.Text("tx_hash");
        if (
            hash.IsWrong
            || (
                hash.Has(out string given)
                && (word is "dead" || given.Length is 0 or > MaxHashLength)
            )
        )
        {
            return Refuse(
                "tx_hash",
                $"tx_hash is the attempt that landed, of 1 to {MaxHashLength} characters; a dead transaction has none."
            );
        }
        Field<IReadOnlyList<string>> paid = body.Texts("paid");
        List<Guid>? payouts = paid.OrDefault()
            ?.Select(p => PayoutIds.TryParse(p, out Guid payout) ? payout : Guid.Empty)
            .ToList();
        if (
            paid.IsWrong
            || (payouts is not null && (word is "dead" || payouts.Contains(Guid.Empty)))
        )
        {
            return Refuse(
                "paid",
                "paid lists the ids of the payouts that a landed transaction paid; all of them when left out."
            );
        }
        if (!Reasons.TryRead(body, isNeeded: true, out string? reason))
            return (null, Reasons.Problem());
        return (
            new Verdict(id, word is "landed", hash.OrDefault(), payouts, reason!, actor, requestId),
            null
        );
    }

    private static (Verdict? Verdict, ErrorBody? Problem) Refuse(string field, string problem) =>
        (
            null,
            ErrorCatalogue.InvalidArgs.Body($"{problem} Nothing was changed.") with
            {
                Field = field,
            }
        );
}

/// <summary>The body of decide.</summary>
public sealed record DecideBody
{
    /// <summary>dead: it paid nobody and never will. landed: it is on the network and paid.</summary>
    public required string Verdict { get; init; }

    /// <summary>Which signed attempt landed; the newest payment when left out.</summary>
    public string? TxHash { get; init; }

    /// <summary>The payouts that it paid, where it did not pay all of them.</summary>
    public IReadOnlyList<Guid>? Paid { get; init; }

    /// <summary>What was found: kept for ever, in the place of a proof. At most 1,000 characters.</summary>
    public required string Reason { get; init; }
}

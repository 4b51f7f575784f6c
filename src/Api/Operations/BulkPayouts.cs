using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Operations;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/referrals/payouts/bulk: one action on many payouts, each in its own commit and with its own result.</summary>
internal sealed class BulkPayouts(PayoutActions actions, StoredAnswers answers)
{
    private const int MaxPayouts = 100;

    public async Task HandleAsync(HttpContext context)
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
        (BulkOrder? order, ErrorBody? problem) = Read(body);
        if (order is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, problem!);
            return;
        }
        Operator by = context.Operator();
        if (!by.May(order.Action.Scope))
        {
            await context.ErrorAsync(
                ErrorCatalogue.InsufficientScope,
                ErrorCatalogue.InsufficientScope.Body(
                    $"This token lacks the scope {order.Action.Scope}; nothing was changed."
                )
            );
            return;
        }
        StoredAnswer? whole = Keyed(Routes.Bulk, key, order, by);
        if (whole is not null && !await answers.ClaimAsync(whole, CancellationToken.None))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyReused);
            return;
        }
        await ActAsync(context, order, by, key);
    }

    private async Task ActAsync(HttpContext context, BulkOrder order, Operator by, string? key)
    {
        var results = new List<BulkResult>(order.Payouts.Count);
        foreach (Guid id in order.Payouts)
        {
            StoredAnswer? own = Keyed($"{Routes.Bulk} {id}", key, order, by);
            results.Add(
                await OneAsync(
                    order.Action,
                    new PayoutOrder(id, by.Actor, order.Reason, context.RequestId(), Key: own)
                )
            );
        }
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new BulkView(
                order.Action.Name,
                results.Count(r => r.Ok),
                results.Count(r => !r.Ok),
                results
            ),
            ApiJson.Default.BulkView
        );
    }

    private async Task<BulkResult> OneAsync(PayoutAction action, PayoutOrder order)
    {
        if (await IsDoneAsync(order.Key))
            return Done(order.PayoutId);
        TransitionResult result = await actions.RunAsync(action, order);
        switch (result)
        {
            case TransitionResult.Applied:
            case TransitionResult.KeyTaken:
                return Done(order.PayoutId);
            case TransitionResult.NotFound:
                return Refused(
                    order.PayoutId,
                    ErrorCatalogue.PayoutNotFound,
                    ErrorCatalogue.PayoutNotFound.Body()
                );
            case TransitionResult.Refused refused:
                // A twin with the same key may have been first.
                if (await IsDoneAsync(order.Key))
                    return Done(order.PayoutId);
                (ErrorEntry entry, ErrorBody body) = Refusals.Of(refused, action.Refusal);
                return Refused(order.PayoutId, entry, body);
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private async Task<bool> IsDoneAsync(StoredAnswer? key) =>
        key is not null
        && await answers.FindAsync(key.Principal, key.Route, key.Key, CancellationToken.None)
            is not null;

    private static BulkResult Done(Guid id) => new() { Id = id, Ok = true };

    private static BulkResult Refused(Guid id, ErrorEntry entry, ErrorBody body) =>
        new()
        {
            Id = id,
            Ok = false,
            Code = entry.Status,
            Error = body.Error,
            Message = body.Message,
            Reason = body.Reason,
            Status = body.Status,
            TxHash = body.TxHash,
            SafeAfter = body.SafeAfter,
            TransactionId = body.TransactionId,
        };

    private static StoredAnswer? Keyed(string route, string? key, BulkOrder order, Operator by) =>
        KeyedAnswers.Of(
            by.Principal,
            route,
            key,
            default,
            [order.Action.Name, order.Reason, string.Join(',', order.Payouts)]
        );

    private (BulkOrder? Order, ErrorBody? Problem) Read(JsonBody body)
    {
        if (
            !body.Text("action").Has(out string name)
            || !actions.All.TryGetValue(name, out PayoutAction? action)
        )
        {
            return Refuse(
                "action",
                $"action must be one of {string.Join(", ", actions.All.Keys)}."
            );
        }
        List<Guid>? ids = body.Texts("ids")
            .OrDefault()
            ?.Select(i => PayoutIds.TryParse(i, out Guid id) ? id : (Guid?)null)
            .TakeWhile(id => id is not null)
            .Select(id => id!.Value)
            .ToList();
        bool isWhole = ids?.Count == body.Texts("ids").OrDefault()?.Count;
        if (ids is not { Count: > 0 and <= MaxPayouts } || !isWhole)
            return Refuse("ids", $"ids must be a list of 1 to {MaxPayouts} payouts' ids.");
        return Reasons.TryRead(body, action.NeedsReason, out string? reason)
            ? (new BulkOrder(action, ids.Distinct().ToList(), reason), null)
            : (null, Reasons.Problem());
    }

    private static (BulkOrder? Order, ErrorBody? Problem) Refuse(string field, string problem) =>
        (
            null,
            ErrorCatalogue.InvalidArgs.Body($"{problem} Nothing was changed.") with
            {
                Field = field,
            }
        );

    private sealed record BulkOrder(
        PayoutAction Action,
        IReadOnlyList<Guid> Payouts,
        string? Reason
    );
}

/// <summary>The body of bulk.</summary>
public sealed record BulkBody
{
    /// <summary>hold, release, requeue, approve, check, speed-up, cancel or failed. cancel never asks for a
    /// cancel of what may land.</summary>
    public required string Action { get; init; }

    /// <summary>1 to 100 payouts.</summary>
    public required IReadOnlyList<Guid> Ids { get; init; }

    /// <summary>For each of them, as on its own route: hold needs it, and of cancel and failed the user reads it.</summary>
    public string? Reason { get; init; }
}

/// <summary>What came of it, payout by payout.</summary>
/// <param name="Action">The action.</param>
/// <param name="Done">For how many it took effect, now or in an earlier request with the same key.</param>
/// <param name="Refused">For how many it did not.</param>
/// <param name="Results">In the order in which they were asked for, each id once.</param>
public sealed record BulkView(
    string Action,
    int Done,
    int Refused,
    IReadOnlyList<BulkResult> Results
);

/// <summary>One payout's result: ok, or the error that its own route would have answered.</summary>
public sealed record BulkResult
{
    public required Guid Id { get; init; }

    /// <summary>Whether it took effect.</summary>
    public required bool Ok { get; init; }

    /// <summary>The HTTP status of the error.</summary>
    public int? Code { get; init; }
    public string? Error { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public string? Status { get; init; }
    public string? TxHash { get; init; }
    public DateTimeOffset? SafeAfter { get; init; }
    public long? TransactionId { get; init; }
}

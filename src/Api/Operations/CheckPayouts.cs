using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>POST …/{id}/check: orders a look at the payout's transaction and tells what the last one saw. This host calls no node,
/// so it never claims to know more.</summary>
internal sealed class CheckPayouts(
    PayoutActions actions,
    PayoutEvidence evidence,
    KeyedAnswers keys
)
{
    public async Task HandleAsync(HttpContext context)
    {
        PayoutAction check = actions.All["check"];
        if (await OrderReader.ReadAsync(context, check) is not { } order)
            return;
        if (order.Key is { } key)
            order = order with { Key = key with { Body = "" } };
        Func<Task> ordered = () => ShowAsync(context, order.PayoutId, isOrdered: true);
        if (await keys.ReplayAsync(context, order.Key, ordered))
            return;
        TransitionResult result = await actions.RunAsync(check, order);
        switch (result)
        {
            case TransitionResult.Applied:
                await ordered();
                break;
            case TransitionResult.KeyTaken:
                await keys.ReplayAsync(context, order.Key, ordered);
                break;
            case TransitionResult.Refused { Because: RefusedBecause.VersionMismatch } refused:
                (ErrorEntry entry, ErrorBody body) = Refusals.Of(
                    refused,
                    ErrorCatalogue.PayoutNotActionable
                );
                await context.ErrorAsync(entry, body);
                break;
            case TransitionResult.Refused:
                // Nothing is under way: what was seen before is all there is to see.
                await ShowAsync(context, order.PayoutId, isOrdered: false);
                break;
            default:
                await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
                break;
        }
    }

    private async Task ShowAsync(HttpContext context, Guid payout, bool isOrdered)
    {
        EvidenceRow row = (await evidence.ReadAsync(payout, context.RequestAborted))!;
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            PayoutCheckView.Of(row, isOrdered),
            ApiJson.Default.PayoutCheckView
        );
    }
}

/// <summary>What the last look at a payout's newest transaction saw.</summary>
public sealed record PayoutCheckView
{
    /// <summary>confirmed: final on the network, and it paid. dropped: proven that it did not pay and never will. pending: signed, and
    /// may still land. unknown: nothing of ours was ever signed, nobody has looked yet, or the last look could not tell.</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether a worker looks at it again soon because of this request; false when nothing is under way.</summary>
    public required bool LookOrdered { get; init; }

    /// <summary>The payout's status.</summary>
    public required string Status { get; init; }
    public long? TransactionId { get; init; }
    public string? TxHash { get; init; }

    /// <summary>What the last look saw, in words.</summary>
    public string? LastObservation { get; init; }

    /// <summary>When that was; left out when nobody has looked.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
    public int? Observations { get; init; }
    public DateTimeOffset? SafeAfter { get; init; }

    /// <summary>What proves the verdict, once there is one.</summary>
    public JsonElement? Evidence { get; init; }

    internal static PayoutCheckView Of(EvidenceRow row, bool isOrdered) =>
        new()
        {
            Verdict = VerdictOf(row),
            LookOrdered = isOrdered,
            Status = row.Status,
            TransactionId = row.TransactionId,
            TxHash = row.Hash,
            LastObservation = row.LastObservation,
            ObservedAt = row.ObservedAt,
            Observations = row.Observations,
            SafeAfter = row.State is "open" ? row.SafeAfter : null,
            Evidence = StoredJson.Read(row.Evidence),
        };

    private static string VerdictOf(EvidenceRow row) =>
        row switch
        {
            { Outcome: "paid" } => "confirmed",
            { Outcome: "not_paid" } => "dropped",
            { State: "open", LastObservation: { } seen } when IsPending(seen) => "pending",
            _ => "unknown",
        };

    // The words of the worker's looks; what it calls unknown or a contradiction is neither here nor there.
    private static bool IsPending(string seen) =>
        seen.StartsWith("included: ", StringComparison.Ordinal)
        || seen.StartsWith("fee_cap: ", StringComparison.Ordinal)
        || seen.StartsWith("not seen: ", StringComparison.Ordinal)
        || seen.StartsWith("not sent: ", StringComparison.Ordinal);
}

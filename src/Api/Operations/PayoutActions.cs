using Settlement.Api.Dispatching;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Operations;

/// <summary>What operators do to one payout with nothing but a reason: on its own route, and to many at once.</summary>
internal sealed class PayoutActions(
    SteerPayout steer,
    AskReplacement replacement,
    CancelPayout cancel,
    FinalizePayout finalize,
    PayoutHints hints
)
{
    private Dictionary<string, PayoutAction>? _all;

    /// <summary>Each by its name.</summary>
    public IReadOnlyDictionary<string, PayoutAction> All =>
        _all ??= new PayoutAction[]
        {
            new("hold", Routes.Hold, steer.HoldAsync) { NeedsReason = true },
            new("release", Routes.Release, steer.ReleaseAsync) { MakesDue = true },
            new("requeue", Routes.Requeue, steer.RequeueAsync) { MakesDue = true },
            new("approve", Routes.ApprovePayout, steer.ApproveAsync)
            {
                Scope = Scopes.ApproveReferrals,
                MakesDue = true,
            },
            new("check", Routes.Check, steer.CheckAsync),
            new("speed-up", Routes.SpeedUp, replacement.SpeedUpAsync),
            new("cancel", Routes.AdminCancel, CancelAsync)
            {
                Refusal = ErrorCatalogue.PayoutNotCancellable,
            },
            new("failed", Routes.Failed, FailAsync),
        }.ToDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>Acts, and lets a worker know where the payout may be due.</summary>
    public async Task<TransitionResult> RunAsync(PayoutAction action, PayoutOrder order)
    {
        // Not cancelled when the client leaves: what an operator decided is carried out or refused.
        TransitionResult result = await action.RunAsync(order, CancellationToken.None);
        if (result is TransitionResult.Applied && action.MakesDue)
            await hints.GiveAsync(order.PayoutId);
        return result;
    }

    private Task<TransitionResult> CancelAsync(PayoutOrder order, CancellationToken ct) =>
        cancel.ExecuteAsync(
            new CancelWord(
                order.PayoutId,
                UserId: null,
                order.Actor,
                order.RequestId,
                order.Reason,
                Key: order.Key,
                Version: order.Version
            ),
            ct
        );

    private Task<TransitionResult> FailAsync(PayoutOrder order, CancellationToken ct) =>
        finalize.ByOperatorAsync(
            new OperatorWord(
                order.PayoutId,
                TxHash: null,
                order.Reason,
                InternalNote: null,
                FailureCode: null,
                Force: false,
                order.Actor,
                order.RequestId,
                order.Key,
                order.Version
            ),
            ct
        );
}

/// <summary>One of them.</summary>
/// <param name="Name">As it is called in bulk.</param>
/// <param name="Route">Its own route.</param>
/// <param name="RunAsync">Changes the payout, or says why not.</param>
internal sealed record PayoutAction(
    string Name,
    string Route,
    Func<PayoutOrder, CancellationToken, Task<TransitionResult>> RunAsync
)
{
    /// <summary>What a token must be allowed.</summary>
    public string Scope { get; init; } = Scopes.OperateReferrals;

    /// <summary>The error when its state does not allow it.</summary>
    public ErrorEntry Refusal { get; init; } = ErrorCatalogue.PayoutNotActionable;

    /// <summary>Whether a reason must be given.</summary>
    public bool NeedsReason { get; init; }

    /// <summary>Whether a worker may take the payout up afterwards.</summary>
    public bool MakesDue { get; init; }
}

/// <summary>Wakes a worker for a payout, as its request did. Losing a hint costs time only.</summary>
internal sealed class PayoutHints(PayoutQueries payouts, PayoutDispatch dispatch)
{
    public async Task GiveAsync(Guid payout)
    {
        if (await payouts.FindAsync(payout, CancellationToken.None) is { } row)
            dispatch.Hint(row.Id, row.Network);
    }
}

using Settlement.Api.Http;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Operations;

/// <summary>Which actions a payout's state allows, told before anybody tries. The transitions decide again, under their locks.</summary>
internal static class AllowedActions
{
    private const string LacksScope = "insufficient_scope";
    private const string NoForce = "force_not_allowed";

    /// <summary>Every action, in the order in which people think of them.</summary>
    public static IReadOnlyList<AllowedAction> Of(PayoutRow payout, Operator by, bool allowForce)
    {
        RefusedBecause? end = Ended(payout) ?? InFlight(payout);
        return
        [
            Of("hold", Scopes.OperateReferrals, Ended(payout) ?? Held(payout) ?? InFlight(payout)),
            Of("release", Scopes.OperateReferrals, Ended(payout) ?? NotHeld(payout)),
            Of("approve", Scopes.ApproveReferrals, Ended(payout) ?? ApprovedOrBelow(payout)),
            Of(
                "requeue",
                Scopes.OperateReferrals,
                Ended(payout) ?? Held(payout) ?? InFlight(payout) ?? Unapproved(payout)
            ),
            Of("check", Scopes.OperateReferrals, NothingUnderWay(payout)),
            Of("sent", Scopes.OperateReferrals, end ?? Override(payout, by)),
            Of(
                "failed",
                Scopes.OperateReferrals,
                Ended(payout) ?? Paid(payout) ?? InFlight(payout)
            ),
            Forced(),
            Of(
                "cancel",
                Scopes.OperateReferrals,
                Ended(payout) ?? Paid(payout) ?? Cancellable(payout)
            ),
            Of("speed-up", Scopes.OperateReferrals, Ended(payout) ?? Hastenable(payout)),
            Of(
                "decide",
                Scopes.DecideTransactions,
                NotContradicted(payout) ?? Override(payout, by)
            ) with
            {
                TransactionId = payout.LiveTransactionId,
            },
        ];

        AllowedAction Of(string action, string scope, RefusedBecause? because) =>
            !by.May(scope) ? Without(action, LacksScope, $"Your token lacks the scope {scope}.")
            : because is { } reason ? Without(action, SnakeCase.Of(reason), Refusals.Why(reason))
            : new AllowedAction(action, Allowed: true, null, null);

        AllowedAction Forced() =>
            allowForce
                ? Of(
                    "failed_by_force",
                    Scopes.OperateReferrals,
                    Ended(payout) ?? Paid(payout) ?? Override(payout, by)
                )
                : Without(
                    "failed_by_force",
                    NoForce,
                    "Forced failures are not switched on (Operations:AllowForce)."
                );
    }

    private static AllowedAction Without(string action, string reason, string message) =>
        new(action, Allowed: false, reason, message);

    private static RefusedBecause? Ended(PayoutRow payout) =>
        payout.CompletedAt is null ? null : RefusedBecause.Final;

    private static RefusedBecause? Paid(PayoutRow payout) =>
        payout.PaidElsewhere is null ? null : RefusedBecause.PaidElsewhere;

    private static RefusedBecause? Held(PayoutRow payout) =>
        payout.HeldAt is null ? null : RefusedBecause.OnHold;

    private static RefusedBecause? NotHeld(PayoutRow payout) =>
        payout.HeldAt is null ? RefusedBecause.NotOnHold : null;

    private static RefusedBecause? InFlight(PayoutRow payout) =>
        payout switch
        {
            { LiveContradicts: true } => RefusedBecause.ChainContradicts,
            { LiveTransactionId: not null } => RefusedBecause.TransactionInFlight,
            _ => null,
        };

    private static RefusedBecause? NothingUnderWay(PayoutRow payout) =>
        payout.LiveTransactionId is null ? RefusedBecause.NothingToCheck : null;

    private static RefusedBecause? Cancellable(PayoutRow payout) =>
        InFlight(payout) is RefusedBecause.TransactionInFlight && payout.LiveIsReplaceable
            ? InABlock(payout) ?? (payout.IsCancelling ? RefusedBecause.AlreadyAsked : null)
            : InFlight(payout);

    private static RefusedBecause? Hastenable(PayoutRow payout) =>
        payout switch
        {
            { LiveContradicts: true } => RefusedBecause.ChainContradicts,
            { LiveTransactionId: null } => RefusedBecause.NothingToCheck,
            { LiveIsReplaceable: false } => RefusedBecause.NotReplaceable,
            { LiveIsIncluded: true } => RefusedBecause.AlreadyIncluded,
            { LiveAsked: not null } => RefusedBecause.AlreadyAsked,
            { LiveIsAtFeeCap: true } => RefusedBecause.FeeCap,
            _ => null,
        };

    private static RefusedBecause? InABlock(PayoutRow payout) =>
        payout.LiveIsIncluded ? RefusedBecause.AlreadyIncluded : null;

    private static RefusedBecause? NotContradicted(PayoutRow payout) =>
        payout.LiveContradicts ? null : RefusedBecause.NotContradicted;

    private static RefusedBecause? ApprovedOrBelow(PayoutRow payout) =>
        payout.NeedsApproval ? null : RefusedBecause.ApprovalNotRequired;

    private static RefusedBecause? Unapproved(PayoutRow payout) =>
        payout.NeedsApproval ? RefusedBecause.AwaitingApproval : null;

    private static RefusedBecause? Override(PayoutRow payout, Operator by) =>
        payout switch
        {
            { IsAboveThreshold: false } => null,
            { ApprovedBy: null } => RefusedBecause.AwaitingApproval,
            { ApprovedBy: { } name }
                when string.Equals(name, by.Principal, StringComparison.Ordinal) =>
                RefusedBecause.SelfApproval,
            _ => null,
        };
}

/// <summary>Whether an action is allowed now.</summary>
/// <param name="Action">The last part of its path; failed_by_force is failed with force.</param>
/// <param name="Allowed">Whether it is.</param>
/// <param name="Reason">Why not, for programs.</param>
/// <param name="Message">Why not, in a sentence.</param>
public sealed record AllowedAction(string Action, bool Allowed, string? Reason, string? Message)
{
    /// <summary>What to decide.</summary>
    public long? TransactionId { get; init; }
}

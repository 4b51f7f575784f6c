using Settlement.Chains;
using Settlement.Payouts;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>Where a payout is, for its user.</summary>
/// <param name="Name">For programs.</param>
/// <param name="Message">One true sentence.</param>
/// <param name="IsOnItsWay">Whether it moves by itself, so that a time can be expected.</param>
internal sealed record PayoutStage(string Name, string Message, bool IsOnItsWay);

/// <summary>Derives the stage from status, transaction under way, pauses and the reason to wait, in this order.</summary>
internal static class PayoutStages
{
    private static readonly Dictionary<string, PayoutStage> s_parked = Enum.GetValues<ParkReason>()
        .ToDictionary(SnakeCase.Of, Parked, StringComparer.Ordinal);

    private static readonly PayoutStage s_paused = new(
        "on_hold",
        "Payouts are paused for the moment. Yours is kept and goes on by itself when they resume.",
        IsOnItsWay: false
    );

    private static readonly PayoutStage s_held = new(
        "on_hold",
        "Your payout is on hold while one of our operators looks at it.",
        IsOnItsWay: false
    );

    public static PayoutStage AwaitingApproval { get; } =
        new(
            "awaiting_approval",
            "A payout of this size is approved by a person; yours waits for that.",
            IsOnItsWay: false
        );

    public static PayoutStage Queued { get; } =
        new("queued", "Accepted, waiting for its turn.", IsOnItsWay: true);

    public static PayoutStage Of(PayoutRow payout, string networkTitle) =>
        payout switch
        {
            { CompletedAt: not null } => Done(payout),
            { LiveContradicts: true } => NeedsOperator(),
            { LiveHash: not null, LiveObservations: > 0 } => new(
                "confirming",
                $"Sent to {networkTitle}, waiting for final confirmation.",
                IsOnItsWay: true
            ),
            // Bytes are stored before they are sent.
            { LiveHash: not null } => new(
                "broadcast",
                $"Signed, and being sent to {networkTitle}.",
                IsOnItsWay: true
            ),
            { HeldAt: not null } => s_held,
            { NeedsApproval: true } => AwaitingApproval,
            { IsPaused: true } => s_paused,
            { ParkReason: { } reason } => s_parked.GetValueOrDefault(reason, Unnamed),
            { Status: "requested" } => Queued,
            _ => new("preparing", "Taken up, the transaction is being prepared.", IsOnItsWay: true),
        };

    /// <summary>The stage at something that happened. Only what is true for good is said of the past.</summary>
    public static PayoutStage At(TimelineRow row, string networkTitle) =>
        row switch
        {
            { What: "requested" } => Queued,
            { What: "processing" } => Past("preparing", "Taken up."),
            { What: "parked" } => s_parked.GetValueOrDefault(row.ParkReason ?? "", Unnamed),
            { What: "signed" } => Past("broadcast", $"Signed for {networkTitle}."),
            { What: "signed_again" } => Past(
                "broadcast",
                $"Signed again for {networkTitle}; only one of the transactions can pay."
            ),
            { What: "not_paid" } => Past(
                "preparing",
                "The transaction has not paid and never will; the payout is tried again."
            ),
            { What: "held" } => Past("on_hold", "Put on hold by one of our operators."),
            { What: "released" } => Past("queued", "Released by one of our operators."),
            { What: "approved" } => Past("queued", "Approved."),
            { What: "sent" } => Past("done", "Paid."),
            { What: "cancelled" } => Past("done", "Called off; the amount is available again."),
            { What: "failed", RefundHeld: true } => Past(
                "done",
                "Marked as failed; the amount returns once the network has proven that it was not paid."
            ),
            { What: "failed" } => Past("done", "Not paid; the amount is available again."),
            { What: "refund_released" } => Past(
                "done",
                "Proven unpaid by the network; the amount is available again."
            ),
            { What: "conflict" } => Past(
                "done",
                "The transaction went through after all: you were paid."
            ),
            _ => Unnamed,
        };

    private static PayoutStage Past(string name, string message) =>
        new(name, message, IsOnItsWay: false);

    private static PayoutStage Unnamed { get; } =
        new("on_hold", "The payout waits and will be tried again.", IsOnItsWay: false);

    private static PayoutStage Done(PayoutRow payout)
    {
        string message = PayoutStatusNames.Parse(payout.Status) switch
        {
            PayoutStatus.Sent => "Paid.",
            PayoutStatus.Cancelled => "Called off; the amount is available again.",
            PayoutStatus.Failed when payout.ConflictAt is not null =>
                "Marked as failed, but the transaction went through: you were paid.",
            PayoutStatus.Failed when payout.RefundHeld =>
                "Marked as failed; the amount returns once the network has proven that it was not paid.",
            PayoutStatus.Failed => "Not paid; the amount is available again.",
            PayoutStatus.Requested or PayoutStatus.Processing =>
                throw new InvalidOperationException(
                    $"Payout {payout.Id} has a time of completion but is {payout.Status}."
                ),
        };
        return new PayoutStage("done", message, IsOnItsWay: false);
    }

    private static PayoutStage Parked(ParkReason reason) =>
        reason switch
        {
            ParkReason.FeeAboveCap => Waiting("on_hold", "Network fees are unusually high"),
            ParkReason.WalletShortOfAsset => Waiting(
                "waiting_for_funds",
                "Our wallet is being refilled"
            ),
            ParkReason.WalletShortOfGas => Waiting(
                "waiting_for_funds",
                "Our wallet is being refilled"
            ),
            ParkReason.AssetPaused => Waiting(
                "on_hold",
                "Transfers of the asset are paused by its issuer"
            ),
            ParkReason.NodeUnavailable => Waiting(
                "on_hold",
                "The network cannot be reached at the moment"
            ),
            ParkReason.SpendLimit => Waiting(
                "on_hold",
                "So much is being paid at the moment that a limit of ours is reached"
            ),
            ParkReason.NetworkClosed => Waiting(
                "on_hold",
                "Our connection to the network is being mended"
            ),
            ParkReason.WalletFrozen => NeedsOperator(),
            ParkReason.NeedsOperator => NeedsOperator(),
        };

    private static PayoutStage Waiting(string name, string why) =>
        new(name, $"{why}; your payout waits and goes on by itself.", IsOnItsWay: false);

    private static PayoutStage NeedsOperator() =>
        new("needs_operator", "One of our operators is looking at this payout.", IsOnItsWay: false);
}

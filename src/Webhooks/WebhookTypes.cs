namespace Settlement.Webhooks;

/// <summary>What can be told. Payouts' types are the actions of their history, so a new action is carried as it is.</summary>
public static class WebhookTypes
{
    /// <summary>Stands for every type.</summary>
    public const string Everything = "*";

    /// <summary>Sent by an operator's word, to one endpoint.</summary>
    public const string Test = "webhook.test";

    /// <summary>Every type that an endpoint can choose.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "payout.requested",
        "payout.held",
        "payout.released",
        "payout.approved",
        "payout.requeued",
        "payout.checked",
        "payout.speed_up_asked",
        "payout.cancel_asked",
        "payout.processing",
        "payout.parked",
        "payout.broadcast",
        "payout.stuck",
        "payout.sent",
        "payout.failed",
        "payout.cancelled",
        "payout.refund_released",
        "payout.settlement_conflict",
        "affiliate_payout.created",
        "affiliate_payout.approved",
        "affiliate_payout.unapproved",
        "affiliate_payout.paying",
        "affiliate_payout.not_paid",
        "affiliate_payout.paid",
        "affiliate_payout.void",
        "affiliate_payout.written_off",
        "affiliate_payout.recovery_owed",
        "affiliate_payout.recovered",
        "commission.approved",
        "commission.held",
        "commission.released",
        "commission.rejected",
        "commission.reversed",
        "treasury.low",
    ];

    /// <summary>Whether an endpoint can choose it: a type, a group such as <c>payout.*</c>, or everything.</summary>
    public static bool CanBeChosen(string word) =>
        word is Everything
        || All.Contains(word)
        || All.Any(type => word == $"{type[..type.IndexOf('.', StringComparison.Ordinal)]}.*");
}

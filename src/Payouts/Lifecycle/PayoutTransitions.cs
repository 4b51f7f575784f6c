namespace Settlement.Payouts.Lifecycle;

/// <summary>The edges of a payout's life as data. The schema holds the same table as law; a test keeps the two,
/// the code and docs/payout-lifecycle.md equal.</summary>
public static class PayoutTransitions
{
    /// <summary>Every legal move.</summary>
    public static IReadOnlyList<(PayoutStatus From, PayoutStatus To)> All { get; } =
    [
        (PayoutStatus.Requested, PayoutStatus.Processing),
        (PayoutStatus.Requested, PayoutStatus.Sent),
        (PayoutStatus.Requested, PayoutStatus.Failed),
        (PayoutStatus.Requested, PayoutStatus.Cancelled),
        (PayoutStatus.Processing, PayoutStatus.Sent),
        (PayoutStatus.Processing, PayoutStatus.Failed),
        (PayoutStatus.Processing, PayoutStatus.Cancelled),
    ];

    /// <summary>Whether nothing leaves this status.</summary>
    public static bool IsFinal(PayoutStatus status) => !All.Any(edge => edge.From == status);
}

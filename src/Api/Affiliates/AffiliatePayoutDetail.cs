using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;

namespace Settlement.Api.Affiliates;

/// <summary>Everything that is known of an affiliate's payout.</summary>
public sealed record AffiliatePayoutDetail : AffiliatePayoutView
{
    [SetsRequiredMembers]
    private AffiliatePayoutDetail(AffiliatePayoutView payout)
        : base(payout) => (RecoveryAppliedCents, ChainPayouts) = ("0", []);

    /// <summary>What earlier payouts left owed and is taken off here: part of reversal_amount_cents.</summary>
    [JsonPropertyOrder(1)]
    public required string RecoveryAppliedCents { get; init; }

    /// <summary>The payout that took off what was owed here.</summary>
    [JsonPropertyOrder(1)]
    public required Guid? RecoveredByPayoutId { get; init; }

    /// <summary>Goes up by one with each change: the ETag.</summary>
    [JsonPropertyOrder(1)]
    public required int Version { get; init; }

    /// <summary>The payouts on a chain that pay it, or were to, newest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<ChainPayoutView> ChainPayouts { get; init; }

    /// <summary>Commissions and reversals; null unless expand=commissions asks for them.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<CommissionEntryView>? Commissions { get; init; }

    public static AffiliatePayoutDetail Of(
        AffiliatePayout payout,
        IReadOnlyList<Commission>? entries,
        IReadOnlyList<ChainPayout> onChain
    ) =>
        new(Of(payout))
        {
            RecoveryAppliedCents = Cents(payout.RecoveryAppliedCents),
            RecoveredByPayoutId = payout.RecoveredBy,
            Version = payout.Version,
            ChainPayouts = onChain.Select(ChainPayoutView.Of).ToList(),
            Commissions = entries?.Select(CommissionEntryView.Of).ToList(),
        };
}

/// <summary>A payout on a chain that pays an affiliate's payout.</summary>
public sealed record ChainPayoutView
{
    /// <summary>The payout on the chain; operators find it under /v1/admin/referrals/payouts.</summary>
    public required Guid ChainPayoutId { get; init; }

    public required string Network { get; init; }
    public required string Address { get; init; }

    /// <summary>Micro-units: one cent is 10,000.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>requested, processing, sent, failed or cancelled.</summary>
    public required string Status { get; init; }

    public required string? TxHash { get; init; }

    /// <summary>paid, or not_paid: then it can be paid again. Null while it may still pay.</summary>
    public required string? Outcome { get; init; }

    public required string AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }

    public static ChainPayoutView Of(ChainPayout onChain) =>
        new()
        {
            ChainPayoutId = onChain.PayoutId,
            Network = onChain.Network,
            Address = onChain.Address,
            AmountMicro = onChain.AmountMicro,
            Status = onChain.Status,
            TxHash = onChain.TxHash,
            Outcome = onChain.Outcome,
            AskedBy = onChain.AskedBy,
            AskedAt = onChain.AskedAt,
        };
}

using System.Globalization;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>/v1/affiliates/me: what an affiliate sees of itself. Whose it is comes from the token, and from nothing else.</summary>
internal sealed class OwnAffiliateAccount(
    OwnAccount account,
    AffiliatePayoutQueries payouts,
    TimeProvider clock
)
{
    /// <summary>GET /v1/affiliates/me.</summary>
    public async Task ShowAsync(HttpContext context, string affiliate)
    {
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            await ReadAsync(affiliate, context.RequestAborted),
            AffiliateJson.Default.OwnAccountView
        );
    }

    private async Task<OwnAccountView> ReadAsync(string affiliate, CancellationToken ct)
    {
        IReadOnlyList<OwnBalance> balances = await account.ReadAsync(affiliate, ct);
        DateTimeOffset now = clock.GetUtcNow();
        return new OwnAccountView(
            affiliate,
            balances.Select(OwnBalanceView.Of).ToList(),
            Period
                .Month(now.Year, now.Month)
                .End.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        );
    }

    /// <summary>GET /v1/affiliates/me/payouts. Whatever affiliate_id says, they are the caller's own.</summary>
    public async Task ListAsync(HttpContext context, string affiliate)
    {
        int limit = Paging.Read(context.Request.Query).Limit;
        IReadOnlyList<AffiliatePayout> rows = AffiliateFilters.Payouts(
            context,
            isOpenByDefault: false
        )
            is { } filter
            ? await payouts.ListAsync(
                filter with
                {
                    AffiliateId = affiliate,
                },
                context.RequestAborted
            )
            : [];
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new OwnPayoutList(
                rows.Take(limit).Select(OwnPayoutView.Of).ToList(),
                rows.Count > limit
                    ? PayoutFilters.CursorAfter(rows[limit - 1].CreatedAt, rows[limit - 1].Id)
                    : null,
                await ReadAsync(affiliate, context.RequestAborted)
            ),
            AffiliateJson.Default.OwnPayoutList
        );
    }
}

/// <summary>What an affiliate has.</summary>
/// <param name="NextPayoutDate">When the present month is gathered, if it is on the first day of the next.</param>
public sealed record OwnAccountView(
    string AffiliateId,
    IReadOnlyList<OwnBalanceView> Balances,
    string NextPayoutDate
);

/// <summary>What an affiliate has in one currency: cents as texts.</summary>
/// <param name="PendingCents">Earned, and inside its hold.</param>
/// <param name="ApprovedCents">Earned, past its hold, in no payout yet.</param>
/// <param name="HeldCents">Held by a person.</param>
/// <param name="InPayoutCents">In payouts that are not paid yet.</param>
/// <param name="PaidCents">Paid, over all time.</param>
/// <param name="RecoveryOwedCents">Taken back after it was paid; the next payout takes it off.</param>
public sealed record OwnBalanceView(
    string Currency,
    string PendingCents,
    string ApprovedCents,
    string HeldCents,
    string InPayoutCents,
    string PaidCents,
    string RecoveryOwedCents
)
{
    internal static OwnBalanceView Of(OwnBalance balance) =>
        new(
            balance.Currency,
            AffiliatePayoutView.Cents(balance.PendingCents),
            AffiliatePayoutView.Cents(balance.ApprovedCents),
            AffiliatePayoutView.Cents(balance.HeldCents),
            AffiliatePayoutView.Cents(balance.InPayoutCents),
            AffiliatePayoutView.Cents(balance.PaidCents),
            AffiliatePayoutView.Cents(balance.RecoveryOwedCents)
        );
}

/// <summary>A page of the caller's payouts, newest first.</summary>
/// <param name="NextCursor">Null on the last page.</param>
/// <param name="Summary">What there is besides.</param>
public sealed record OwnPayoutList(
    IReadOnlyList<OwnPayoutView> Data,
    string? NextCursor,
    OwnAccountView Summary
);

/// <summary>A payout as its affiliate sees it.</summary>
public sealed record OwnPayoutView(
    Guid Id,
    string Currency,
    string GrossAmountCents,
    string ReversalAmountCents,
    string AmountCents,
    string RecoveryOwedCents,
    int CommissionCount,
    DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd,
    string Status,
    DateTimeOffset? PaidAt,
    string? ExternalRef,
    DateTimeOffset CreatedAt
)
{
    internal static OwnPayoutView Of(AffiliatePayout payout) =>
        new(
            payout.Id,
            payout.Currency,
            AffiliatePayoutView.Cents(payout.GrossAmountCents),
            AffiliatePayoutView.Cents(payout.ReversalAmountCents),
            AffiliatePayoutView.Cents(payout.AmountCents),
            AffiliatePayoutView.Cents(payout.RecoveryOwedCents),
            payout.CommissionIds.Length,
            payout.PeriodStart,
            payout.PeriodEnd,
            payout.Status,
            payout.PaidAt,
            payout.ExternalRef,
            payout.CreatedAt
        );
}

using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>GET /v1/payouts/{id}, GET /v1/admin/payouts and GET /v1/admin/payouts/{id}.</summary>
internal sealed class ReadAffiliatePayouts(
    AffiliatePayoutQueries payouts,
    CommissionQueries commissions,
    ChainPayouts chain
)
{
    public async Task GetAsync(HttpContext context)
    {
        AffiliatePayout? payout = await FindAsync(context);
        if (payout is null)
            return;
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            AffiliatePayoutView.Of(payout),
            AffiliateJson.Default.AffiliatePayoutView
        );
    }

    /// <summary>With expand=commissions the entries themselves are told.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        AffiliatePayout? payout = await FindAsync(context);
        if (payout is null)
            return;
        bool isExpanded = context
            .Request.Query["expand"]
            .ToString()
            .Split(',', StringSplitOptions.TrimEntries)
            .Contains("commissions", StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<Commission>? entries = isExpanded
            ? await commissions.ListAsync(
                new CommissionFilter { PayoutId = payout.Id },
                context.RequestAborted
            )
            : null;
        IReadOnlyList<ChainPayout> onChain = await chain.OfAsync(payout.Id, context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            AffiliatePayoutDetail.Of(payout, entries, onChain),
            AffiliateJson.Default.AffiliatePayoutDetail
        );
    }

    public async Task ListAsync(HttpContext context)
    {
        int limit = Paging.Read(context.Request.Query).Limit;
        IReadOnlyList<AffiliatePayout> rows = AffiliateFilters.Payouts(
            context,
            isOpenByDefault: true
        )
            is { } filter
            ? await payouts.ListAsync(filter, context.RequestAborted)
            : [];
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new AffiliatePayoutList(
                rows.Take(limit).Select(AffiliatePayoutView.Of).ToList(),
                rows.Count > limit
                    ? PayoutFilters.CursorAfter(rows[limit - 1].CreatedAt, rows[limit - 1].Id)
                    : null
            ),
            AffiliateJson.Default.AffiliatePayoutList
        );
    }

    /// <returns>Null when there is none, and that was answered.</returns>
    private async Task<AffiliatePayout?> FindAsync(HttpContext context)
    {
        AffiliatePayout? payout = PayoutIds.TryRead(context, out Guid id)
            ? await payouts.FindAsync(id, context.RequestAborted)
            : null;
        if (payout is null)
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
        else
            context.Response.Headers.ETag = Versions.Tag(payout.Version);
        return payout;
    }
}

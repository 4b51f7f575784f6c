using Settlement.Affiliates.Commissions;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>GET /v1/commissions.</summary>
internal sealed class ReadCommissions(CommissionQueries commissions)
{
    public async Task ListAsync(HttpContext context)
    {
        int limit = Paging.Read(context.Request.Query).Limit;
        IReadOnlyList<Commission> rows = AffiliateFilters.Commissions(context) is { } filter
            ? await commissions.ListAsync(filter, context.RequestAborted)
            : [];
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new CommissionList(
                rows.Take(limit).Select(CommissionEntryView.Of).ToList(),
                rows.Count > limit
                    ? PayoutFilters.CursorAfter(rows[limit - 1].RecordedAt, rows[limit - 1].Id)
                    : null
            ),
            AffiliateJson.Default.CommissionList
        );
    }
}

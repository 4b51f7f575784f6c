using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>GET /v1/payouts/{id} and GET /v1/admin/payouts.</summary>
internal sealed class ReadAffiliatePayouts(AffiliatePayoutQueries payouts)
{
    // What waits for somebody.
    private static readonly string[] s_open = ["pending", "approved", "recovery_owed"];

    public async Task GetAsync(HttpContext context)
    {
        AffiliatePayout? payout = PayoutIds.TryRead(context, out Guid id)
            ? await payouts.FindAsync(id, context.RequestAborted)
            : null;
        if (payout is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            AffiliatePayoutView.Of(payout),
            AffiliateJson.Default.AffiliatePayoutView
        );
    }

    public async Task ListAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        var page = Paging.Read(query);
        string[] statuses = query["status"]
            .ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Storable)
            .ToArray();
        string affiliate = Storable(query["affiliate_id"].ToString());
        IReadOnlyList<AffiliatePayout> rows = await payouts.ListAsync(
            new PayoutFilter(
                statuses.Length == 0 ? s_open : statuses,
                affiliate.Length == 0 ? null : affiliate,
                page.Limit,
                page.Offset
            ),
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new AffiliatePayoutList(rows.Select(AffiliatePayoutView.Of).ToList()),
            AffiliateJson.Default.AffiliatePayoutList
        );
    }

    // PostgreSQL has no U+0000 in text; nothing that is stored has this character in its place.
    private static string Storable(string text) => text.Replace('\0', '\u001f');
}

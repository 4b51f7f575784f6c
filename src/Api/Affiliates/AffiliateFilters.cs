using Settlement.Affiliates.Commissions;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Affiliates;

/// <summary>What the lists of affiliates' routes are narrowed by. No value is an error: what cannot be read matches nothing.</summary>
internal static class AffiliateFilters
{
    // What waits for somebody.
    private static readonly string[] s_open = ["pending", "approved", "recovery_owed"];

    /// <summary>status, affiliate_id, period, external_ref and cursor.</summary>
    /// <returns>Null when nothing can match. It asks for one row more than the page, which tells whether there is a next one.</returns>
    public static AffiliatePayoutFilter? Payouts(HttpContext context, bool isOpenByDefault)
    {
        IQueryCollection query = context.Request.Query;
        var page = Paging.Read(query);
        Period? period = null;
        if (Filters.First(query, "period") is { } month)
        {
            if (!AffiliateRules.TryReadMonth(month, out Period read))
                return null;
            period = read;
        }
        if (!TryReadCursor(query, out PayoutCursor? cursor))
            return null;
        return new AffiliatePayoutFilter
        {
            Statuses = Filters.Words(query, "status") ?? (isOpenByDefault ? s_open : null),
            AffiliateId = Filters.First(query, "affiliate_id"),
            Reference = Filters.First(query, "external_ref"),
            From = period?.Start,
            To = period?.End,
            AfterAt = cursor?.RequestedAt,
            AfterId = cursor?.Id,
            Limit = page.Limit + 1,
            Offset = cursor is null ? page.Offset : 0,
        };
    }

    /// <summary>status, affiliate_id, payout_id and cursor.</summary>
    /// <returns>Null when nothing can match.</returns>
    public static CommissionFilter? Commissions(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        Guid? payout = null;
        if (Filters.First(query, "payout_id") is { } text)
        {
            if (!PayoutIds.TryParse(text, out Guid id))
                return null;
            payout = id;
        }
        if (!TryReadCursor(query, out PayoutCursor? cursor))
            return null;
        return new CommissionFilter
        {
            Statuses = Filters.Words(query, "status"),
            AffiliateId = Filters.First(query, "affiliate_id"),
            PayoutId = payout,
            AfterAt = cursor?.RequestedAt,
            AfterId = cursor?.Id,
            Limit = Paging.Read(query).Limit + 1,
        };
    }

    private static bool TryReadCursor(IQueryCollection query, out PayoutCursor? cursor) =>
        PayoutFilters.TryReadCursor(Filters.First(query, "cursor"), out cursor);
}

using Settlement.Api.Http;
using Settlement.Payouts.Ledger;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>What a user reads: the list, one payout, the balance.</summary>
internal sealed class ReadPayouts(
    PayoutQueries payouts,
    ReadBalance balances,
    PayoutPresenter presenter
)
{
    private const string Asset = "USDC";

    /// <summary>GET /v1/referrals/payouts.</summary>
    public async Task ListAsync(HttpContext context, Guid userId)
    {
        var page = Paging.Read(context.Request.Query);
        PayoutFilter? filter = PayoutFilters.Read(context.Request.Query);
        IReadOnlyList<PayoutRow> rows = filter is null
            ? []
            : await payouts.ListAsync(
                userId,
                filter,
                // One more than the page: it tells whether there is a next one.
                page.Limit + 1,
                filter.After is null ? page.Offset : 0,
                context.RequestAborted
            );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new PayoutList(
                rows.Take(page.Limit).Select(presenter.View).ToList(),
                rows.Count > page.Limit ? PayoutFilters.CursorAfter(rows[page.Limit - 1]) : null
            ),
            ApiJson.Default.PayoutList
        );
    }

    /// <summary>GET /v1/referrals/payouts/{id}. Another user's payout is not found.</summary>
    public async Task GetAsync(HttpContext context, Guid userId)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        PayoutRow? row = await payouts.FindOwnAsync(id, userId, context.RequestAborted);
        if (row is null)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            presenter.View(row),
            ApiJson.Default.PayoutView
        );
    }

    /// <summary>GET /v1/referrals/me.</summary>
    public async Task MeAsync(HttpContext context, Guid userId)
    {
        Balance balance = await balances.ExecuteAsync(userId, Asset, context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new MeView(userId, Asset, balance),
            ApiJson.Default.MeView
        );
    }
}

/// <summary>A user and what they have.</summary>
public sealed record MeView(Guid UserId, string Asset, Balance Balance);

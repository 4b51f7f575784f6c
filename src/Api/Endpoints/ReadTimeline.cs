using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>GET /v1/referrals/payouts/{id}/events: what happened, in words for its user.</summary>
internal sealed class ReadTimeline(PayoutTimeline timeline, PayoutNetworks networks)
{
    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        if (!PayoutIds.TryRead(context, out Guid id))
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidPayoutId);
            return;
        }
        IReadOnlyList<TimelineRow> rows = await timeline.ReadAsync(
            id,
            userId,
            context.RequestAborted
        );
        if (rows.Count == 0)
        {
            await context.ErrorAsync(ErrorCatalogue.PayoutNotFound);
            return;
        }
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new Timeline(rows.Select(View).ToList()),
            ApiJson.Default.Timeline
        );
    }

    private TimelineView View(TimelineRow row)
    {
        string title = networks.TryFind(row.Network, out PayoutNetwork? network)
            ? network.Title
            : row.Network;
        PayoutStage stage = PayoutStages.At(row, title);
        return new TimelineView
        {
            At = row.At,
            Stage = stage.Name,
            Message = stage.Message,
            TxHash = row.TxHash,
        };
    }
}

/// <summary>What happened to a payout, oldest first.</summary>
public sealed record Timeline(IReadOnlyList<TimelineView> Items);

/// <summary>One thing that happened.</summary>
public sealed record TimelineView
{
    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The payout's stage from then on.</summary>
    public required string Stage { get; init; }

    /// <summary>One sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The transaction that it speaks of.</summary>
    public string? TxHash { get; init; }
}

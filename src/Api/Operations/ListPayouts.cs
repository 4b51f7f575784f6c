using Settlement.Api.Configuration;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>GET /v1/admin/referrals/payouts and its summary: every user's payouts.</summary>
internal sealed class ListPayouts(
    AdminPayouts payouts,
    PayoutPresenter presenter,
    OperationsOptions options,
    TimeProvider clock
)
{
    public async Task ListAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        CancellationToken ct = context.RequestAborted;
        var page = Paging.Read(query);
        AdminPayoutFilter? filter = AdminPayoutFilters.Read(query, options.StuckAfter);
        IReadOnlyList<PayoutRow> rows = filter is null
            ? []
            : await payouts.ListAsync(
                filter,
                // One more than the page: it tells whether there is a next one.
                page.Limit + 1,
                filter.After is null ? page.Offset : 0,
                ct
            );
        long? total = null;
        if (Filters.Flag(query, "total"))
            total = filter is null ? 0 : await payouts.CountAsync(filter, ct);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new AdminPayoutList(
                rows.Take(page.Limit).Select(ItemOf).ToList(),
                rows.Count > page.Limit
                    ? AdminPayoutFilters.CursorAfter(rows[page.Limit - 1])
                    : null,
                total
            ),
            ApiJson.Default.AdminPayoutList
        );
    }

    public async Task SummarizeAsync(HttpContext context)
    {
        AdminPayoutFilter? filter = AdminPayoutFilters.Read(
            context.Request.Query,
            options.StuckAfter
        );
        IReadOnlyList<SummaryRow> rows = filter is null
            ? []
            : await payouts.SummarizeAsync(filter, options.StuckAfter, context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            SummaryView.Of(rows, clock.GetUtcNow()),
            ApiJson.Default.SummaryView
        );
    }

    private AdminPayoutItem ItemOf(PayoutRow row) =>
        new()
        {
            Payout = presenter.View(row),
            Number = row.Number,
            Version = row.Version,
            InternalNote = row.InternalNote,
            ParkReason = row.ParkReason,
            ParkDetail = row.ParkDetail,
            Hold = HoldView.Of(row),
            Approval = ApprovalView.Of(row),
            RefundHeld = row.RefundHeld,
            ConflictAt = row.ConflictAt,
        };
}

/// <summary>A page of payouts.</summary>
/// <param name="Items">The page.</param>
/// <param name="NextCursor">Ask for the next page with it; left out on the last.</param>
/// <param name="Total">How many match; only with total=true.</param>
public sealed record AdminPayoutList(
    IReadOnlyList<AdminPayoutItem> Items,
    string? NextCursor = null,
    long? Total = null
);

/// <summary>A payout in the list of operators.</summary>
public sealed record AdminPayoutItem
{
    /// <summary>As its user sees it.</summary>
    public required PayoutView Payout { get; init; }

    /// <summary>What travels on the chain.</summary>
    public required long Number { get; init; }

    /// <summary>For If-Match.</summary>
    public required int Version { get; init; }
    public string? InternalNote { get; init; }
    public string? ParkReason { get; init; }
    public string? ParkDetail { get; init; }

    /// <summary>Only while it is on hold.</summary>
    public HoldView? Hold { get; init; }

    /// <summary>Only where it needs or has an approval.</summary>
    public ApprovalView? Approval { get; init; }
    public bool RefundHeld { get; init; }
    public DateTimeOffset? ConflictAt { get; init; }
}

/// <summary>Who holds a payout back.</summary>
public sealed record HoldView(DateTimeOffset Since, string By, string Reason)
{
    internal static HoldView? Of(PayoutRow row) =>
        row.HeldAt is { } since ? new HoldView(since, row.HeldBy!, row.HoldReason!) : null;
}

/// <summary>The approval of a payout above the threshold.</summary>
/// <param name="Required">Whether it waits for one.</param>
/// <param name="At">When it was given.</param>
/// <param name="By">By which principal.</param>
public sealed record ApprovalView(bool Required, DateTimeOffset? At, string? By)
{
    internal static ApprovalView? Of(PayoutRow row) =>
        row.NeedsApproval || row.ApprovedAt is not null
            ? new ApprovalView(row.NeedsApproval, row.ApprovedAt, row.ApprovedBy)
            : null;
}

/// <summary>What payouts add up to.</summary>
public sealed record SummaryView
{
    /// <summary>By network and status.</summary>
    public required IReadOnlyList<SummaryItem> Items { get; init; }

    /// <summary>Payouts that have not ended.</summary>
    public required OpenView Open { get; init; }

    internal static SummaryView Of(IReadOnlyList<SummaryRow> rows, DateTimeOffset now)
    {
        List<SummaryRow> open = rows.Where(r => r.Status is "requested" or "processing").ToList();
        DateTimeOffset? oldest = open.Count == 0 ? null : open.Min(r => r.OldestAt);
        return new SummaryView
        {
            Items = rows.Select(r => new SummaryItem(r.Network, r.Status, r.Count, r.AmountMicro))
                .ToList(),
            Open = new OpenView
            {
                Count = open.Sum(r => r.Count),
                AmountMicro = open.Sum(r => r.AmountMicro),
                OldestRequestedAt = oldest,
                OldestAgeSeconds = oldest is { } at ? (long)(now - at).TotalSeconds : null,
                Stuck = rows.Sum(r => r.Stuck),
                Held = rows.Sum(r => r.Held),
                AwaitingApproval = rows.Sum(r => r.AwaitingApproval),
                Parked = rows.Sum(r => r.Parked),
                Due = rows.Sum(r => r.Due),
                QueueDepth = rows.Sum(r => r.QueueDepth),
            },
        };
    }
}

/// <summary>The payouts of one network in one status.</summary>
public sealed record SummaryItem(string Network, string Status, long Count, long AmountMicro);

/// <summary>Payouts that have not ended, by what they wait for.</summary>
public sealed record OpenView
{
    public required long Count { get; init; }
    public required long AmountMicro { get; init; }
    public DateTimeOffset? OldestRequestedAt { get; init; }
    public long? OldestAgeSeconds { get; init; }

    /// <summary>Not ended for too long, or due and untouched.</summary>
    public required long Stuck { get; init; }
    public required long Held { get; init; }
    public required long AwaitingApproval { get; init; }

    /// <summary>Waiting with a reason.</summary>
    public required long Parked { get; init; }

    /// <summary>To be looked at now: those of the queue, and those that were taken up before.</summary>
    public required long Due { get; init; }

    /// <summary>The queue: due, never taken up, and waiting for no person's word. Messages are hints and not counted.</summary>
    public required long QueueDepth { get; init; }
}

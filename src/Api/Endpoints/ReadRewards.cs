using Settlement.Api.Http;
using Settlement.Payouts.Ledger;

namespace Settlement.Api.Endpoints;

/// <summary>GET /v1/referrals/rewards: what the user earned, newest first.</summary>
internal sealed class ReadRewards(ListRewards rewards)
{
    private const string Asset = "USDC";

    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        var page = Paging.Read(context.Request.Query);
        IReadOnlyList<RewardRow> rows = await rewards.ExecuteAsync(
            userId,
            Asset,
            page.Limit,
            page.Offset,
            context.RequestAborted
        );
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new RewardList(rows.Select(EarnedView.Of).ToList()),
            ApiJson.Default.RewardList
        );
    }
}

/// <summary>A page of rewards, newest first.</summary>
public sealed record RewardList(IReadOnlyList<EarnedView> Items);

/// <summary>A reward as its user sees it.</summary>
public sealed record EarnedView
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>reward, adjustment, or reversal: taken back.</summary>
    public required string Kind { get; init; }

    /// <summary>Micro-units, above zero, also for a reversal.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>pending: not unlocked, or of a reversal: not fully taken back. available: unlocked and not used up; a payout that
    /// has not ended may hold it. spent, paid_out, reversed: what used it up. Money is one pool; the oldest rewards are used
    /// first.</summary>
    public required string Status { get; init; }

    /// <summary>How much of it has been spent, paid out or taken back.</summary>
    public required long UsedMicro { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset UnlockAt { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    internal static EarnedView Of(RewardRow row) =>
        new()
        {
            Id = row.Id,
            Kind = row.Kind,
            AmountMicro = row.AmountMicro,
            Status = row.Status,
            UsedMicro = row.UsedMicro,
            UnlockAt = row.UnlockAt,
            RecordedAt = row.RecordedAt,
        };
}

using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>GET /v1/admin/audit: what operators did, newest first.</summary>
internal sealed class ReadAudit(AuditTrail trail)
{
    public async Task HandleAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        var page = Paging.Read(query);
        AuditFilter? filter = Read(query);
        IReadOnlyList<AuditRow> rows = filter is null
            ? []
            : await trail.ReadAsync(filter, page.Limit + 1, context.RequestAborted);
        AuditRow? last = rows.Count > page.Limit ? rows[page.Limit - 1] : null;
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new AuditList(
                rows.Take(page.Limit).Select(AuditView.Of).ToList(),
                last is null ? null : Filters.Cursor(last.At, last.Source, last.Id)
            ),
            ApiJson.Default.AuditList
        );
    }

    private static AuditFilter? Read(IQueryCollection query)
    {
        bool canMatch =
            Filters.TryReadTime(Filters.First(query, "from"), out DateTimeOffset? from)
            & Filters.TryReadTime(Filters.First(query, "to"), out DateTimeOffset? to)
            & Filters.TryReadCursor(
                Filters.First(query, "cursor"),
                words: 2,
                out (DateTimeOffset At, string[] Words)? cursor
            );
        return canMatch
            ? new AuditFilter
            {
                Actors = ActorsOf(Filters.First(query, "actor")),
                Action = Filters.First(query, "action")?.ToLowerInvariant(),
                // An id is stored in lower case; what else is acted on may have capitals.
                Target =
                    Filters.First(query, "payout")?.ToLowerInvariant()
                    ?? Filters.First(query, "target"),
                Request = Filters.First(query, "request_id"),
                From = from,
                To = to,
                After = cursor is { } c ? new AuditCursor(c.At, c.Words[0], c.Words[1]) : null,
            }
            : null;
    }

    // A name alone means the token of that name, and the label.
    private static string[]? ActorsOf(string? actor) =>
        actor is null ? null : [actor, $"operator:{actor}", $"operator:{actor} (unverified)"];
}

/// <summary>A page of the audit trail, newest first.</summary>
/// <param name="Items">The page.</param>
/// <param name="NextCursor">Ask for the next page with it; left out on the last.</param>
public sealed record AuditList(IReadOnlyList<AuditView> Items, string? NextCursor = null);

/// <summary>One thing that was done.</summary>
public sealed record AuditView
{
    public required DateTimeOffset At { get; init; }

    /// <summary>operator, operator:name of a token, worker or system.</summary>
    public required string Actor { get; init; }
    public required string Action { get; init; }

    /// <summary>payout, user, token, scope, wallet, transaction, network, commission, affiliate_payout or system.</summary>
    public required string TargetKind { get; init; }
    public required string Target { get; init; }

    /// <summary>A payout's status before.</summary>
    public string? FromStatus { get; init; }

    /// <summary>A payout's status after.</summary>
    public string? ToStatus { get; init; }
    public string? Reason { get; init; }
    public JsonElement? Detail { get; init; }
    public string? RequestId { get; init; }

    internal static AuditView Of(AuditRow row) =>
        new()
        {
            At = row.At,
            Actor = row.Actor,
            Action = row.Action,
            TargetKind = row.TargetKind,
            Target = row.Target,
            FromStatus = row.FromStatus,
            ToStatus = row.ToStatus,
            Reason = row.Reason,
            Detail = StoredJson.Read(row.Detail),
            RequestId = row.RequestId,
        };
}

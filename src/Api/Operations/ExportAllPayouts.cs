using System.Text;
using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Operations;

/// <summary>GET /v1/admin/referrals/payouts/export.csv: every user's payouts that match, as they come from the database.</summary>
internal sealed class ExportAllPayouts(AdminPayouts payouts, OperationsOptions options)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly (string Name, Func<PayoutRow, string> Read)[] s_columns =
    [
        ("id", p => $"{p.Id}"),
        ("number", p => Csv.Number(p.Number)),
        ("user_id", p => $"{p.UserId}"),
        ("status", p => p.Status),
        ("amount_micro", p => Csv.Number(p.AmountMicro)),
        ("amount", p => Csv.Amount(p.AmountMicro)),
        ("asset", p => p.Asset),
        ("network", p => p.Network),
        ("address", p => Csv.Text(p.Address)),
        ("tx_hash", p => Csv.Text(p.TxHash)),
        ("settled_by", p => p.SettledBy ?? ""),
        ("requested_at", p => Csv.Time(p.RequestedAt)),
        ("completed_at", p => Csv.Time(p.CompletedAt)),
        ("failure_code", p => Csv.Text(p.FailureCode)),
        ("note", p => Csv.Text(p.Note)),
        ("internal_note", p => Csv.Text(p.InternalNote)),
        ("client_reference", p => Csv.Text(p.ClientReference)),
        ("park_reason", p => p.ParkReason ?? ""),
        ("held_at", p => Csv.Time(p.HeldAt)),
        ("held_by", p => Csv.Text(p.HeldBy)),
        ("hold_reason", p => Csv.Text(p.HoldReason)),
        ("approved_at", p => Csv.Time(p.ApprovedAt)),
        ("approved_by", p => Csv.Text(p.ApprovedBy)),
    ];

    /// <summary>Every column, for the description.</summary>
    public static string Columns => string.Join(", ", s_columns.Select(c => c.Name));

    public async Task HandleAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"payouts.csv\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        IQueryCollection query = context.Request.Query;
        (string Name, Func<PayoutRow, string> Read)[] columns = Chosen(query);
        CancellationToken ct = context.RequestAborted;
        await using var writer = new StreamWriter(response.Body, s_utf8, leaveOpen: true);
        await writer.WriteAsync(
            (string.Join(',', columns.Select(c => c.Name)) + Csv.LineEnd).AsMemory(),
            ct
        );
        if (AdminPayoutFilters.Read(query, options.StuckAfter) is not { } filter)
            return;
        // An error on the way cuts the connection, so that half of a list does not look like all of it.
        await foreach (PayoutRow row in payouts.StreamAsync(filter, ct))
        {
            await writer.WriteAsync(
                (string.Join(',', columns.Select(c => c.Read(row))) + Csv.LineEnd).AsMemory(),
                ct
            );
        }
    }

    // In the order in which they were asked for; a word that is no column is left out.
    private static (string Name, Func<PayoutRow, string> Read)[] Chosen(IQueryCollection query)
    {
        (string Name, Func<PayoutRow, string> Read)[]? chosen = Filters
            .Words(query, "columns")
            ?.Distinct(StringComparer.Ordinal)
            .SelectMany(word =>
                s_columns.Where(c => string.Equals(c.Name, word, StringComparison.Ordinal))
            )
            .ToArray();
        return chosen is { Length: > 0 } ? chosen : s_columns;
    }
}

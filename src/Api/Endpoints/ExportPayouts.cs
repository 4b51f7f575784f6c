using System.Text;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Endpoints;

/// <summary>GET /v1/referrals/payouts/export.csv: all of the user's payouts that match, as they come from the database.</summary>
internal sealed class ExportPayouts(PayoutQueries payouts)
{
    private const string Header =
        "id,status,amount_micro,amount,asset,network,address,tx_hash,requested_at,completed_at,note,client_reference";

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"payouts.csv\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        CancellationToken ct = context.RequestAborted;
        await using var writer = new StreamWriter(response.Body, s_utf8, leaveOpen: true);
        await writer.WriteAsync((Header + Csv.LineEnd).AsMemory(), ct);
        if (PayoutFilters.Read(context.Request.Query) is not { } filter)
            return;
        // An error on the way cuts the connection, so that half of a list does not look like all of it.
        await foreach (PayoutRow row in payouts.StreamAsync(userId, filter, ct))
            await writer.WriteAsync((Line(row) + Csv.LineEnd).AsMemory(), ct);
    }

    private static string Line(PayoutRow row) =>
        string.Join(
            ',',
            $"{row.Id}",
            row.Status,
            Csv.Number(row.AmountMicro),
            Csv.Amount(row.AmountMicro),
            row.Asset,
            row.Network,
            Csv.Text(row.Address),
            Csv.Text(row.Status is "sent" ? row.TxHash : null),
            Csv.Time(row.RequestedAt),
            Csv.Time(row.CompletedAt),
            Csv.Text(string.IsNullOrWhiteSpace(row.Note) ? null : row.Note),
            Csv.Text(row.ClientReference)
        );
}

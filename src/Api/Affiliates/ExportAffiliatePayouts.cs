using System.Text;
using Settlement.Affiliates.Paying;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>GET /v1/admin/payouts/export.csv: payouts as a file for people, PayPal or Wise.</summary>
internal sealed class ExportAffiliatePayouts(PayoutExport export)
{
    /// <summary>How many payouts are not in the file although they match, for want of an e-mail address or name.</summary>
    public const string LeftOutHeader = "X-Payouts-Left-Out";

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public async Task HandleAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string? currency = Filters.First(query, "currency")?.ToUpperInvariant();
        if (PayoutFile.Named(Filters.First(query, "format")) is not { } file)
        {
            await RefuseAsync(context, "format", "format must be generic, paypal or wise.");
            return;
        }
        if (file.IsOneCurrency && currency is null)
        {
            await RefuseAsync(context, "currency", "PayPal takes one currency in a file: name it.");
            return;
        }
        AffiliatePayoutFilter? filter = AffiliateFilters.Payouts(context, isOpenByDefault: false);
        // What is pending may still change, and what is paid is paid: a file for transfers holds what is approved.
        if (file.IsForTransfers)
            filter = filter is null ? null : filter with { Statuses = ["approved"] };
        await WriteAsync(context, file, await LinesAsync(file, filter, currency, context));
    }

    private async Task<(List<string> Lines, int LeftOut)> LinesAsync(
        PayoutFile file,
        AffiliatePayoutFilter? filter,
        string? currency,
        HttpContext context
    )
    {
        List<string> lines = file.Header is null ? [] : [file.Header];
        int leftOut = 0;
        if (filter is null)
            return (lines, leftOut);
        await foreach (
            ExportedPayout payout in export.StreamAsync(
                filter,
                currency,
                file.IsForTransfers,
                context.RequestAborted
            )
        )
        {
            if (file.CanHold(payout))
                lines.Add(file.Line(payout));
            else
                leftOut++;
        }
        return (lines, leftOut);
    }

    private static async Task WriteAsync(
        HttpContext context,
        PayoutFile file,
        (List<string> Lines, int LeftOut) content
    )
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"affiliate-payouts.csv\"";
        if (file.IsForTransfers)
            response.Headers[LeftOutHeader] = Csv.Number(content.LeftOut);
        byte[] bytes = s_utf8.GetBytes(
            string.Concat(content.Lines.Select(line => line + Csv.LineEnd))
        );
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, string field, string problem) =>
        context.ErrorAsync(ErrorCatalogue.ValidationError, ErrorBodies.Invalid(field, problem));
}

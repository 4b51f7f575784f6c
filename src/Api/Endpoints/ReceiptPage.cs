using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Net.Http.Headers;

namespace Settlement.Api.Endpoints;

/// <summary>A receipt on one page of paper. Every value is encoded, and the page may load and run nothing.</summary>
internal static class ReceiptPage
{
    private const string Html = "text/html";

    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
        + "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dt{color:#555}"
        + "dd{margin:0;overflow-wrap:anywhere}@media print{body{margin:0}a{color:inherit;text-decoration:none}}";

    /// <summary>Allows this very style sheet and nothing else. https://www.w3.org/TR/CSP3/</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Whether a page is wanted rather than JSON: browsers name text/html, programs do not.</summary>
    public static bool IsAskedFor(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        double? html = QualityOf(accepted, Html);
        return html > 0 && html >= (QualityOf(accepted, "application/json") ?? 0);
    }

    public static byte[] Write(ReceiptView receipt, string networkTitle)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.Append("<meta name=\"viewport\" content=\"width=device-width\">");
        page.Append("<title>Receipt</title><style>").Append(Style).Append("</style></head>");
        page.Append("<body><h1>Receipt</h1><dl>");
        Row(page, "Paid", $"{receipt.Amount} {receipt.Asset}");
        Row(page, "Fee", $"{Http.Csv.Amount(receipt.FeeMicro)} {receipt.Asset}");
        Row(page, "Network", networkTitle);
        Row(page, "To", receipt.Address);
        Row(page, "Transaction", receipt.TxHash, receipt.ExplorerUrl);
        Row(page, "Requested", Time(receipt.RequestedAt));
        Row(page, "Sent", Time(receipt.SentAt));
        Row(page, "Payout", $"{receipt.PayoutId}");
        Row(page, "Number", receipt.Number);
        Row(page, "User", $"{receipt.UserId}");
        if (receipt.ClientReference is { } reference)
            Row(page, "Reference", reference);
        page.Append("</dl></body></html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    // The link comes from the configuration, which lets http and https pass alone.
    private static void Row(StringBuilder page, string name, string value, string? link = null)
    {
        HtmlEncoder html = HtmlEncoder.Default;
        string text = html.Encode(value);
        page.Append("<dt>").Append(name).Append("</dt><dd>");
        if (link is null)
            page.Append(text);
        else
            page.Append($"<a rel=\"noreferrer\" href=\"{html.Encode(link)}\">{text}</a>");
        page.Append("</dd>");
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static double? QualityOf(IList<MediaTypeHeaderValue> accepted, string mediaType) =>
        accepted
            .Where(a => a.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            .Max(a => (double?)(a.Quality ?? 1));
}

using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Settlement.Api.Http;

namespace Settlement.Api.OpenApi;

/// <summary>/docs/errors: the catalogue to read, with an anchor for each error.</summary>
internal static class ErrorDocs
{
    private const string Path = "/docs/errors";

    private static readonly byte[] s_page = Encoding.UTF8.GetBytes(Write());

    public static void UseErrorDocs(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                context.Request.Path == Path && HttpMethods.IsGet(context.Request.Method)
                    ? AnswerAsync(context.Response)
                    : next(context)
        );

    private static Task AnswerAsync(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        return response.BytesAsync(
            StatusCodes.Status200OK,
            s_page,
            $"{MediaTypeNames.Text.Html}; charset=utf-8"
        );
    }

    private static string Write()
    {
        var page = new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Errors</title><h1>Errors</h1><dl>"
        );
        HtmlEncoder text = HtmlEncoder.Default;
        foreach (ErrorEntry e in ErrorCatalogue.All)
        {
            page.Append(
                $"<dt id=\"{e.Tag}\"><code>{e.Tag}</code> ({e.Status})"
                    + $"<dd><p>{text.Encode(e.Message)}<p>{text.Encode(e.When)}<p>{text.Encode(e.Payout)}"
            );
        }
        return page.Append("</dl></html>\n").ToString();
    }
}

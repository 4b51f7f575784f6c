using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Settlement.Api.Configuration;

namespace Settlement.Api.Http;

/// <summary>An error as RFC 9457 has it, for clients that ask for it.</summary>
internal static class Problem
{
    /// <summary>What an Accept header names to ask for it.</summary>
    public const string MediaType = "application/problem+json";

    private const string PlainMediaType = "application/json";

    /// <summary>Whether the client names it, and does not prefer the plain envelope.</summary>
    public static bool IsAskedFor(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
            return false;
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        double? asked = QualityOf(accepted, MediaType);
        return asked > 0 && asked >= (QualityOf(accepted, PlainMediaType) ?? 0);
    }

    /// <summary>The members of RFC 9457, section 3.1, then those of the envelope under their own names; its <c>status</c>, which is
    /// the payout's, is <c>payout_status</c> here.</summary>
    public static byte[] Write(ErrorEntry entry, ErrorBody body, HttpContext context)
    {
        var operations = context.RequestServices.GetRequiredService<OperationsOptions>();
        var problem = new JsonObject
        {
            ["type"] = operations.ErrorDocsUrl.Replace(
                "{tag}",
                entry.Tag,
                StringComparison.Ordinal
            ),
            ["title"] = entry.Title,
            ["status"] = entry.Status,
            ["detail"] = body.Message,
            ["instance"] = context.Request.Path.ToUriComponent(),
        };
        JsonObject envelope = JsonSerializer
            .SerializeToNode(body, ApiJson.Default.ErrorBody)!
            .AsObject();
        foreach ((string name, JsonNode? value) in envelope)
        {
            if (name is not "message")
                problem[name is "status" ? "payout_status" : name] = value?.DeepClone();
        }
        return Encoding.UTF8.GetBytes(problem.ToJsonString());
    }

    private static double? QualityOf(IList<MediaTypeHeaderValue> accepted, string mediaType) =>
        accepted
            .Where(a => a.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            .Max(a => (double?)(a.Quality ?? 1));
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Settlement.Api.Http;

/// <summary>Writes the bodies of this API: JSON of known length, from generated serializers.</summary>
internal static class Answer
{
    private const string Json = "application/json";

    public static readonly ReadOnlyMemory<byte> Ok = """{"ok":true}"""u8.ToArray();

    public static Task JsonAsync<T>(
        this HttpResponse response,
        int status,
        T value,
        JsonTypeInfo<T> type
    ) => response.BytesAsync(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Task OkAsync(this HttpResponse response) =>
        response.BytesAsync(StatusCodes.Status200OK, Ok);

    public static Task ErrorAsync(this HttpContext context, ErrorEntry entry) =>
        context.ErrorAsync(entry, entry.Body());

    public static Task ErrorAsync(this HttpContext context, ErrorEntry entry, ErrorBody body)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (entry.Status is StatusCodes.Status401Unauthorized && headers.WWWAuthenticate.Count == 0)
            headers.WWWAuthenticate = Challenge(entry);
        body = body with { RequestId = context.RequestId() };
        return Problem.IsAskedFor(context.Request)
            ? context.Response.BytesAsync(
                entry.Status,
                Problem.Write(entry, body, context),
                Problem.MediaType
            )
            : context.Response.JsonAsync(entry.Status, body, ApiJson.Default.ErrorBody);
    }

    public static async Task BytesAsync(
        this HttpResponse response,
        int status,
        ReadOnlyMemory<byte> body,
        string mediaType = Json
    )
    {
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    // Neither scheme is registered with IANA: they name the header and the cookie that are asked for.
    private static string Challenge(ErrorEntry entry) =>
        entry == ErrorCatalogue.Unauthenticated
            ? "Session realm=\"settlement\""
            : "X-Admin-Token realm=\"settlement\"";
}

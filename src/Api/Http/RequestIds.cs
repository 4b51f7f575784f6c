using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Settlement.Api.Http;

/// <summary>One id per request: the client's own where it is harmless, else a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;
    private static readonly object s_key = new();

    private static readonly SearchValues<char> s_harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:"
    );

    /// <summary>The id of this request; the envelope has set it.</summary>
    public static string RequestId(this HttpContext context) => (string)context.Items[s_key]!;

    /// <summary>Chooses the id and puts it on request and response.</summary>
    public static string Assign(HttpContext context)
    {
        StringValues given = context.Request.Headers[Header];
        string id = given is [{ } own] && IsHarmless(own) ? own : $"req_{Guid.CreateVersion7():N}";
        context.Items[s_key] = id;
        context.Response.Headers[Header] = id;
        return id;
    }

    // It goes into logs and the audit trail.
    private static bool IsHarmless(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExcept(s_harmless);
}

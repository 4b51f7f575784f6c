using Microsoft.Extensions.Primitives;

namespace Settlement.Api.Http;

/// <summary>The Idempotency-Key header: bare, or quoted as draft-ietf-httpapi-idempotency-key-header wants it.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const int MaxLength = 255;

    /// <summary>Reads the header.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The key without quotes; null when there is none.</param>
    /// <returns>False when the header is there but unusable.</returns>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        StringValues given = request.Headers[Header];
        key = given.Count == 0 ? null : Unquote(given[0] ?? "");
        return given.Count == 0 || (given.Count == 1 && IsUsable(key!));
    }

    private static string Unquote(string text) =>
        text is ['"', .. var inner, '"']
            ? inner
                .Replace("\\\"", "\"", StringComparison.Ordinal)
                .Replace(@"\\", @"\", StringComparison.Ordinal)
            : text;

    private static bool IsUsable(string key) =>
        key.Length is > 0 and <= MaxLength && key.All(c => c is >= ' ' and <= '~');
}

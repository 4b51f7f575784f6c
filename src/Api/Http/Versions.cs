using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Settlement.Api.Http;

/// <summary>If-Match and ETag over the version of a row (RFC 9110, sections 8.8.3 and 13.1.1): "3" in quotes, or bare.</summary>
internal static class Versions
{
    public const string Header = "If-Match";

    // No row has it: what cannot be read matches nothing.
    private const int Nothing = -1;

    /// <summary>Reads the header.</summary>
    /// <returns>The version that is asked for; null: any. One that cannot be read matches nothing.</returns>
    public static int? Read(HttpRequest request)
    {
        StringValues given = request.Headers[Header];
        if (given.Count == 0 || given is ["*"])
            return null;
        string text = given.Count == 1 ? given[0]!.Trim() : "";
        if (text is ['"', .. var inner, '"'])
            text = inner;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? version
            : Nothing;
    }

    /// <summary>The ETag of a version.</summary>
    public static string Tag(int version) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

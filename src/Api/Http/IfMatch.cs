using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Settlement.Api.Http;

/// <summary>The If-Match header: the version of the payout that the caller has seen, in quotes, as an entity tag of RFC 9110.</summary>
internal static class IfMatch
{
    public const string Header = "If-Match";

    // No payout has it: what cannot be read matches nothing.
    private const int Never = -1;

    /// <summary>Reads the header.</summary>
    /// <returns>The version; null where any will do.</returns>
    public static int? Read(HttpRequest request)
    {
        StringValues given = request.Headers.IfMatch;
        if (given.Count == 0 || given is ["*"])
            return null;
        return
            given is [['"', .. var text, '"']]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? version
            : Never;
    }
}

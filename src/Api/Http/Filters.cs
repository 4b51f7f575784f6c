using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Settlement.Api.Http;

/// <summary>Values of a query string. None is an error: what cannot be read matches nothing.</summary>
internal static class Filters
{
    private const int MaxLength = 400;

    private static readonly string[] s_times =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The first value wins when a name is repeated; an empty one asks for nothing. What no column can hold
    /// matches nothing.</summary>
    public static string? First(IQueryCollection query, string name) =>
        query[name] is [{ Length: > 0 } text, ..]
            ? text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal)
                ? "?"
                : text
            : null;

    /// <summary>Words between commas, in lower case; null when there are none.</summary>
    public static string[]? Words(IQueryCollection query, string name)
    {
        string[]? words = First(query, name)
            ?.ToLowerInvariant()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is [] ? null : words;
    }

    /// <summary>Whether a switch is on: <c>true</c> or <c>1</c>.</summary>
    public static bool Flag(IQueryCollection query, string name) =>
        First(query, name) is { } text
        && (text is "1" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 3339, or a date in UTC.</summary>
    /// <returns>False when it is there but no such time.</returns>
    public static bool TryReadTime(string? text, out DateTimeOffset? time)
    {
        bool isTime = DateTimeOffset.TryParseExact(
            text,
            s_times,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset read
        );
        time = isTime ? read.ToUniversalTime() : null;
        return isTime || text is null;
    }

    /// <summary>Whole micro-units.</summary>
    /// <returns>False when it is there but no such number.</returns>
    public static bool TryReadInteger(string? text, out long? number)
    {
        bool isNumber = long.TryParse(
            text,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out long read
        );
        number = isNumber ? read : null;
        return isNumber || text is null;
    }

    /// <summary>Makes a cursor, opaque to clients, of a time and words without a line break.</summary>
    public static string Cursor(DateTimeOffset at, params string[] words) =>
        Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(
                string.Join('\n', [at.UtcTicks.ToString(CultureInfo.InvariantCulture), .. words])
            )
        );

    /// <summary>Reads a cursor with so many words.</summary>
    /// <returns>False when it is there but not one of ours.</returns>
    public static bool TryReadCursor(
        string? text,
        int words,
        out (DateTimeOffset At, string[] Words)? cursor
    )
    {
        cursor = null;
        if (text is null)
            return true;
        if (!Base64Url.IsValid(text))
            return false;
        string[] parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n');
        if (
            parts.Length != words + 1
            || !long.TryParse(
                parts[0],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long ticks
            )
            || ticks > DateTimeOffset.MaxValue.UtcTicks
            || parts.Any(p => p.Contains('\0', StringComparison.Ordinal))
        )
        {
            return false;
        }
        cursor = (new DateTimeOffset(ticks, TimeSpan.Zero), parts[1..]);
        return true;
    }
}

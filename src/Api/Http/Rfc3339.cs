using System.Globalization;

namespace Settlement.Api.Http;

/// <summary>Reads times with a zone, such as 2026-01-02T03:04:05Z.</summary>
internal static class Rfc3339
{
    private static readonly string[] s_times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ssK",
    ];

    /// <summary>Reads one.</summary>
    /// <param name="time">In UTC; null when there is none.</param>
    /// <returns>False when the field is there but no such time.</returns>
    public static bool TryRead(Field<string> text, out DateTimeOffset? time)
    {
        time = null;
        if (!text.Has(out string value))
            return !text.IsWrong;
        bool hasZone = value.EndsWith('Z') || (value.Length > 6 && value[^6] is '+' or '-');
        if (
            !hasZone
            || !DateTimeOffset.TryParseExact(
                value,
                s_times,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out DateTimeOffset parsed
            )
        )
        {
            return false;
        }
        time = parsed.ToUniversalTime();
        return true;
    }
}

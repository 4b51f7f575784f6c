using System.Buffers;
using System.Globalization;

namespace Settlement.Webhooks;

/// <summary>The webhook-id of an event: <c>evt_</c> and the 32 hexadecimal digits of its id. One event has one id, whoever it is
/// sent to and however often.</summary>
public static class MessageId
{
    private const string Prefix = "evt_";
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The id as it is sent.</summary>
    public static string Of(Guid eventId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{eventId:N}");

    /// <summary>Reads one.</summary>
    public static bool TryParse(string? text, out Guid eventId)
    {
        eventId = default;
        return text is { Length: 36 }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && !text.AsSpan(Prefix.Length).ContainsAnyExcept(s_digits)
            && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out eventId);
    }
}

namespace Settlement.Api.Http;

/// <summary>The id in a path: exactly 8-4-4-4-12 hexadecimal digits, in any case.</summary>
internal static class PayoutIds
{
    private const int Length = 36;

    public static bool TryRead(HttpContext context, out Guid id) =>
        TryParse(context.GetRouteValue("id") as string, out id);

    // TryParseExact alone takes white space around the id, and signs and "0x" inside of it.
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: Length }
            && text.All(c => c is '-' || char.IsAsciiHexDigit(c))
            && Guid.TryParseExact(text, "D", out id);
    }
}

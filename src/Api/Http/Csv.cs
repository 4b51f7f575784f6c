using System.Globalization;

namespace Settlement.Api.Http;

/// <summary>Rows of comma-separated values as in RFC 4180, safe to open in a spreadsheet.</summary>
internal static class Csv
{
    public const string LineEnd = "\r\n";

    // What a spreadsheet takes for the beginning of a formula, full-width forms included.
    // https://owasp.org/www-community/attacks/CSV_Injection
    private const string Formula = "=+-@\t\r\n＝＋－＠";

    /// <summary>A text: always quoted, and never a formula.</summary>
    public static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // Leading white space is skipped by some spreadsheets before they look for a formula.
        bool isFormula =
            Formula.Contains(text[0], StringComparison.Ordinal)
            || (
                text.TrimStart() is [var first, ..]
                && Formula.Contains(first, StringComparison.Ordinal)
            );
        string safe = isFormula ? $"'{text}" : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A whole number.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Micro-units as a decimal: 25000000 is 25.000000.</summary>
    public static string Amount(long micro) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{micro / 1_000_000}.{micro % 1_000_000:000000}"
        );

    /// <summary>RFC 3339 in UTC; empty when there is none.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
        ?? "";
}

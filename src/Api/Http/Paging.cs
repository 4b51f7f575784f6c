using System.Globalization;
using System.Numerics;

namespace Settlement.Api.Http;

/// <summary>limit and offset. No value is an error: what is out of range is brought into it, what is no number is ignored.</summary>
internal sealed record Paging(int Limit, long Offset)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    // The longest integer that is read as one; a query string may be megabytes long.
    private const int MaxDigits = 400;

    public static Paging Read(IQueryCollection query)
    {
        BigInteger limit = ReadInteger(query, "limit") ?? DefaultLimit;
        BigInteger offset = ReadInteger(query, "offset") ?? 0;
        return new Paging(
            (int)BigInteger.Clamp(limit, 1, MaxLimit),
            (long)BigInteger.Clamp(offset, 0, long.MaxValue)
        );
    }

    // The first value wins when a name is repeated.
    private static BigInteger? ReadInteger(IQueryCollection query, string name) =>
        query[name] is [{ Length: > 0 and <= MaxDigits } text, ..]
        && BigInteger.TryParse(
            text,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out BigInteger number
        )
            ? number
            : null;
}

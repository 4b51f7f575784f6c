using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Http;

/// <summary>status, network, from, to and cursor. No value is an error: what cannot be read matches nothing.</summary>
internal static class PayoutFilters
{
    private const int MaxLength = 400;
    private const int CursorBytes = 24;

    private static readonly string[] s_times =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads the filters.</summary>
    /// <returns>Null when nothing can match.</returns>
    public static PayoutFilter? Read(IQueryCollection query)
    {
        string[]? statuses = First(query, "status")
            ?.ToLowerInvariant()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool canMatch =
            TryReadTime(First(query, "from"), out DateTimeOffset? from)
            & TryReadTime(First(query, "to"), out DateTimeOffset? to)
            & TryReadCursor(First(query, "cursor"), out PayoutCursor? cursor);
        return canMatch
            ? new PayoutFilter
            {
                Statuses = statuses is [] ? null : statuses,
                Network = First(query, "network")?.ToLowerInvariant(),
                From = from,
                To = to,
                After = cursor,
            }
            : null;
    }

    /// <summary>The cursor after this payout: opaque to clients.</summary>
    public static string CursorAfter(PayoutRow payout) =>
        CursorAfter(payout.RequestedAt, payout.Id);

    /// <summary>The cursor after a row of a list that is ordered by time and id.</summary>
    public static string CursorAfter(DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[CursorBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    // The first value wins when a name is repeated; an empty one asks for nothing. What no column can hold matches nothing.
    public static string? First(IQueryCollection query, string name) =>
        query[name] is [{ Length: > 0 } text, ..]
            ? text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal)
                ? "?"
                : text
            : null;

    private static bool TryReadTime(string? text, out DateTimeOffset? time)
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

    /// <summary>Reads a cursor; none is fine.</summary>
    public static bool TryReadCursor(string? text, out PayoutCursor? cursor)
    {
        cursor = null;
        if (text is null)
            return true;
        Span<byte> bytes = stackalloc byte[CursorBytes];
        if (
            text.Length != Base64Url.GetEncodedLength(CursorBytes)
            || !Base64Url.IsValid(text, out int length)
            || length != CursorBytes
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)
        )
        {
            return false;
        }
        long ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
            return false;
        cursor = new PayoutCursor(
            new DateTimeOffset(ticks, TimeSpan.Zero),
            new Guid(bytes[sizeof(long)..], bigEndian: true)
        );
        return true;
    }
}

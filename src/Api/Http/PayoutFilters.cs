using System.Buffers.Binary;
using System.Buffers.Text;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Http;

/// <summary>status, network, from, to and cursor. No value is an error: what cannot be read matches nothing.</summary>
internal static class PayoutFilters
{
    private const int CursorBytes = 24;

    /// <summary>Reads the filters.</summary>
    /// <returns>Null when nothing can match.</returns>
    public static PayoutFilter? Read(IQueryCollection query)
    {
        bool canMatch =
            Filters.TryReadTime(Filters.First(query, "from"), out DateTimeOffset? from)
            & Filters.TryReadTime(Filters.First(query, "to"), out DateTimeOffset? to)
            & TryReadCursor(Filters.First(query, "cursor"), out PayoutCursor? cursor);
        return canMatch
            ? new PayoutFilter
            {
                Statuses = Filters.Words(query, "status"),
                Network = Filters.First(query, "network")?.ToLowerInvariant(),
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

    /// <summary>Reads a cursor; none is fine.</summary>
    public static bool TryReadCursor(string? text, out PayoutCursor? cursor)
    {
        cursor = null;
        if (text is null)
            return true;
        Span<byte> bytes = stackalloc byte[CursorBytes];
        if (
            !Base64Url.IsValid(text, out int length)
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

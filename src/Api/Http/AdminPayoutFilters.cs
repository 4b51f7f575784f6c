using System.Globalization;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Http;

/// <summary>The filters of operators. No value is an error: what cannot be read matches nothing.</summary>
internal static class AdminPayoutFilters
{
    private const string Standard = "-requested_at";

    private static readonly Dictionary<string, PayoutOrderBy> s_orders = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [Standard] = PayoutOrderBy.Newest,
        ["requested_at"] = PayoutOrderBy.Oldest,
        ["-amount_micro"] = PayoutOrderBy.Largest,
        ["amount_micro"] = PayoutOrderBy.Smallest,
    };

    /// <summary>What an operator may narrow by, for the description.</summary>
    public static IReadOnlyList<(string Name, string Text)> Described { get; } =
    [
        ("status", "One or several, with commas."),
        (
            "stage",
            "One or several, with commas: queued, awaiting_approval, on_hold, waiting_for_funds, preparing, broadcast, "
                + "confirming, needs_operator, done."
        ),
        ("network", "One or several, with commas."),
        ("user_id", "Of one user only."),
        ("address", "The destination, in any case."),
        ("tx_hash", "A transaction that carried or paid it."),
        ("amount_min", "So many micro-units or more."),
        ("amount_max", "So many micro-units or fewer."),
        ("from", "Requested at this time or later: RFC 3339, or a date in UTC."),
        ("to", "Requested before this time: RFC 3339, or a date in UTC."),
        (
            "stuck",
            "true: only those that have not ended for too long, or are due and untouched. What waits for a person's word is not stuck."
        ),
        ("held", "true: only those on hold."),
        ("q", "One box for all: id or its first digits, number, user id, address, transaction."),
    ];

    /// <summary>Reads the filters.</summary>
    /// <param name="query">The query string.</param>
    /// <param name="stuckAfter">What is stuck.</param>
    /// <returns>Null when nothing can match.</returns>
    public static AdminPayoutFilter? Read(IQueryCollection query, TimeSpan stuckAfter)
    {
        PayoutOrderBy order = s_orders.GetValueOrDefault(
            Filters.First(query, "sort") ?? Standard,
            PayoutOrderBy.Newest
        );
        bool canMatch =
            Filters.TryReadTime(Filters.First(query, "from"), out DateTimeOffset? from)
            & Filters.TryReadTime(Filters.First(query, "to"), out DateTimeOffset? to)
            & Filters.TryReadInteger(Filters.First(query, "amount_min"), out long? least)
            & Filters.TryReadInteger(Filters.First(query, "amount_max"), out long? most)
            & TryReadUser(Filters.First(query, "user_id"), out Guid? user)
            & TryReadCursor(Filters.First(query, "cursor"), out AdminPayoutCursor? cursor);
        return canMatch
            ? new AdminPayoutFilter
            {
                Statuses = Filters.Words(query, "status"),
                Stages = Filters.Words(query, "stage"),
                Networks = Filters.Words(query, "network"),
                UserId = user,
                Address = Filters.First(query, "address")?.Trim(),
                TxHash = Filters.First(query, "tx_hash")?.Trim(),
                AmountMin = least,
                AmountMax = most,
                From = from,
                To = to,
                IsHeld = Filters.Flag(query, "held"),
                StuckAfter = Filters.Flag(query, "stuck") ? stuckAfter : null,
                Search = Filters.First(query, "q")?.Trim() is { Length: > 0 } text ? text : null,
                OrderBy = order,
                After = cursor,
            }
            : null;
    }

    /// <summary>The cursor after this payout, in whatever order the list is.</summary>
    public static string CursorAfter(PayoutRow payout) =>
        Filters.Cursor(
            payout.RequestedAt,
            payout.AmountMicro.ToString(CultureInfo.InvariantCulture),
            $"{payout.Id}"
        );

    private static bool TryReadUser(string? text, out Guid? user)
    {
        bool isUser = PayoutIds.TryParse(text, out Guid id);
        user = isUser ? id : null;
        return isUser || text is null;
    }

    private static bool TryReadCursor(string? text, out AdminPayoutCursor? cursor)
    {
        cursor = null;
        if (!Filters.TryReadCursor(text, words: 2, out (DateTimeOffset At, string[] Words)? read))
        {
            return false;
        }
        if (read is not { } place)
            return true;
        bool isPlace = long.TryParse(
            place.Words[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long amount
        );
        isPlace &= PayoutIds.TryParse(place.Words[1], out Guid id);
        cursor = isPlace ? new AdminPayoutCursor(place.At, amount, id) : null;
        return isPlace;
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>Reads what has happened to payouts since a place in the history, so that nothing is left out.</summary>
/// <remarks>Events are numbered before they are committed, so a reader that goes by number would skip one that comes late. This goes
/// by writing transaction, and only as far as every transaction on the server has ended: a long one delays readers, and loses
/// them nothing.</remarks>
public sealed class PayoutChanges(NpgsqlDataSource database)
{
    private const string HorizonSql = """
        -- PayoutChanges: horizon
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        """;

    // What operators look at or push is no change for a user: PayoutTimeline leaves it out as well.
    // The horizon is that of the snapshot by which the rows are read. Nothing is written here, so the reader itself never holds it up.
    private const string ReadSql = """
        -- PayoutChanges: read
        SELECT h.horizon, e.recorded_in AS transaction, e.id AS event, e.payout_id, p.user_id, e.action, e.recorded_at AS at
          FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon) h
          LEFT JOIN (payout_events e JOIN payouts p ON p.id = e.payout_id AND p.user_id = ANY (@Users) AND e.action NOT IN ('requeued', 'checked', 'speed_up_asked', 'cancel_asked'))
            ON (e.recorded_in, e.id) > (@Transaction, @Event) AND e.recorded_in < h.horizon
         ORDER BY e.recorded_in, e.id LIMIT @Limit
        """;

    /// <summary>Where everything that has been committed so far ends.</summary>
    public async Task<ChangeCursor> FindEndAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return ChangeCursor.Before(
            await connection.QuerySingleAsync<long>(
                new CommandDefinition(HorizonSql, cancellationToken: ct)
            )
        );
    }

    /// <summary>Reads on.</summary>
    /// <param name="users">Whose payouts.</param>
    /// <param name="after">The place of the last change that was read.</param>
    /// <param name="limit">1 or greater.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Changes in the order of their places, and the place from which to read on.</returns>
    public async Task<(IReadOnlyList<PayoutChange> Changes, ChangeCursor Next)> ReadAsync(
        IReadOnlyCollection<Guid> users,
        ChangeCursor after,
        int limit,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        var rows = (
            await connection.QueryAsync<ChangeRow>(
                new CommandDefinition(
                    ReadSql,
                    new
                    {
                        Users = users.ToArray(),
                        after.Transaction,
                        after.Event,
                        Limit = limit,
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
        var changes = rows.Where(r => r.PayoutId is not null).Select(r => r.Change()).ToList();
        ChangeCursor next =
            changes.Count == limit ? changes[^1].Place : ChangeCursor.Before(rows[0].Horizon);
        // A reader that is ahead of everything does not go back.
        return (changes, next.IsAfter(after) ? next : after);
    }

    private sealed record ChangeRow
    {
        public required long Horizon { get; init; }
        public long Transaction { get; init; }
        public long Event { get; init; }
        public Guid? PayoutId { get; init; }
        public Guid UserId { get; init; }
        public string Action { get; init; } = "";
        public DateTimeOffset At { get; init; }

        public PayoutChange Change() =>
            new(new ChangeCursor(Transaction, Event), PayoutId!.Value, UserId, Action, At);
    }
}

/// <summary>Something that happened to a payout.</summary>
/// <param name="Place">Where in the history.</param>
/// <param name="PayoutId">To which payout.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Action">What, as in <c>payout_events</c>.</param>
/// <param name="At">When.</param>
public sealed record PayoutChange(
    ChangeCursor Place,
    Guid PayoutId,
    Guid UserId,
    string Action,
    DateTimeOffset At
);

/// <summary>A place in the history of all payouts. Places grow.</summary>
/// <param name="Transaction">The database's number of the writing transaction.</param>
/// <param name="Event">The event's number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ChangeCursor(long Transaction, long Event)
{
    /// <summary>The last place before anything that this transaction or a later one writes.</summary>
    public static ChangeCursor Before(long transaction) => new(transaction - 1, long.MaxValue);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out ChangeCursor cursor)
    {
        cursor = default;
        string[] parts = text?.Split('-') ?? [];
        bool isPlace =
            parts is [var transaction, var number]
            && TryRead(transaction, out long inTransaction)
            && TryRead(number, out long inEvents)
            && (cursor = new ChangeCursor(inTransaction, inEvents)) is { Transaction: >= 0 };
        return isPlace;
    }

    /// <summary>Whether this place comes after the other.</summary>
    public bool IsAfter(ChangeCursor other) =>
        Transaction > other.Transaction
        || (Transaction == other.Transaction && Event > other.Event);

    /// <summary>The form on the wire: 1234-5678.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Transaction}-{Event}");

    private static bool TryRead(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Limits;

/// <summary>Which payouts have to wait for a limit. A look ahead, so that nothing is signed in vain: the law itself stands in
/// the schema, where payouts board a transaction.</summary>
public sealed class SpendRoom(NpgsqlDataSource database)
{
    private const string Sql = """
        -- SpendRoom
        SELECT payout_id, amount_micro, scope, kind, per, key, limit_micro, spent_micro, until,
               extract(epoch FROM until - now())::float8 AS seconds
          FROM spend_room(@Ids)
        """;

    /// <summary>How long a payout waits that is above the limit of a single one: only another limit can help it.</summary>
    private static readonly TimeSpan s_hopeless = TimeSpan.FromHours(1);

    /// <summary>Finds those that do not fit, beside all that come before them in the list.</summary>
    /// <returns>Each with the limit that keeps it and the time when there is room again.</returns>
    public async Task<IReadOnlyList<ParkedPayout>> FindOverAsync(
        IReadOnlyList<ClaimedPayout> payouts,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        ILookup<Guid, RoomRow> rooms = (
            await connection.QueryAsync<RoomRow>(
                new CommandDefinition(
                    Sql,
                    new { Ids = payouts.Select(p => p.Id).ToArray() },
                    cancellationToken: ct
                )
            )
        ).ToLookup(r => r.PayoutId);
        var taken = new Dictionary<string, long>(StringComparer.Ordinal);
        var over = new List<ParkedPayout>();
        foreach (ClaimedPayout payout in payouts)
        {
            RoomRow[] full = [.. rooms[payout.Id].Where(r => !r.Fits(taken))];
            if (full.MaxBy(r => r.Seconds ?? double.MaxValue) is { } fullest)
            {
                over.Add(Park(payout, fullest));
                continue;
            }
            foreach (RoomRow room in rooms[payout.Id])
                taken[room.Counter] = room.Taken(taken) + room.AmountMicro;
        }
        return over;
    }

    private static ParkedPayout Park(ClaimedPayout payout, RoomRow room)
    {
        string most = string.Create(
            CultureInfo.InvariantCulture,
            $"No more than {room.LimitMicro / 1_000_000m:N2} may be paid {Whom(room.Kind)}{When(room.Per)}{Where(room.Scope)}"
        );
        return room is { Until: { } until, Seconds: { } seconds }
            ? new ParkedPayout(
                payout,
                ParkReason.SpendLimit,
                $"{most}; there is room again from {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC on.",
                TimeSpan.FromSeconds(Math.Max(seconds, 1))
            )
            : new ParkedPayout(payout, ParkReason.SpendLimit, $"{most}.", s_hopeless);
    }

    private static string Whom(string kind) =>
        kind switch
        {
            "payout" => "at once",
            "user" => "to one user",
            "destination" => "to one destination",
            _ => "in all",
        };

    private static string When(string per) =>
        per switch
        {
            "hour" => " in an hour",
            "day" => " in a day",
            _ => "",
        };

    private static string Where(string scope) =>
        string.Equals(scope, SpendLimits.Everything, StringComparison.Ordinal)
            ? ""
            : $" on {scope}";

    private sealed record RoomRow
    {
        public Guid PayoutId { get; init; }
        public long AmountMicro { get; init; }
        public required string Scope { get; init; }
        public required string Kind { get; init; }
        public required string Per { get; init; }
        public required string Key { get; init; }
        public long LimitMicro { get; init; }
        public long SpentMicro { get; init; }
        public DateTimeOffset? Until { get; init; }
        public double? Seconds { get; init; }

        public string Counter => $"{Scope}/{Kind}/{Per}/{Key}";

        public long Taken(Dictionary<string, long> taken) =>
            taken.GetValueOrDefault(Counter, SpentMicro);

        public bool Fits(Dictionary<string, long> taken) =>
            checked(Taken(taken) + AmountMicro) <= LimitMicro;
    }
}

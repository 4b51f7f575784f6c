using Dapper;
using Npgsql;

namespace Settlement.Payouts.Limits;

/// <summary>The limits on what leaves, as operators set them: kept in the database, so that every worker obeys the same.</summary>
public sealed class SpendLimits(NpgsqlDataSource database)
{
    /// <summary>The scope of all networks together.</summary>
    public const string Everything = "all";

    private const string ListSql = """
        -- SpendLimits: list
        SELECT scope, kind, per, limit_micro, set_by, set_at FROM spend_limits ORDER BY scope, kind, per
        """;

    private const string SetSql = """
        -- SpendLimits: set
        SELECT set_spend_limit(@Scope, @Kind, @Per, @LimitMicro, @Actor, @Reason)
        """;

    /// <summary>What may be limited, and per what: <c>payout</c> only per payout, all others per hour or day.</summary>
    public static IReadOnlyList<(string Kind, string Per)> Kinds { get; } =
    [
        ("payout", "payout"),
        ("user", "hour"),
        ("user", "day"),
        ("destination", "hour"),
        ("destination", "day"),
        ("network", "hour"),
        ("network", "day"),
    ];

    /// <summary>The limits that stand.</summary>
    public async Task<IReadOnlyList<SpendLimit>> ListAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<SpendLimit>(
                new CommandDefinition(ListSql, cancellationToken: ct)
            )
        ).AsList();
    }

    /// <summary>Sets a limit or lifts it. What waits for a limit is looked at again.</summary>
    /// <returns>Whether that changed anything.</returns>
    /// <exception cref="ArgumentException">There is no such kind of limit, or it is not above zero.</exception>
    public async Task<bool> SetAsync(SpendLimitWord word, CancellationToken ct)
    {
        string? wrong = word switch
        {
            _ when !Kinds.Contains((word.Kind, word.Per)) =>
                $"No limit is per {word.Kind} and {word.Per}.",
            { LimitMicro: <= 0 } => "A limit is above zero.",
            _ when string.IsNullOrWhiteSpace(word.Reason) => "A limit needs a reason.",
            _ => null,
        };
        if (wrong is not null)
            throw new ArgumentException(wrong, nameof(word));
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<bool>(
            new CommandDefinition(SetSql, word, cancellationToken: ct)
        );
    }
}

/// <summary>A limit that stands.</summary>
/// <param name="Scope"><see cref="SpendLimits.Everything"/> or a network.</param>
/// <param name="Kind">What is limited: <c>payout</c>, <c>user</c>, <c>destination</c>, <c>network</c>.</param>
/// <param name="Per"><c>payout</c>, or a <c>hour</c> or <c>day</c> of UTC.</param>
/// <param name="LimitMicro">Micro-units.</param>
/// <param name="SetBy">Who.</param>
/// <param name="SetAt">Since when.</param>
public sealed record SpendLimit(
    string Scope,
    string Kind,
    string Per,
    long LimitMicro,
    string SetBy,
    DateTimeOffset SetAt
);

/// <summary>What an operator says of a limit.</summary>
/// <param name="Scope"><see cref="SpendLimits.Everything"/> or a lower-case network name.</param>
/// <param name="Kind">One of <see cref="SpendLimits.Kinds"/>.</param>
/// <param name="Per">With it.</param>
/// <param name="LimitMicro">Micro-units, above zero; null lifts it.</param>
/// <param name="Actor">"operator:name".</param>
/// <param name="Reason">For the audit log.</param>
public sealed record SpendLimitWord(
    string Scope,
    string Kind,
    string Per,
    long? LimitMicro,
    string Actor,
    string Reason
);

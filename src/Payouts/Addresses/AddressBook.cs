using Dapper;
using Npgsql;

namespace Settlement.Payouts.Addresses;

/// <summary>The addresses that users want to be paid at. Whether one may be paid is judged where a payout is accepted.</summary>
public sealed class AddressBook(NpgsqlDataSource database)
{
    /// <summary>How many addresses a user's book holds.</summary>
    public const int Most = 100;

    private const string Columns = """
        SELECT a.id, a.label, a.network, a.address, a.added_at, a.active_at,
               CASE WHEN EXISTS (SELECT FROM payout_addresses b
                                  WHERE b.user_id = a.user_id AND b.comparable = a.comparable AND b.blocked_at IS NOT NULL) THEN 'blocked'
                    WHEN @OnlyKnown AND a.active_at > now() THEN 'pending' ELSE 'active' END AS status
          FROM payout_addresses a
        """;

    private const string ListSql = $"""
        -- AddressBook: list
        {Columns}
         WHERE a.user_id = @UserId AND a.removed_at IS NULL ORDER BY a.added_at DESC, a.id DESC
        """;

    private const string FindSql = $"""
        -- AddressBook: find
        {Columns}
         WHERE a.id = @Id AND a.user_id = @UserId
        """;

    private const string AddSql = """
        -- AddressBook: add
        WITH own AS (
            SELECT count(*) >= @Most AS is_full FROM payout_addresses WHERE user_id = @UserId AND removed_at IS NULL
        ), added AS (
            INSERT INTO payout_addresses (id, user_id, label, network, address, active_at)
            SELECT @Id, @UserId, @Label, @Network, @Address, now() + @Delay FROM own WHERE NOT is_full
            ON CONFLICT (user_id, network, comparable) WHERE removed_at IS NULL DO NOTHING
            RETURNING id
        )
        SELECT is_full, EXISTS (SELECT FROM added) AS is_added FROM own
        """;

    private const string RemoveSql = """
        -- AddressBook: remove
        UPDATE payout_addresses SET removed_at = now() WHERE id = @Id AND user_id = @UserId AND removed_at IS NULL
        """;

    private const string BlockSql = """
        -- AddressBook: block
        WITH changed AS (
            UPDATE payout_addresses
               SET blocked_at = CASE WHEN @Blocks THEN coalesce(blocked_at, now()) END, blocked_reason = CASE WHEN @Blocks THEN @Reason END
             WHERE id = @Id
            RETURNING id
        ), logged AS (
            INSERT INTO audit_log (actor, action, target, reason, request_id)
            SELECT @Actor, CASE WHEN @Blocks THEN 'address_blocked' ELSE 'address_unblocked' END, id, @Reason, @RequestId
              FROM changed
        )
        SELECT count(*) FROM changed
        """;

    private const string JudgeSql = """
        -- AddressBook: judge
        SELECT reason, active_at FROM judge_address(@UserId, @Network, @Address, @AddressId, @OnlyKnown)
        """;

    /// <summary>A user's addresses, newest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="onlyKnown">Whether new addresses wait.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<AddressRow>> ListAsync(
        Guid userId,
        bool onlyKnown,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<AddressRow>(
                new CommandDefinition(
                    ListSql,
                    new { UserId = userId, OnlyKnown = onlyKnown },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    /// <summary>One address of this user, also one that was removed: a request that named it may be repeated. Another user's is not
    /// found.</summary>
    public async Task<AddressRow?> FindAsync(Guid userId, Guid id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<AddressRow>(
            new CommandDefinition(
                FindSql,
                new
                {
                    UserId = userId,
                    Id = id,
                    OnlyKnown = false,
                },
                cancellationToken: ct
            )
        );
    }

    /// <summary>Adds an address, by a connection of the caller.</summary>
    public static async Task<AddOutcome> AddAsync(
        NpgsqlConnection connection,
        NewAddress address,
        CancellationToken ct
    )
    {
        (bool isFull, bool isAdded) = await connection.QuerySingleAsync<(bool, bool)>(
            new CommandDefinition(
                AddSql,
                new
                {
                    address.Id,
                    address.UserId,
                    address.Label,
                    address.Network,
                    address.Address,
                    address.Delay,
                    Most,
                },
                cancellationToken: ct
            )
        );
        if (isFull)
            return new AddOutcome.Full();
        if (!isAdded)
            return new AddOutcome.Duplicate();
        return new AddOutcome.Added(
            await connection.QuerySingleAsync<AddressRow>(
                new CommandDefinition(FindSql, address, cancellationToken: ct)
            )
        );
    }

    /// <summary>Takes an address out of the book. A block on it stands.</summary>
    /// <returns>False when it is not in the book of this user.</returns>
    public async Task<bool> RemoveAsync(Guid userId, Guid id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(
                new CommandDefinition(
                    RemoveSql,
                    new { UserId = userId, Id = id },
                    cancellationToken: ct
                )
            ) == 1;
    }

    /// <summary>Blocks an address for its user on every network, or lifts the block; by a connection of the caller.</summary>
    /// <returns>False when nobody has added it.</returns>
    public static async Task<bool> BlockAsync(
        NpgsqlConnection connection,
        AddressWord word,
        CancellationToken ct
    ) =>
        await connection.ExecuteScalarAsync<long>(
            new CommandDefinition(BlockSql, word, cancellationToken: ct)
        ) == 1;

    /// <summary>Says what accepting a payout to this address would say now.</summary>
    /// <returns>Null when nothing speaks against it.</returns>
    public async Task<AddressRefusal?> JudgeAsync(
        Lifecycle.PayoutRequest request,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        (string? reason, DateTimeOffset? activeAt) = await connection.QuerySingleAsync<(
            string?,
            DateTimeOffset?
        )>(
            new CommandDefinition(
                JudgeSql,
                new
                {
                    request.UserId,
                    request.Network,
                    request.Address,
                    request.AddressId,
                    OnlyKnown = request.OnlyKnownAddress,
                },
                cancellationToken: ct
            )
        );
        return reason is null ? null : new AddressRefusal(reason, activeAt);
    }
}

/// <summary>An address to add.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Label">The user's own word for it, 1 to 64 characters.</param>
/// <param name="Network">Lower-case network name.</param>
/// <param name="Address">A valid destination there, trimmed.</param>
/// <param name="Delay">How long it waits until it may be paid.</param>
/// <param name="OnlyKnown">Whether new addresses wait at all.</param>
public sealed record NewAddress(
    Guid Id,
    Guid UserId,
    string Label,
    string Network,
    string Address,
    TimeSpan Delay,
    bool OnlyKnown
);

/// <summary>What came of adding an address.</summary>
public abstract record AddOutcome
{
    private AddOutcome() { }

    /// <summary>It is in the book.</summary>
    public sealed record Added(AddressRow Address) : AddOutcome;

    /// <summary>It was in the book before. Nothing was written.</summary>
    public sealed record Duplicate : AddOutcome;

    /// <summary>The book holds as many as it can. Nothing was written.</summary>
    public sealed record Full : AddOutcome;
}

/// <summary>What an operator says of an address.</summary>
/// <param name="Id">Which.</param>
/// <param name="Blocks">Whether payouts to it are refused from now on; false lifts the block.</param>
/// <param name="Reason">Why; needed to block.</param>
/// <param name="Actor">"operator:name".</param>
/// <param name="RequestId">For the audit log.</param>
public sealed record AddressWord(
    Guid Id,
    bool Blocks,
    string? Reason,
    string Actor,
    string? RequestId
);

/// <summary>Why an address may not be paid.</summary>
/// <param name="Reason"><c>blocked</c>, <c>unknown</c> or <c>pending</c>.</param>
/// <param name="ActiveAt">When a pending one may be.</param>
public sealed record AddressRefusal(string Reason, DateTimeOffset? ActiveAt);

/// <summary>An address of a user's book.</summary>
public sealed record AddressRow
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The user's own word for it.</summary>
    public required string Label { get; init; }

    /// <summary>Lower-case network name.</summary>
    public required string Network { get; init; }

    /// <summary>As its user wrote it, trimmed.</summary>
    public required string Address { get; init; }

    /// <summary><c>pending</c>, <c>active</c> or <c>blocked</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it came into the book.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>From when on it may be paid.</summary>
    public required DateTimeOffset ActiveAt { get; init; }
}

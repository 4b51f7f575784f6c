using Dapper;
using Npgsql;

namespace Settlement.Payouts.Operations;

/// <summary>The switches that stop new transactions, for everything or for one network. Requests are still accepted.</summary>
public sealed class Pauses(NpgsqlDataSource database)
{
    /// <summary>The scope that stands for every network.</summary>
    public const string Everything = "all";

    // Pausing twice changes nothing; another reason replaces the first, and the audit log keeps both.
    private const string PauseSql = """
        -- Pauses: pause
        WITH changed AS (
            INSERT INTO pauses AS p (scope, cause, reason, paused_by) VALUES (@Scope, 'operator', @Reason, @Actor)
            ON CONFLICT (scope, cause) DO UPDATE SET reason = excluded.reason, paused_by = excluded.paused_by
             WHERE p.reason IS DISTINCT FROM excluded.reason
            RETURNING scope
        )
        INSERT INTO audit_log (actor, action, target, reason, request_id)
        SELECT @Actor, 'paused', scope, @Reason, @RequestId FROM changed
        """;

    private const string ResumeSql = """
        -- Pauses: resume
        WITH changed AS (
            DELETE FROM pauses WHERE scope = @Scope AND cause = 'operator' RETURNING scope
        )
        INSERT INTO audit_log (actor, action, target, reason, request_id)
        SELECT @Actor, 'resumed', scope, @Reason, @RequestId FROM changed
        """;

    private const string ReadSql = """
        -- Pauses: read
        SELECT scope, cause, reason, paused_by, paused_at FROM pauses ORDER BY scope, cause
        """;

    /// <summary>Pauses a scope.</summary>
    /// <returns>What stands then.</returns>
    public async Task<IReadOnlyList<Pause>> PauseAsync(PauseWord word, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await PauseAsync(connection, word, ct);
    }

    /// <summary>Pauses a scope with what else is written by this connection.</summary>
    /// <returns>What stands then.</returns>
    public static Task<IReadOnlyList<Pause>> PauseAsync(
        NpgsqlConnection connection,
        PauseWord word,
        CancellationToken ct
    ) => WriteAsync(connection, PauseSql, word, ct);

    /// <summary>Lifts the operators' pause of a scope. A freeze by the ledger audit stands; see AuditFreeze.</summary>
    /// <returns>What stands then.</returns>
    public async Task<IReadOnlyList<Pause>> ResumeAsync(PauseWord word, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await ResumeAsync(connection, word, ct);
    }

    /// <summary>Lifts a pause with what else is written by this connection.</summary>
    /// <returns>What stands then.</returns>
    public static Task<IReadOnlyList<Pause>> ResumeAsync(
        NpgsqlConnection connection,
        PauseWord word,
        CancellationToken ct
    ) => WriteAsync(connection, ResumeSql, word, ct);

    /// <summary>What stands now.</summary>
    public async Task<IReadOnlyList<Pause>> ReadAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await ReadAsync(connection, ct);
    }

    private static async Task<IReadOnlyList<Pause>> ReadAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        IEnumerable<PauseRow> rows = await connection.QueryAsync<PauseRow>(
            new CommandDefinition(ReadSql, cancellationToken: ct)
        );
        return rows.Select(r => new Pause(r.Scope, r.Cause, r.Reason, r.PausedBy, r.PausedAt))
            .ToList();
    }

    private static async Task<IReadOnlyList<Pause>> WriteAsync(
        NpgsqlConnection connection,
        string sql,
        PauseWord word,
        CancellationToken ct
    )
    {
        await connection.ExecuteAsync(new CommandDefinition(sql, word, cancellationToken: ct));
        return await ReadAsync(connection, ct);
    }

    private sealed record PauseRow
    {
        public required string Scope { get; init; }
        public required string Cause { get; init; }
        public required string Reason { get; init; }
        public required string PausedBy { get; init; }
        public required DateTimeOffset PausedAt { get; init; }
    }
}

/// <summary>What an operator says of a scope.</summary>
/// <param name="Scope"><see cref="Pauses.Everything"/> or a lower-case network name.</param>
/// <param name="Reason">For operators, and for the audit log.</param>
/// <param name="Actor">"operator:name".</param>
/// <param name="RequestId">For the audit log.</param>
public sealed record PauseWord(string Scope, string? Reason, string Actor, string? RequestId);

/// <summary>A switch that stands.</summary>
/// <param name="Scope"><see cref="Pauses.Everything"/> or a network.</param>
/// <param name="Cause"><c>operator</c>, or <c>audit</c>: the ledger audit found a difference.</param>
/// <param name="Reason">For operators.</param>
/// <param name="PausedBy">Who.</param>
/// <param name="PausedAt">Since when.</param>
public sealed record Pause(
    string Scope,
    string Cause,
    string Reason,
    string PausedBy,
    DateTimeOffset PausedAt
)
{
    /// <summary>Whether the ledger audit froze the system; <see cref="Auditing.AuditFreeze"/> lifts it, by a person's word.</summary>
    public bool IsFreeze => string.Equals(Cause, "audit", StringComparison.Ordinal);
}

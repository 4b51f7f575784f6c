using Dapper;
using Npgsql;

namespace Settlement.Payouts.Auditing;

/// <summary>The pause that the ledger audit sets when an invariant is broken: no network opens a transaction any more,
/// requests are still accepted, what is open is followed. Only a person lifts it.</summary>
public sealed class AuditFreeze(NpgsqlDataSource database)
{
    private const int MaxNamed = 5;

    // News is which invariants are broken: amounts in the details may move with every request.
    private const string FreezeSql = """
        -- AuditFreeze: freeze
        WITH frozen AS (
            INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('all', 'audit', @Reason, 'system:audit')
            ON CONFLICT (scope, cause) DO UPDATE SET reason = excluded.reason, paused_at = now()
             WHERE split_part(pauses.reason, ': ', 1) <> split_part(excluded.reason, ': ', 1)
            RETURNING reason
        )
        INSERT INTO audit_log (actor, action, target, reason, detail)
        SELECT 'system:audit', 'payouts_frozen', 'all', reason, to_jsonb(@Violations) FROM frozen
        RETURNING id
        """;

    private const string LiftSql = """
        -- AuditFreeze: lift
        WITH lifted AS (
            DELETE FROM pauses WHERE scope = 'all' AND cause = 'audit' RETURNING reason
        )
        INSERT INTO audit_log (actor, action, target, reason, detail)
        SELECT @Actor, 'payouts_unfrozen', 'all', @Reason, jsonb_build_object('was', reason) FROM lifted
        RETURNING id
        """;

    private const string ReadSql = """
        -- AuditFreeze: read
        SELECT reason FROM pauses WHERE scope = 'all' AND cause = 'audit'
        """;

    /// <summary>Stops new transactions because of these violations.</summary>
    /// <returns>Whether that is news: nothing was frozen before, or other invariants were broken.</returns>
    public async Task<bool> FreezeAsync(
        IReadOnlyCollection<Violation> violations,
        CancellationToken ct
    )
    {
        if (violations.Count == 0)
            throw new ArgumentException("Nothing is broken.", nameof(violations));
        string invariants = string.Join(", ", violations.Select(v => v.Invariant).Distinct());
        string[] named = violations.Select(v => $"{v.Subject} {v.Detail}").ToArray();
        string more = named.Length > MaxNamed ? $"; and {named.Length - MaxNamed} more" : "";
        return await ExecuteAsync(
            FreezeSql,
            new
            {
                Reason = $"{invariants}: {string.Join("; ", named.Take(MaxNamed))}{more}",
                Violations = violations.Select(v => v.ToString()).ToArray(),
            },
            ct
        );
    }

    /// <summary>Lifts the freeze by a person's word. The next audit sets it again when an invariant is still broken.</summary>
    /// <param name="actor">Who, such as "operator:ann".</param>
    /// <param name="reason">Why it is safe now; kept for ever.</param>
    /// <param name="ct">Cancels before the write.</param>
    /// <returns>Whether there was a freeze to lift.</returns>
    public Task<bool> LiftAsync(string actor, string reason, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return ExecuteAsync(LiftSql, new { Actor = actor, Reason = reason }, ct);
    }

    /// <summary>Why payouts are frozen; null when they are not.</summary>
    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<string?>(
            new CommandDefinition(ReadSql, cancellationToken: ct)
        );
    }

    private async Task<bool> ExecuteAsync(string sql, object parameters, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(sql, parameters, cancellationToken: ct)
        )
            is not null;
    }
}

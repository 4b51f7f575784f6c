using Dapper;
using Npgsql;

namespace Settlement.Payouts.Operations;

/// <summary>Above which amount a payout needs a person's approval: kept in the database, so that every worker obeys the same.</summary>
public sealed class ApprovalThresholds(NpgsqlDataSource database)
{
    /// <summary>The scope that stands for every network without a row of its own.</summary>
    public const string Everything = "all";

    // What is so already is not written again, and so not told again.
    private const string Sql = """
        -- ApprovalThresholds: set
        WITH before AS (
            SELECT v.scope, v.above, t.above_micro AS was
              FROM unnest(@Scopes, @Aboves) AS v (scope, above) LEFT JOIN approval_thresholds t ON t.scope = v.scope
             WHERE t.scope IS NULL OR t.above_micro IS DISTINCT FROM v.above
        ), changed AS (
            INSERT INTO approval_thresholds (scope, above_micro, set_at) SELECT scope, above, now() FROM before
            ON CONFLICT (scope) DO UPDATE SET above_micro = excluded.above_micro, set_at = excluded.set_at
            RETURNING scope
        )
        INSERT INTO audit_log (actor, action, target, detail)
        SELECT @Actor, 'approval_threshold_set', scope, jsonb_build_object('above_micro', b.above, 'was', b.was)
          FROM changed JOIN before b USING (scope)
        """;

    /// <summary>Sets the thresholds of some scopes; those of others stand.</summary>
    /// <param name="thresholds">By network, or <see cref="Everything"/>: micro-units, zero or greater; null for none.</param>
    /// <param name="actor">For the audit trail.</param>
    /// <param name="ct">Cancels before the write.</param>
    public async Task SetAsync(
        IReadOnlyDictionary<string, long?> thresholds,
        string actor,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql,
                new
                {
                    Scopes = thresholds.Keys.ToArray(),
                    Aboves = thresholds.Values.ToArray(),
                    Actor = actor,
                },
                cancellationToken: ct
            )
        );
    }
}

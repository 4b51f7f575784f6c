using System.Data;
using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Settlement.Payouts.Auditing;

/// <summary>Checks every invariant against the stored data. The schema holds them already; this finds what got past it: a
/// superuser's hand, a restored backup, a fault of the disk, a law that we wrote wrongly.</summary>
public sealed class LedgerAudit(NpgsqlDataSource database)
{
    /// <summary>Named for each invariant; a broken rule tends to break many rows.</summary>
    public const int MaxViolationsEach = 10;

    private const int SecondsForEach = 30;

    /// <summary>Every invariant, money first.</summary>
    public static IReadOnlyList<Invariant> Invariants { get; } =
    [.. MoneyInvariants.All, .. PayoutInvariants.All, .. AffiliateInvariants.All];

    /// <summary>Checks all of them on one snapshot. Reads only.</summary>
    /// <exception cref="NpgsqlException">The database did not answer in time: nothing is known, and nothing follows from it.</exception>
    public async Task<AuditReport> RunAsync(CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            ct
        );
        await connection.ExecuteAsync(
            new CommandDefinition("SET TRANSACTION READ ONLY", cancellationToken: ct)
        );
        IReadOnlyList<Violation> violations = await FindAsync(connection, ct);
        return new AuditReport(violations, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Checks all of them in the caller's transaction.</summary>
    public static async Task<IReadOnlyList<Violation>> FindAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        var violations = new List<Violation>();
        foreach (Invariant invariant in Invariants)
        {
            IEnumerable<ViolationRow> rows = await connection.QueryAsync<ViolationRow>(
                new CommandDefinition(
                    $"{invariant.Sql}\nLIMIT {MaxViolationsEach}",
                    commandTimeout: SecondsForEach,
                    cancellationToken: ct
                )
            );
            violations.AddRange(
                rows.Select(r => new Violation(invariant.Name, r.Subject, r.Detail))
            );
        }
        return violations;
    }

    private sealed record ViolationRow
    {
        public required string Subject { get; init; }
        public required string Detail { get; init; }
    }
}

/// <summary>The answer of <see cref="LedgerAudit"/>.</summary>
/// <param name="Violations">Empty when every invariant holds.</param>
/// <param name="Took">How long it took.</param>
public sealed record AuditReport(IReadOnlyList<Violation> Violations, TimeSpan Took)
{
    /// <summary>Whether every invariant holds.</summary>
    public bool IsClean => Violations.Count == 0;
}

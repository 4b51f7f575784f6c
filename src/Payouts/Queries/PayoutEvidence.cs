using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>What the chain has shown of a payout's newest transaction, as it was last looked at.</summary>
public sealed class PayoutEvidence(NpgsqlDataSource database)
{
    private const string Sql = """
        -- PayoutEvidence
        SELECT p.status, p.settled_by, ride.*
          FROM payouts p
          LEFT JOIN LATERAL (
               SELECT t.id AS transaction_id, t.state, r.outcome, t.last_observation, t.observed_at, t.observations, t.safe_after,
                      coalesce(r.evidence, t.proof)::text AS evidence,
                      (SELECT a.hash FROM attempts a WHERE a.transaction_id = t.id ORDER BY a.sequence DESC LIMIT 1) AS hash
                 FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
                WHERE r.payout_id = p.id ORDER BY t.id DESC LIMIT 1) ride ON true
         WHERE p.id = @Id
        """;

    /// <summary>Reads it; null when there is no such payout.</summary>
    public async Task<EvidenceRow?> ReadAsync(Guid payoutId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<EvidenceRow>(
            new CommandDefinition(Sql, new { Id = payoutId }, cancellationToken: ct)
        );
    }
}

/// <summary>What is known of the newest transaction; all null where nothing was ever signed.</summary>
public sealed record EvidenceRow
{
    public required string Status { get; init; }
    public string? SettledBy { get; init; }
    public long? TransactionId { get; init; }

    /// <summary><c>open</c>, <c>landed</c> or <c>dead</c>.</summary>
    public string? State { get; init; }

    /// <summary><c>paid</c>, <c>not_paid</c>, or null while it may still land.</summary>
    public string? Outcome { get; init; }
    public string? LastObservation { get; init; }
    public DateTimeOffset? ObservedAt { get; init; }
    public int? Observations { get; init; }
    public DateTimeOffset? SafeAfter { get; init; }

    /// <summary>JSON: what proves the outcome.</summary>
    public string? Evidence { get; init; }
    public string? Hash { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>What happened to one payout: every signed attempt and every event, for operators.</summary>
public sealed class PayoutHistory(NpgsqlDataSource database)
{
    // Never the bytes: whoever holds them can send them.
    private const string Sql = """
        -- PayoutHistory: attempts
        SELECT t.id AS transaction_id, a.sequence, a.kind, a.hash, t.sender, t.nonce::text AS nonce, t.last_valid_block_height,
               t.state, r.outcome, a.terms::text AS terms, r.evidence::text AS evidence, t.proof::text AS proof,
               a.stored_at, t.safe_after, t.decided_at, t.observations, t.last_observation, t.asked, t.asked_by,
               (SELECT b.outcome || ': ' || b.reason FROM broadcast_notes b
                 WHERE b.transaction_id = t.id AND b.hash = a.hash ORDER BY b.id DESC LIMIT 1) AS last_broadcast_note
          FROM transaction_payouts r
          JOIN chain_transactions t ON t.id = r.transaction_id
          JOIN attempts a ON a.transaction_id = t.id
         WHERE r.payout_id = @Id ORDER BY t.id, a.sequence;
        -- PayoutHistory: events
        SELECT version, action, actor, reason, evidence::text AS evidence, request_id, recorded_at
          FROM payout_events WHERE payout_id = @Id ORDER BY id
        """;

    /// <summary>Reads both, oldest first.</summary>
    public async Task<(
        IReadOnlyList<AttemptRow> Attempts,
        IReadOnlyList<EventRow> Events
    )> ReadAsync(Guid payoutId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using SqlMapper.GridReader results = await connection.QueryMultipleAsync(
            new CommandDefinition(Sql, new { Id = payoutId }, cancellationToken: ct)
        );
        var attempts = (await results.ReadAsync<AttemptRow>()).AsList();
        return (attempts, (await results.ReadAsync<EventRow>()).AsList());
    }
}

/// <summary>A signed attempt to pay.</summary>
public sealed record AttemptRow
{
    public required long TransactionId { get; init; }
    public required int Sequence { get; init; }

    /// <summary><c>payment</c>, or <c>cancel</c>: it pays nobody and uses up the nonce.</summary>
    public required string Kind { get; init; }
    public required string Hash { get; init; }
    public required string Sender { get; init; }

    /// <summary>EVM, in decimal; null on Solana.</summary>
    public string? Nonce { get; init; }

    /// <summary>Solana; null on EVM.</summary>
    public long? LastValidBlockHeight { get; init; }

    /// <summary><c>open</c>, <c>landed</c> or <c>dead</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>paid</c>, <c>not_paid</c>, or null while it may still land.</summary>
    public string? Outcome { get; init; }

    /// <summary>JSON: what was signed.</summary>
    public string? Terms { get; init; }

    /// <summary>JSON: what was seen on the chain.</summary>
    public string? Evidence { get; init; }

    /// <summary>JSON: what proves what became of the transaction.</summary>
    public string? Proof { get; init; }
    public required DateTimeOffset StoredAt { get; init; }
    public DateTimeOffset? SafeAfter { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public int Observations { get; init; }
    public string? LastObservation { get; init; }
    public string? LastBroadcastNote { get; init; }

    /// <summary><c>speed_up</c>, <c>cancel</c> or <c>fill</c>: what is to be signed next at the transaction's nonce.</summary>
    public string? Asked { get; init; }
    public string? AskedBy { get; init; }
}

/// <summary>One entry of a payout's history.</summary>
public sealed record EventRow
{
    public required int Version { get; init; }
    public required string Action { get; init; }
    public required string Actor { get; init; }
    public string? Reason { get; init; }

    /// <summary>JSON, or null.</summary>
    public string? Evidence { get; init; }
    public string? RequestId { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
}

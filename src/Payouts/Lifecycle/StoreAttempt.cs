using Npgsql;
using NpgsqlTypes;
using Settlement.Chains;
using Settlement.Payouts.Database;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Stores a dearer attempt of an open transaction before its first byte leaves, under the token of whoever looks at it.</summary>
/// <remarks>guard_attempt holds it to the law: same place, next in sequence, both fees a tenth higher.</remarks>
public sealed class StoreAttempt(NpgsqlDataSource database)
{
    // A payment is not made dearer while its network is paused; a cancel is what a pause may be about.
    private const string Held = """
        t.id = $1 AND t.lease_token = $2 AND t.state = 'open'
           AND ($3 = 'cancel' OR NOT EXISTS (SELECT FROM pauses WHERE scope IN ('all', t.network)))
        """;

    // A wish to be faster is granted by it; a wish to cancel stands until the chain has spoken.
    private const string Ask = $"""
        -- StoreAttempt: what was asked for is done
        UPDATE chain_transactions t
           SET asked    = CASE WHEN $4 THEN 'fill' END,
               asked_at = CASE WHEN $4 THEN now() END,
               asked_by = CASE WHEN $4 THEN $5 END
         WHERE {Held} AND (t.asked IS NULL AND $4 OR t.asked = 'speed_up')
        """;

    private const string Bytes = $"""
        -- StoreAttempt: the signed bytes
        INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, nonce, kind, max_fee, tip, lease_token, terms, signed_by)
        SELECT t.id, $4, t.network, $5, $6, $7, $3, $8, $9, $2, $10, $11
          FROM chain_transactions t WHERE {Held}
        """;

    /// <summary>Stores it, or nothing.</summary>
    public async Task<AttemptOutcome> ExecuteAsync(NewAttempt attempt, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        // One batch is one commit.
        await using var batch = new NpgsqlBatch(connection);
        NpgsqlBatchCommand ask = Command(Ask, attempt);
        ask.Parameters.Add(new() { Value = attempt.IsFiller });
        ask.Parameters.Add(new() { Value = $"worker:{attempt.Owner}" });
        batch.BatchCommands.Add(ask);
        NpgsqlBatchCommand bytes = Signed(attempt);
        batch.BatchCommands.Add(bytes);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e)
            when (e.SqlState is SqlStates.StaleToken or SqlStates.UniqueViolation)
        {
            // A unique violation: this very attempt is stored already, by a commit whose answer was lost.
            return AttemptOutcome.Fenced.Instance;
        }
        return bytes.RecordsAffected == 1
            ? AttemptOutcome.Stored.Instance
            : AttemptOutcome.Fenced.Instance;
    }

    private static NpgsqlBatchCommand Signed(NewAttempt attempt)
    {
        SignedTransaction signed = attempt.Signed;
        NpgsqlBatchCommand bytes = Command(Bytes, attempt);
        bytes.Parameters.Add(new() { Value = attempt.Transaction.Transaction.Attempts.Count + 1 });
        bytes.Parameters.Add(new() { Value = signed.TransactionId });
        bytes.Parameters.Add(new() { Value = signed.Bytes.ToArray() });
        bytes.Parameters.Add(StoreTransaction.Wei(signed.Nonce));
        bytes.Parameters.Add(StoreTransaction.Wei(signed.Fees?.MaxFee));
        bytes.Parameters.Add(StoreTransaction.Wei(signed.Fees?.Tip));
        bytes.Parameters.Add(
            new() { Value = signed.Terms.Json, NpgsqlDbType = NpgsqlDbType.Jsonb }
        );
        bytes.Parameters.Add(new() { Value = signed.Sender });
        return bytes;
    }

    private static NpgsqlBatchCommand Command(string sql, NewAttempt attempt)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = attempt.Transaction.Id });
        command.Parameters.Add(new() { Value = attempt.Transaction.Token });
        command.Parameters.Add(new() { Value = SnakeCase.Of(attempt.Signed.Kind) });
        return command;
    }
}

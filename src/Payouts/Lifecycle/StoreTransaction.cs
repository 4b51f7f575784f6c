using Npgsql;
using NpgsqlTypes;
using Settlement.Chains;
using Settlement.Payouts.Database;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Stores a signed transaction before its first byte leaves: place on the chain, riders, bytes, nonce. One commit.</summary>
public sealed class StoreTransaction(NpgsqlDataSource database)
{
    private const string Place = """
        -- StoreTransaction: the place, and with it the nonce (guard_transaction)
        INSERT INTO chain_transactions (network, sender, nonce, last_valid_block_height, due_at, safe_after, lease_owner)
        SELECT $1, $2, $3, $4, now() + $5, now() + $6, $7
         WHERE NOT EXISTS (SELECT FROM pauses WHERE scope IN ('all', $1))
        RETURNING id
        """;

    private const string Riders = """
        -- StoreTransaction: the riders, each under its fencing token (guard_ride)
        INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
        SELECT $1, v.position - 1, v.payout_id, v.token
          FROM unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS v (payout_id, token, position)
        """;

    private const string Bytes = """
        -- StoreTransaction: the signed bytes
        INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, nonce, lease_token, terms, signed_by, max_fee, tip)
        VALUES ($1, 1, $2, $3, $4, $5, 1, $6, $7, $8, $9)
        """;

    /// <summary>Stores it, or nothing.</summary>
    public async Task<OpenOutcome> ExecuteAsync(NewTransaction transaction, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
        try
        {
            long? id = await StorePlaceAsync(connection, transaction, ct);
            if (id is null)
                return OpenOutcome.Fenced.Instance;
            await StoreRidersAndBytesAsync(connection, id.Value, transaction, ct);
            await commit.CommitAsync(ct);
            return new OpenOutcome.Opened(id.Value);
        }
        catch (PostgresException e) when (e.SqlState is SqlStates.NonceTaken)
        {
            return OpenOutcome.NonceTaken.Instance;
        }
        catch (PostgresException e)
            when (e.SqlState is SqlStates.SpendLimit or SqlStates.DeadlockDetected)
        {
            return OpenOutcome.OverLimit.Instance;
        }
        catch (PostgresException e)
            when (e.SqlState is SqlStates.StaleToken or SqlStates.UniqueViolation)
        {
            // A unique violation here is ux_payout_rides_once or ux_attempts_hash: it rides already.
            return OpenOutcome.Fenced.Instance;
        }
    }

    private static async Task<long?> StorePlaceAsync(
        NpgsqlConnection connection,
        NewTransaction transaction,
        CancellationToken ct
    )
    {
        SignedTransaction signed = transaction.Signed;
        await using var command = new NpgsqlCommand(Place, connection);
        command.Parameters.Add(new() { Value = transaction.Network.Name });
        command.Parameters.Add(new() { Value = signed.Sender });
        command.Parameters.Add(
            Nullable(signed.Nonce is { } nonce ? (decimal)nonce : null, NpgsqlDbType.Numeric)
        );
        command.Parameters.Add(
            Nullable(
                signed.LastValidBlockHeight is { } height ? checked((long)height) : null,
                NpgsqlDbType.Bigint
            )
        );
        command.Parameters.Add(new() { Value = transaction.FirstLook });
        command.Parameters.Add(Nullable(signed.ExpiresWithin, NpgsqlDbType.Interval));
        command.Parameters.Add(new() { Value = transaction.Owner });
        return (long?)await command.ExecuteScalarAsync(ct);
    }

    private static async Task StoreRidersAndBytesAsync(
        NpgsqlConnection connection,
        long id,
        NewTransaction transaction,
        CancellationToken ct
    )
    {
        SignedTransaction signed = transaction.Signed;
        await using var batch = new NpgsqlBatch(connection);
        var riders = new NpgsqlBatchCommand(Riders);
        riders.Parameters.Add(new() { Value = id });
        riders.Parameters.Add(new() { Value = transaction.Riders.Select(p => p.Id).ToArray() });
        riders.Parameters.Add(new() { Value = transaction.Riders.Select(p => p.Token).ToArray() });
        batch.BatchCommands.Add(riders);

        var bytes = new NpgsqlBatchCommand(Bytes);
        bytes.Parameters.Add(new() { Value = id });
        bytes.Parameters.Add(new() { Value = transaction.Network.Name });
        bytes.Parameters.Add(new() { Value = signed.TransactionId });
        bytes.Parameters.Add(new() { Value = signed.Bytes.ToArray() });
        bytes.Parameters.Add(
            Nullable(signed.Nonce is { } nonce ? (decimal)nonce : null, NpgsqlDbType.Numeric)
        );
        bytes.Parameters.Add(
            new() { Value = signed.Terms.Json, NpgsqlDbType = NpgsqlDbType.Jsonb }
        );
        bytes.Parameters.Add(new() { Value = signed.Sender });
        bytes.Parameters.Add(Wei(signed.Fees?.MaxFee));
        bytes.Parameters.Add(Wei(signed.Fees?.Tip));
        batch.BatchCommands.Add(bytes);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>numeric(39,0): what 128 bits hold is more than a decimal does.</summary>
    internal static NpgsqlParameter Wei(UInt128? value) =>
        Nullable(value is { } wei ? (System.Numerics.BigInteger)wei : null, NpgsqlDbType.Numeric);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Payouts.Operations;

/// <summary>Answers that were given under an idempotency key.</summary>
/// <remarks>They are written in the commit of the change that they tell of: see <see cref="OperatorWord.Key"/>.</remarks>
public sealed class StoredAnswers(NpgsqlDataSource database)
{
    private const string Sql = """
        -- StoredAnswers: find
        SELECT request_hash, status_code, body FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3
        """;

    private const string AddSql = """
        -- StoredAnswers: add
        INSERT INTO idempotency_keys (principal, route, key, request_hash, status_code, body) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Changes something and stores the answer that tells of it, in one commit.</summary>
    /// <param name="change">Writes by this connection, in a transaction that is open on it.</param>
    /// <param name="answer">What to store; null where the change was refused or nobody gave a key.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <param name="isKept">Whether to commit what was written; null: always.</param>
    /// <returns>What the change returned; null when a twin with the same key was first, and nothing was written.</returns>
    public Task<T?> ChangeAsync<T>(
        Func<NpgsqlConnection, Task<T>> change,
        Func<T, StoredAnswer?> answer,
        CancellationToken ct,
        Func<T, bool>? isKept = null
    )
        where T : class =>
        Retry.OnConflictAsync(
            async () =>
            {
                await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
                await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
                T result = await change(connection);
                if (isKept?.Invoke(result) is false)
                    return result;
                if (answer(result) is { } stored && !await AddAsync(connection, stored, ct))
                    return null;
                await commit.CommitAsync(ct);
                return result;
            },
            ct
        );

    /// <summary>Stores an answer in the transaction of the change that it tells of.</summary>
    /// <returns>False when a twin with the same key has committed first: the change must be rolled back.</returns>
    private static async Task<bool> AddAsync(
        NpgsqlConnection connection,
        StoredAnswer answer,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(AddSql, connection);
        command.Parameters.Add(new() { Value = answer.Principal });
        command.Parameters.Add(new() { Value = answer.Route });
        command.Parameters.Add(new() { Value = answer.Key });
        command.Parameters.Add(new() { Value = answer.RequestHash });
        command.Parameters.Add(new() { Value = answer.StatusCode });
        command.Parameters.Add(new() { Value = answer.Body });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Takes a key for a request that changes many things in many commits, before the first of them.</summary>
    /// <returns>Whether the key stands for this very request, now or since an earlier time.</returns>
    public async Task<bool> ClaimAsync(StoredAnswer answer, CancellationToken ct)
    {
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(ct))
        {
            if (await AddAsync(connection, answer, ct))
                return true;
        }
        StoredAnswer? stored = await FindAsync(answer.Principal, answer.Route, answer.Key, ct);
        return stored!.RequestHash.AsSpan().SequenceEqual(answer.RequestHash);
    }

    /// <summary>Looks for an earlier answer.</summary>
    /// <returns>The answer as stored, with its own request hash; null when the key is new.</returns>
    public async Task<StoredAnswer?> FindAsync(
        string principal,
        string route,
        string key,
        CancellationToken ct
    )
    {
        await using NpgsqlCommand command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = principal });
        command.Parameters.Add(new() { Value = route });
        command.Parameters.Add(new() { Value = key });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new StoredAnswer(
                principal,
                route,
                key,
                await row.GetFieldValueAsync<byte[]>(0, ct),
                row.GetInt32(1),
                row.GetString(2)
            )
            : null;
    }
}

using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Questions to the chain whether somebody's transaction paid a payout. Who asks reaches no node: a worker answers.</summary>
public sealed class TransferChecks(NpgsqlDataSource database)
{
    private const int Most = 4;

    // A worker that died over a question leaves it to another.
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    // An answer that can no longer change is given again; whatever may have changed since is asked anew.
    private const string AskSql = """
        -- TransferChecks: ask
        WITH known AS (
            SELECT id FROM transfer_checks
             WHERE payout_id = @PayoutId AND tx_hash = @TxHash
               AND coalesce(answer, 'waiting') NOT IN ('not_final', 'not_found', 'unknown')
             ORDER BY id DESC LIMIT 1
        ), asked AS (
            INSERT INTO transfer_checks (payout_id, tx_hash, asked_by, request_id)
            SELECT id, @TxHash, @Actor, @RequestId FROM payouts
             WHERE id = @PayoutId AND completed_at IS NULL AND NOT EXISTS (SELECT FROM known)
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT id FROM known UNION ALL SELECT id FROM asked
        """;

    private const string ReadSql = """
        -- TransferChecks: read
        SELECT id, answer, detail, transaction_id FROM transfer_checks WHERE id = @Id
        """;

    private const string TakeSql = """
        -- TransferChecks: take
        UPDATE transfer_checks c SET taken_at = now() FROM payouts p
         WHERE p.id = c.payout_id AND c.id = ANY (ARRAY(
               SELECT w.id FROM transfer_checks w JOIN payouts q ON q.id = w.payout_id
                WHERE w.answer IS NULL AND q.network = @Network AND (w.taken_at IS NULL OR w.taken_at < now() - @Lease)
                ORDER BY w.id LIMIT @Most FOR NO KEY UPDATE OF w SKIP LOCKED))
        RETURNING c.id, c.tx_hash, p.number, p.address, p.amount_micro, p.asset_address
        """;

    private const string AnswerSql = """
        -- TransferChecks: answer
        UPDATE transfer_checks
           SET answer = @Answer, detail = @Detail, transaction_id = @TransactionId, places = @Places, evidence = @Evidence::jsonb,
               answered_by = @AnsweredBy, answered_at = now()
         WHERE id = @Id AND answer IS NULL
        """;

    /// <summary>Asks, unless the same is asked already or has an answer that can no longer change.</summary>
    /// <returns>The question; null when there is no such payout, or it has ended.</returns>
    public async Task<long?> AskAsync(
        Guid payoutId,
        string txHash,
        string actor,
        string? requestId,
        CancellationToken ct
    )
    {
        var values = new
        {
            PayoutId = payoutId,
            TxHash = txHash,
            Actor = actor,
            RequestId = requestId,
        };
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        var ask = new CommandDefinition(AskSql, values, cancellationToken: ct);
        // Another who asked the same at the same moment was first: the second look finds that question.
        return await connection.QuerySingleOrDefaultAsync<long?>(ask)
            ?? await connection.QuerySingleOrDefaultAsync<long?>(ask);
    }

    /// <summary>Reads a question and what was answered so far.</summary>
    public async Task<TransferCheck> ReadAsync(long id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<TransferCheck>(
            new CommandDefinition(ReadSql, new { Id = id }, cancellationToken: ct)
        );
    }

    /// <summary>Takes up questions of a network that wait, the oldest first.</summary>
    public async Task<IReadOnlyList<TransferQuestion>> TakeAsync(
        NetworkId network,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<TransferQuestion>(
                new CommandDefinition(
                    TakeSql,
                    new
                    {
                        Network = network.Name,
                        Lease = s_lease,
                        Most,
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    /// <summary>Writes an answer, unless there is one.</summary>
    public async Task AnswerAsync(
        long id,
        TransferSighting seen,
        string answeredBy,
        CancellationToken ct
    )
    {
        var made = seen as TransferSighting.Made;
        (string answer, string? detail, Evidence? proof) = Words(seen);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                AnswerSql,
                new
                {
                    Id = id,
                    Answer = answer,
                    Detail = detail,
                    made?.TransactionId,
                    Places = made?.Places.ToArray(),
                    Evidence = proof?.Json,
                    AnsweredBy = answeredBy,
                },
                cancellationToken: ct
            )
        );
    }

    private static (string Answer, string? Detail, Evidence? Proof) Words(TransferSighting seen) =>
        seen switch
        {
            TransferSighting.Made made => (TransferCheck.Made, null, made.Proof),
            TransferSighting.Other other => (
                $"other_{SnakeCase.Of(other.Difference)}",
                other.Detail,
                other.Proof
            ),
            TransferSighting.Failed failed => ("failed", failed.Detail, failed.Proof),
            TransferSighting.Pending pending => ("not_final", pending.Detail, null),
            TransferSighting.Missing missing => ("not_found", missing.Detail, null),
            TransferSighting.Unknown unknown => (TransferCheck.Unknown, unknown.Cause, null),
            _ => throw new InvalidOperationException("The union has six cases."),
        };
}

/// <summary>A question, and what was answered.</summary>
public sealed record TransferCheck
{
    /// <summary>The answer: final, and exactly this transfer is in it.</summary>
    public const string Made = "made";

    /// <summary>The answer: nothing follows.</summary>
    public const string Unknown = "unknown";

    /// <summary>Its id.</summary>
    public required long Id { get; init; }

    /// <summary><c>made</c>, <c>other_amount</c>, <c>other_destination</c>, <c>other_asset</c>, <c>failed</c>, <c>not_final</c>,
    /// <c>not_found</c> or <c>unknown</c>; null: nobody has answered yet.</summary>
    public string? Answer { get; init; }

    /// <summary>For people.</summary>
    public string? Detail { get; init; }

    /// <summary>The transaction in the network's own spelling; only when it was made.</summary>
    public string? TransactionId { get; init; }
}

/// <summary>What a worker is asked.</summary>
public sealed record TransferQuestion
{
    /// <summary>Its id.</summary>
    public required long Id { get; init; }

    /// <summary>As a person wrote it.</summary>
    public required string TxHash { get; init; }

    /// <summary>The payout's number.</summary>
    public required long Number { get; init; }

    /// <summary>Where it was to go.</summary>
    public required string Address { get; init; }

    /// <summary>Micro-units.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>Token contract or mint.</summary>
    public required string AssetAddress { get; init; }
}

using Dapper;
using Npgsql;
using Settlement.Payouts.Database;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Ends one payout under its locks, and says why where it may not end.</summary>
internal static class OnePayout
{
    private const string LockPayout = """
        -- OnePayout: one at a time
        SELECT FROM payouts WHERE id = @Id FOR NO KEY UPDATE
        """;

    private const string Explain = """
        -- OnePayout: why it was refused
        SELECT p.status, p.tx_hash, a.hash AS live_hash, t.safe_after,
               EXISTS (SELECT FROM attempts o JOIN transaction_payouts ride USING (transaction_id)
                        WHERE ride.payout_id = p.id AND ride.outcome IS NULL AND o.hash IN (@TxHash, lower(@TxHash))) AS is_ours,
               EXISTS (SELECT FROM attempts o JOIN transaction_payouts ride USING (transaction_id)
                        WHERE ride.payout_id = p.id AND ride.outcome = 'not_paid' AND o.hash IN (@TxHash, lower(@TxHash))) AS is_unpaid
          FROM payouts p
          LEFT JOIN transaction_payouts r ON r.payout_id = p.id AND r.outcome IS NULL
          LEFT JOIN chain_transactions t ON t.id = r.transaction_id
          LEFT JOIN LATERAL (SELECT hash FROM attempts WHERE transaction_id = t.id ORDER BY sequence DESC LIMIT 1) a ON true
         WHERE p.id = @Id AND (@UserId::uuid IS NULL OR p.user_id = @UserId)
        """;

    /// <summary>Runs a guarded statement that ends the payout and returns its id.</summary>
    /// <param name="database">Where.</param>
    /// <param name="id">The payout.</param>
    /// <param name="sql">Writes the status and its event, or nothing.</param>
    /// <param name="parameters">Of the statement.</param>
    /// <param name="question">What a refusal must know of the request.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public static Task<TransitionResult> EndAsync(
        NpgsqlDataSource database,
        Guid id,
        string sql,
        object parameters,
        Question question,
        CancellationToken ct
    ) =>
        Retry.OnConflictAsync(
            async () =>
            {
                await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
                await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
                await LockAccountsAsync(connection, [id], ct);
                // Waits for a worker that is storing a ride: the next statements see it, and nothing changes between them.
                await connection.ExecuteAsync(
                    new CommandDefinition(LockPayout, new { Id = id }, cancellationToken: ct)
                );
                Guid? ended = await connection.QuerySingleOrDefaultAsync<Guid?>(sql, parameters);
                if (ended is null)
                    return await ExplainAsync(connection, id, question);
                await commit.CommitAsync(ct);
                return TransitionResult.Applied.Instance;
            },
            ct
        );

    public static Task<int> LockAccountsAsync(
        NpgsqlConnection connection,
        Guid[] payouts,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                "SELECT lock_accounts_of(@Payouts)",
                new { Payouts = payouts },
                cancellationToken: ct
            )
        );

    private static async Task<TransitionResult> ExplainAsync(
        NpgsqlConnection connection,
        Guid id,
        Question question
    )
    {
        RefusalRow? found = await connection.QuerySingleOrDefaultAsync<RefusalRow>(
            Explain,
            new
            {
                Id = id,
                question.UserId,
                question.TxHash,
            }
        );
        if (found is null)
            return TransitionResult.NotFound.Instance;
        PayoutStatus status = PayoutStatusNames.Parse(found.Status);
        if (PayoutTransitions.IsFinal(status))
            return new TransitionResult.Refused(RefusedBecause.Final, status, found.TxHash, null);
        return found switch
        {
            { IsOurs: true } => new TransitionResult.Refused(
                RefusedBecause.AwaitingFinality,
                status,
                found.LiveHash,
                null
            ),
            { LiveHash: not null } => new TransitionResult.Refused(
                RefusedBecause.TransactionInFlight,
                status,
                found.LiveHash,
                found.SafeAfter
            ),
            { IsUnpaid: true } => new TransitionResult.Refused(
                RefusedBecause.ProvenUnpaid,
                status,
                null,
                null
            ),
            _ => new TransitionResult.Refused(RefusedBecause.TakenUp, status, null, null),
        };
    }

    private sealed record RefusalRow
    {
        public required string Status { get; init; }
        public string? TxHash { get; init; }
        public string? LiveHash { get; init; }
        public DateTimeOffset? SafeAfter { get; init; }
        public bool IsOurs { get; init; }
        public bool IsUnpaid { get; init; }
    }
}

/// <summary>What a refusal must know of the request.</summary>
/// <param name="UserId">Another user's payout is not found; null: anybody's is.</param>
/// <param name="TxHash">The hash that was stated; it may be ours.</param>
internal readonly record struct Question(Guid? UserId = null, string? TxHash = null);

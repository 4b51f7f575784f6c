using Dapper;
using Npgsql;
using Settlement.Payouts.Database;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Changes one payout under its locks by a person's word, and says why where it may not be.</summary>
internal static class OnePayout
{
    private const string LockPayout = """
        -- OnePayout: one at a time
        SELECT version FROM payouts WHERE id = @Id FOR NO KEY UPDATE
        """;

    private const string Explain = $"""
        -- OnePayout: why it was refused
        SELECT p.status, p.version, p.tx_hash, a.hash AS live_hash, t.safe_after, p.held_at IS NOT NULL AS is_held,
               p.amount_micro > approval_threshold(p.network) AS is_above, p.approved_by,
               coalesce(p.approved_by = principal_of(@By), false) AS is_own_approval,
               CASE WHEN t.last_observation LIKE '{NextLook.Contradiction}%' THEN t.id END AS contradicted_id,
               t.nonce IS NOT NULL AS has_nonce, coalesce(t.included, false) AS is_included, t.asked, r.cancel_asked_by IS NOT NULL AS is_cancelling,
               coalesce(t.last_observation LIKE '{NextLook.FeeCap}%', false) AS is_at_cap, paid_elsewhere(p.id),
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

    /// <summary>Runs a guarded statement that changes the payout and returns its id.</summary>
    /// <param name="database">Where.</param>
    /// <param name="id">The payout.</param>
    /// <param name="sql">Writes the change and its event, or nothing.</param>
    /// <param name="parameters">Of the statement.</param>
    /// <param name="question">What a refusal must know of the request.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public static Task<TransitionResult> ChangeAsync(
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
                int? version = await connection.QuerySingleOrDefaultAsync<int?>(
                    new CommandDefinition(LockPayout, new { Id = id }, cancellationToken: ct)
                );
                bool isOutdated =
                    question.Version is { } expected && version is not null && version != expected;
                try
                {
                    Guid? changed = isOutdated
                        ? null
                        : await connection.QuerySingleOrDefaultAsync<Guid?>(sql, parameters);
                    if (changed is null)
                        return await ExplainAsync(connection, id, question, isOutdated);
                    if (question.Then is { } then)
                        await connection.ExecuteAsync(then, parameters);
                    await commit.CommitAsync(ct);
                }
                catch (PostgresException e) when (StoredAnswer.IsTaken(e))
                {
                    return TransitionResult.KeyTaken.Instance;
                }
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
        Question question,
        bool isOutdated
    )
    {
        RefusalRow? found = await connection.QuerySingleOrDefaultAsync<RefusalRow>(
            Explain,
            new
            {
                Id = id,
                question.UserId,
                question.TxHash,
                question.By,
            }
        );
        if (found is null)
            return TransitionResult.NotFound.Instance;
        RefusedBecause because = isOutdated
            ? RefusedBecause.VersionMismatch
            : Because(found, question);
        bool isInFlight =
            because
            is RefusedBecause.TransactionInFlight
                or RefusedBecause.AwaitingFinality
                or RefusedBecause.ChainContradicts
                or RefusedBecause.AlreadyIncluded
                or RefusedBecause.AlreadyAsked
                or RefusedBecause.FeeCap;
        return new TransitionResult.Refused(
            because,
            PayoutStatusNames.Parse(found.Status),
            because is RefusedBecause.Final ? found.TxHash
                : because is RefusedBecause.PaidElsewhere ? found.PaidElsewhere
                : isInFlight ? found.LiveHash
                : null,
            because is RefusedBecause.TransactionInFlight ? found.SafeAfter : null
        )
        {
            Version = isOutdated ? found.Version : null,
            ContradictedId = isInFlight ? found.ContradictedId : null,
        };
    }

    private static RefusedBecause Because(RefusalRow found, Question question) =>
        (found, question.Asks) switch
        {
            _ when PayoutTransitions.IsFinal(PayoutStatusNames.Parse(found.Status)) =>
                RefusedBecause.Final,
            (_, Asked.Approve) => RefusedBecause.ApprovalNotRequired,
            (_, Asked.Release) => RefusedBecause.NotOnHold,
            ({ IsHeld: true }, Asked.Hold or Asked.Requeue) => RefusedBecause.OnHold,
            ({ PaidElsewhere: not null }, Asked.End or Asked.ForceFailure) =>
                RefusedBecause.PaidElsewhere,
            ({ IsAbove: true, ApprovedBy: null }, Asked.ForceFailure) =>
                RefusedBecause.AwaitingApproval,
            ({ IsAbove: true }, Asked.ForceFailure) => RefusedBecause.SelfApproval,
            ({ ContradictedId: not null }, _) => RefusedBecause.ChainContradicts,
            (_, Asked.SpeedUp or Asked.CancelInFlight) => BecauseOfItsPlace(found, question.Asks),
            ({ IsOurs: true }, _) => RefusedBecause.AwaitingFinality,
            ({ LiveHash: not null }, _) => RefusedBecause.TransactionInFlight,
            ({ IsUnpaid: true }, _) => RefusedBecause.ProvenUnpaid,
            (
                { IsAbove: true, ApprovedBy: null },
                Asked.Requeue
                    or Asked.EndAsPaid
                    or Asked.EndAsVerified
            ) => RefusedBecause.AwaitingApproval,
            ({ IsAbove: true, IsOwnApproval: true }, Asked.EndAsVerified)
            or ({ IsAbove: true }, Asked.EndAsPaid) => RefusedBecause.SelfApproval,
            (_, Asked.EndAsVerified) => RefusedBecause.TransferCounted,
            (_, Asked.Check) => RefusedBecause.NothingToCheck,
            _ => RefusedBecause.TakenUp,
        };

    private static RefusedBecause BecauseOfItsPlace(RefusalRow found, Asked asks) =>
        found switch
        {
            { LiveHash: null } => RefusedBecause.NothingToCheck,
            { HasNonce: false } => RefusedBecause.NotReplaceable,
            { IsIncluded: true } => RefusedBecause.AlreadyIncluded,
            { IsCancelling: true } => RefusedBecause.AlreadyAsked,
            _ when asks == Asked.SpeedUp && found.Asked is not null => RefusedBecause.AlreadyAsked,
            { IsAtCap: true } => RefusedBecause.FeeCap,
            _ => RefusedBecause.TransactionInFlight,
        };

    private sealed record RefusalRow
    {
        public required string Status { get; init; }
        public required int Version { get; init; }
        public string? TxHash { get; init; }
        public string? LiveHash { get; init; }
        public DateTimeOffset? SafeAfter { get; init; }
        public bool IsHeld { get; init; }
        public bool IsAbove { get; init; }
        public string? ApprovedBy { get; init; }
        public bool IsOwnApproval { get; init; }
        public long? ContradictedId { get; init; }
        public bool HasNonce { get; init; }
        public bool IsIncluded { get; init; }
        public bool IsAtCap { get; init; }
        public bool IsCancelling { get; init; }
        public string? Asked { get; init; }
        public string? PaidElsewhere { get; init; }
        public bool IsOurs { get; init; }
        public bool IsUnpaid { get; init; }
    }
}

/// <summary>What is asked for, as far as a refusal depends on it.</summary>
internal enum Asked
{
    /// <summary>To fail or cancel it, with nothing of ours live.</summary>
    End,

    /// <summary>To believe a hash.</summary>
    EndAsPaid,

    /// <summary>To believe a hash because the chain shows the transfer.</summary>
    EndAsVerified,

    /// <summary>To fail it although a transaction may land.</summary>
    ForceFailure,

    Hold,
    Release,
    Requeue,
    Approve,
    Check,

    /// <summary>A higher price for the transaction that carries it.</summary>
    SpeedUp,

    /// <summary>A cancel at the nonce of the transaction that carries it.</summary>
    CancelInFlight,
}

/// <summary>What a refusal must know of the request.</summary>
/// <param name="Asks">What is asked for.</param>
/// <param name="UserId">Another user's payout is not found; null: anybody's is.</param>
/// <param name="TxHash">The hash that was stated; it may be ours.</param>
/// <param name="Version">The version that the caller has seen; null: any.</param>
/// <param name="By">Who asks; it may be who approved it.</param>
internal readonly record struct Question(
    Asked Asks = Asked.End,
    Guid? UserId = null,
    string? TxHash = null,
    int? Version = null,
    string? By = null
)
{
    /// <summary>Written in the same commit after the change itself; null: nothing more.</summary>
    public string? Then { get; init; }
}

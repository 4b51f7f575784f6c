using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Database;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Ends a payout. The only code that writes <c>sent</c> or <c>failed</c>: worker and operators call it alike.</summary>
/// <remarks>The money moves with the status, by the schema's own trigger. What is unknown has no way in: the chain's word comes
/// as a <see cref="Conclusion"/>, an operator's word is refused while a transaction may land. See docs/payout-lifecycle.md.</remarks>
public sealed class FinalizePayout(NpgsqlDataSource database)
{
    private const string DecideTransactions = """
        -- FinalizePayout: the transactions, fenced
        UPDATE chain_transactions t
           SET state = v.state, landed_hash = v.hash, proof = v.proof::jsonb, decided_at = now(), decided_by = @DecidedBy,
               observations = t.observations + 1, last_observation = v.state, observed_at = now()
          FROM unnest(@Ids, @Tokens, @States, @Hashes, @Proofs) AS v (id, token, state, hash, proof)
         WHERE t.id = v.id AND t.lease_token = v.token AND t.state = 'open'
        RETURNING t.id
        """;

    private const string DecideRides = """
        -- FinalizePayout: the riders
        UPDATE transaction_payouts r
           SET outcome = v.outcome, evidence = v.evidence::jsonb
          FROM unnest(@TransactionIds, @Positions, @Outcomes, @Evidences) AS v (id, position, outcome, evidence)
         WHERE r.transaction_id = v.id AND r.position = v.position AND v.id = ANY (@Decided)
        """;

    private const string MarkPaid = """
        -- FinalizePayout: processing → sent
        WITH ended AS (
            UPDATE payouts p
               SET status = 'sent', settled_by = CASE WHEN t.decided_by IS NULL THEN 'chain' ELSE 'operator' END, tx_hash = t.landed_hash, completed_at = now(),
                   park_reason = NULL, park_detail = NULL, parked_at = NULL
              FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
             WHERE r.transaction_id = ANY (@Decided) AND r.outcome = 'paid'
               AND p.id = r.payout_id AND p.status = 'processing'
            RETURNING p.id, p.version, jsonb_build_object('transaction', t.proof, 'transfer', r.evidence)
                      || CASE WHEN r.cancel_asked_by IS NULL THEN '{}' ELSE jsonb_build_object('cancel', 'too late', 'asked_by', r.cancel_asked_by) END
                      AS evidence
        )
        INSERT INTO payout_events (payout_id, version, action, actor, evidence)
        SELECT id, version, 'sent', @Actor, evidence FROM ended
        """;

    // Failed by force while this transaction was live: the chain has now said where the money went.
    private const string ResolveHeldRefunds = """
        -- FinalizePayout: held refunds
        WITH resolved AS (
            UPDATE payouts p
               SET refund_held = false,
                   tx_hash     = CASE WHEN r.outcome = 'paid' THEN t.landed_hash END,
                   conflict_at = CASE WHEN r.outcome = 'paid' THEN now() END
              FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
             WHERE r.transaction_id = ANY (@Decided) AND p.id = r.payout_id AND p.refund_held
            RETURNING p.id, p.version, p.conflict_at, t.proof
        )
        INSERT INTO payout_events (payout_id, version, action, actor, evidence)
        SELECT id, version, CASE WHEN conflict_at IS NULL THEN 'refund_released' ELSE 'conflict' END, @Actor, proof FROM resolved
        """;

    // Who may have been paid by another transaction waits for a person, with the reason.
    private const string BackInTheQueue = """
        -- FinalizePayout: not paid by this transaction
        WITH back AS (
            UPDATE payouts p
               SET due_at = now() + v.retry_after, failed_rides = p.failed_rides + v.failed_rides,
                   park_reason = CASE WHEN v.wait_detail IS NOT NULL THEN 'needs_operator' END, park_detail = left(v.wait_detail, 500),
                   parked_at = CASE WHEN v.wait_detail IS NOT NULL THEN now() END
              FROM unnest(@RetryIds, @RetryPositions, @RetryAfters, @FailedRides, @WaitDetails)
                   AS v (id, position, retry_after, failed_rides, wait_detail)
              JOIN transaction_payouts r ON r.transaction_id = v.id AND r.position = v.position
             WHERE v.id = ANY (@Decided) AND r.outcome = 'not_paid' AND p.id = r.payout_id AND p.status = 'processing'
            RETURNING p.id, p.version, p.park_reason, p.park_detail, r.evidence
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason, evidence)
        SELECT id, version, 'parked', @Actor, park_reason, jsonb_build_object('detail', park_detail, 'transfer', evidence)
          FROM back WHERE park_reason IS NOT NULL
        """;

    private const string FailUnsigned = """
        -- FinalizePayout: processing → failed, before anything was signed
        WITH ended AS (
            UPDATE payouts p
               SET status = 'failed', settled_by = 'chain', failure_code = @Code, note = @Message, completed_at = now(),
                   park_reason = NULL, park_detail = NULL, parked_at = NULL
             WHERE p.id = @Id AND p.status = 'processing' AND p.lease_token = @Token
               AND NOT EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = p.id AND r.outcome IS NULL)
            RETURNING p.id, p.version
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason)
        SELECT id, version, 'failed', @Actor, @Message FROM ended
        RETURNING payout_id
        """;

    // The transfer that the chain showed and that has paid nobody else yet. What our own transactions hold is counted already; what
    // others said by hand of the same transaction, amount and address, without a look, may be any of its transfers.
    private const string Verified = """
        verified AS (
            SELECT c.id, p.network, c.transaction_id, c.evidence, c.answered_at, free.place
              FROM transfer_checks c JOIN payouts p ON p.id = c.payout_id
             CROSS JOIN LATERAL (
                   SELECT u.place FROM unnest(c.places) WITH ORDINALITY AS u (place, nth)
                    WHERE NOT EXISTS (SELECT FROM paid_transfers t
                                       WHERE t.network = p.network AND t.tx_hash = c.transaction_id AND t.place = u.place)
                    ORDER BY u.nth LIMIT 1) free
             WHERE c.id = @CheckId AND c.payout_id = @Id AND c.answer = 'made' AND c.transaction_id = @TxHash
               AND NOT EXISTS (SELECT FROM attempts a WHERE a.network = p.network AND a.hash = c.transaction_id)
               AND cardinality(c.places) > (
                   SELECT count(*) FROM payouts o
                    WHERE o.settled_by = 'operator' AND o.tx_hash IN (c.transaction_id, c.tx_hash) AND o.network = p.network
                      AND o.amount_micro = p.amount_micro AND comparable_address(o.address) = comparable_address(p.address))
        )
        """;

    // A hash of ours that is proven not to have paid this payout cannot be the one that paid it. Above the threshold an override
    // takes two people: it needs the approval of somebody else. What was paid by a transaction that was forgotten does not fail.
    private const string OperatorSays = $"""
        -- FinalizePayout: an operator's word, with nothing of ours live
        WITH {Verified}, changed AS (
            UPDATE payouts p
               SET status = @Status, settled_by = 'operator', tx_hash = @TxHash, failure_code = @FailureCode, note = @Note,
                   internal_note = coalesce(@InternalNote, p.internal_note), completed_at = now(), refund_held = @Force AND live.yes,
                   park_reason = NULL, park_detail = NULL, parked_at = NULL, held_at = NULL, held_by = NULL, hold_reason = NULL
              FROM (SELECT EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = @Id AND r.outcome IS NULL)) AS live (yes)
             WHERE p.id = @Id AND p.status IN ('requested', 'processing') AND (@Force OR NOT live.yes)
               AND NOT EXISTS (SELECT FROM attempts o JOIN transaction_payouts ride USING (transaction_id)
                                WHERE ride.payout_id = @Id AND ride.outcome = 'not_paid' AND o.hash IN (@TxHash, lower(@TxHash)))
               AND (NOT @IsOverride OR p.amount_micro <= approval_threshold(p.network) OR p.approved_by <> principal_of(@Actor))
               AND (@CheckId::bigint IS NULL OR EXISTS (SELECT FROM verified))
               AND (@TxHash::text IS NOT NULL OR paid_elsewhere(p.id) IS NULL)
            RETURNING p.id, p.version, p.refund_held
        ), counted AS (
            INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id)
            SELECT v.network, v.transaction_id, v.place, changed.id, v.id FROM changed CROSS JOIN verified v
        ), {StoredAnswerParameters.Keyed}
        INSERT INTO payout_events (payout_id, version, action, actor, reason, evidence, request_id)
        SELECT id, version, @Status, @Actor, coalesce(@Note, @InternalNote),
               jsonb_strip_nulls(jsonb_build_object('tx_hash', @TxHash, 'forced', CASE WHEN @Force THEN true END,
                                                    'refund_held', CASE WHEN refund_held THEN true END,
                                                    'verified', (SELECT jsonb_build_object('check_id', v.id, 'place', v.place,
                                                       'seen_at', v.answered_at, 'proof', v.evidence) FROM verified v))), @RequestId
          FROM changed
        RETURNING payout_id
        """;

    /// <summary>Writes the chain's verdicts, each fenced by its transaction's token: landed riders become sent, all others go
    /// back in the queue.</summary>
    /// <param name="conclusions">Verdicts on different transactions.</param>
    /// <param name="actor">For the history: "worker:name".</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>How many were written; the others had been decided or taken up by somebody else.</returns>
    public async Task<int> FromChainAsync(
        IReadOnlyList<Conclusion> conclusions,
        string actor,
        CancellationToken ct
    )
    {
        var rows = ConclusionRows.From(conclusions);
        return await Retry.OnConflictAsync(
            async () =>
            {
                await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
                await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
                await OnePayout.LockAccountsAsync(connection, rows.Payouts, ct);
                int decided = await WriteAsync(connection, rows, actor, decidedBy: null);
                await commit.CommitAsync(ct);
                return decided;
            },
            ct
        );
    }

    /// <summary>Writes verdicts in a transaction of the caller's, who holds the locks of the riders' accounts.</summary>
    /// <param name="connection">With its transaction.</param>
    /// <param name="rows">The verdicts.</param>
    /// <param name="actor">For the history.</param>
    /// <param name="decidedBy">The person whose word stands in the place of a proof; null: the chain.</param>
    /// <returns>How many were written.</returns>
    internal static async Task<int> WriteAsync(
        NpgsqlConnection connection,
        ConclusionRows rows,
        string actor,
        string? decidedBy
    )
    {
        long[] decided = (
            await connection.QueryAsync<long>(
                DecideTransactions,
                new
                {
                    rows.Ids,
                    rows.Tokens,
                    rows.States,
                    rows.Hashes,
                    rows.Proofs,
                    DecidedBy = decidedBy,
                }
            )
        ).ToArray();
        if (decided.Length > 0)
        {
            await connection.ExecuteAsync(
                $"{DecideRides};\n{MarkPaid};\n{CancelPayout.CalledOff};\n{ResolveHeldRefunds};\n{BackInTheQueue}",
                rows.Parameters(decided, actor)
            );
        }
        return decided.Length;
    }

    /// <summary>Fails a payout that can never be paid and for which nothing is signed.</summary>
    /// <param name="payout">As it was claimed; refused when its token is stale.</param>
    /// <param name="code">The reason for programs.</param>
    /// <param name="message">The reason for the user.</param>
    /// <param name="actor">For the history.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public Task<TransitionResult> BeforeSigningAsync(
        ClaimedPayout payout,
        FailureCode code,
        string message,
        string actor,
        CancellationToken ct
    ) =>
        OnePayout.ChangeAsync(
            database,
            payout.Id,
            FailUnsigned,
            new
            {
                payout.Id,
                payout.Token,
                Code = SnakeCase.Of(code),
                Message = message,
                Actor = actor,
            },
            default,
            ct
        );

    /// <summary>Ends a payout by an operator's word. Refused while a signed transaction of ours may land, unless a failure is forced;
    /// then the refund is held until the chain has spoken.</summary>
    /// <param name="word">What the operator says.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public async Task<TransitionResult> ByOperatorAsync(OperatorWord word, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await ByOperatorOnceAsync(word, ct);
            }
            catch (PostgresException e)
                when (e
                        is {
                            SqlState: SqlStates.UniqueViolation,
                            ConstraintName: "paid_transfers_pkey"
                        }
                )
            {
                // Another payout took this transfer at the same moment: the next look finds the next one, or none.
            }
        }
    }

    private Task<TransitionResult> ByOperatorOnceAsync(OperatorWord word, CancellationToken ct)
    {
        var values = new DynamicParameters(
            new
            {
                Id = word.PayoutId,
                Status = (word.TxHash is null ? PayoutStatus.Failed : PayoutStatus.Sent).Name(),
                word.TxHash,
                FailureCode = word.TxHash is null
                    ? word.FailureCode ?? SnakeCase.Of(FailureCode.OperatorDecision)
                    : null,
                word.Note,
                word.InternalNote,
                word.Force,
                IsOverride = word.Force || word.TxHash is not null,
                word.CheckId,
                word.Actor,
                word.RequestId,
            }
        );
        word.Key.AddTo(values);
        return OnePayout.ChangeAsync(
            database,
            word.PayoutId,
            OperatorSays,
            values,
            new Question(
                word.Force ? Asked.ForceFailure
                    : word.TxHash is null ? Asked.End
                    : word.CheckId is not null ? Asked.EndAsVerified
                    : Asked.EndAsPaid,
                TxHash: word.TxHash,
                Version: word.Version,
                By: word.Actor
            ),
            ct
        );
    }
}

/// <summary>What an operator says of a payout.</summary>
/// <param name="PayoutId">The payout.</param>
/// <param name="TxHash">The transaction that paid it: sent. Null: failed.</param>
/// <param name="Note">Shown to the user.</param>
/// <param name="InternalNote">For operators only.</param>
/// <param name="FailureCode">A reason for programs; null for the general one.</param>
/// <param name="Force">Fail although a transaction may land; the refund is held until the chain has spoken.</param>
/// <param name="Actor">For the history: "operator:name".</param>
/// <param name="RequestId">For the history.</param>
/// <param name="Key">Stored with the change, so that a repetition is answered alike; null without a key.</param>
/// <param name="Version">The version that the caller has seen; null: any.</param>
public sealed record OperatorWord(
    Guid PayoutId,
    string? TxHash,
    string? Note,
    string? InternalNote,
    string? FailureCode,
    bool Force,
    string Actor,
    string? RequestId,
    StoredAnswer? Key = null,
    int? Version = null
)
{
    /// <summary>Stands for no question: whatever hangs on it is refused.</summary>
    public const long NoCheck = 0;

    /// <summary>The question to the chain whose answer must show the transfer (<see cref="TransferChecks"/>); null: the operator's word
    /// is enough.</summary>
    public long? CheckId { get; init; }
}

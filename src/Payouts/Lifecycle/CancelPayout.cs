using Dapper;
using Npgsql;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Calls a payout off: requested → cancelled, and for operators also processing → cancelled while nothing of ours can
/// land. The reserve is released with the status, by the schema's own trigger.</summary>
public sealed class CancelPayout(NpgsqlDataSource database)
{
    // Paid, perhaps, by a transaction of which nobody can say what it did: until a person has decided, its user may not have the amount back.
    private const string MayBePaid = """
        EXISTS (SELECT FROM foreign_transactions f
                 WHERE f.network = p.network AND f.transaction_id IS NULL AND p.requested_at < f.found_at
                   AND (p.held_at IS NOT NULL OR NOT EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = f.id)))
        """;

    private const string Sql = $"""
        -- CancelPayout
        WITH changed AS (
            UPDATE payouts p
               SET status = 'cancelled', settled_by = @SettledBy, note = @Note,
                   internal_note = coalesce(@InternalNote, p.internal_note), completed_at = now(),
                   park_reason = NULL, park_detail = NULL, parked_at = NULL, held_at = NULL, held_by = NULL, hold_reason = NULL
             WHERE p.id = @Id AND (p.status = 'requested' OR (p.status = 'processing' AND @UserId::uuid IS NULL))
               AND (@UserId::uuid IS NULL OR p.user_id = @UserId)
               AND NOT EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = p.id AND r.outcome IS NULL)
               AND paid_elsewhere(p.id) IS NULL
               AND (@UserId::uuid IS NULL OR NOT {MayBePaid})
            RETURNING p.id, p.version
        ), {StoredAnswerParameters.Keyed}
        INSERT INTO payout_events (payout_id, version, action, actor, reason, request_id)
        SELECT id, version, 'cancelled', @Actor, coalesce(@Note, @InternalNote), @RequestId FROM changed
        RETURNING payout_id
        """;

    /// <summary>Part of <see cref="FinalizePayout"/>: riders whose transaction is proven not to have paid them, and which an operator
    /// wanted called off.</summary>
    internal const string CalledOff = """
        -- CancelPayout: processing → cancelled, where a cancel was asked for and the chain has let it
        WITH ended AS (
            UPDATE payouts p
               SET status = 'cancelled', settled_by = 'operator', note = r.cancel_note, completed_at = now(),
                   park_reason = NULL, park_detail = NULL, parked_at = NULL
              FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
             WHERE r.transaction_id = ANY (@Decided) AND r.outcome = 'not_paid' AND r.cancel_asked_by IS NOT NULL
               AND p.id = r.payout_id AND p.status = 'processing'
            RETURNING p.id, p.version, r.cancel_note, jsonb_build_object('transaction', t.proof, 'asked_by', r.cancel_asked_by) AS evidence
        )
        INSERT INTO payout_events (payout_id, version, action, actor, reason, evidence)
        SELECT id, version, 'cancelled', @Actor, cancel_note, evidence FROM ended
        """;

    /// <summary>Calls a payout off, or says why it may not be.</summary>
    /// <param name="word">Who asks, and of which payout.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>A user's word is refused from processing on (<see cref="RefusedBecause.TakenUp"/>, or what stands in the way);
    /// another user's payout is not found.</returns>
    public Task<TransitionResult> ExecuteAsync(CancelWord word, CancellationToken ct)
    {
        var values = new DynamicParameters(
            new
            {
                Id = word.PayoutId,
                word.UserId,
                SettledBy = word.UserId is null ? "operator" : "user",
                word.Note,
                word.InternalNote,
                word.Actor,
                word.RequestId,
            }
        );
        word.Key.AddTo(values);
        return OnePayout.ChangeAsync(
            database,
            word.PayoutId,
            Sql,
            values,
            new Question(UserId: word.UserId, Version: word.Version),
            ct
        );
    }
}

/// <summary>Who calls which payout off.</summary>
/// <param name="PayoutId">The payout.</param>
/// <param name="UserId">Its user, who may as long as nobody has taken it up. Null: an operator.</param>
/// <param name="Actor">For the history: "user:id" or "operator:name".</param>
/// <param name="RequestId">For the history.</param>
/// <param name="Note">Shown to the user; operators only.</param>
/// <param name="InternalNote">For operators only.</param>
/// <param name="Key">Stored with the change, so that a repetition is answered alike; null without a key.</param>
/// <param name="Version">The version that the caller has seen; null: any.</param>
public sealed record CancelWord(
    Guid PayoutId,
    Guid? UserId,
    string Actor,
    string? RequestId,
    string? Note = null,
    string? InternalNote = null,
    StoredAnswer? Key = null,
    int? Version = null
);

using Dapper;
using Npgsql;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>What an operator asks for a payout whose signed transaction may still land: a higher price, or a cancel at the same nonce.
/// Both are written on the transaction; a worker acts at its next look, and the chain decides.</summary>
public sealed class AskReplacement(NpgsqlDataSource database)
{
    // In a block nothing can be replaced; at the cap nothing may be dearer; where there is no nonce, nothing takes its place.
    private const string Rides = $"""
        SELECT p.id, p.version, r.transaction_id, r.position
          FROM payouts p
          JOIN transaction_payouts r ON r.payout_id = p.id AND r.outcome IS NULL
          JOIN chain_transactions t ON t.id = r.transaction_id AND t.nonce IS NOT NULL AND NOT t.included
           AND coalesce(t.last_observation, '') NOT LIKE '{NextLook.Contradiction}%'
        """;

    private const string SpeedUpSql = $"""
        -- AskReplacement: speed up
        WITH changed AS (
            {Rides}
             WHERE p.id = @Id AND p.completed_at IS NULL AND t.asked IS NULL
               AND coalesce(t.last_observation, '') NOT LIKE '{NextLook.FeeCap}%'
               FOR NO KEY UPDATE OF t
        ), asked AS (
            UPDATE chain_transactions t
               SET asked = 'speed_up', asked_at = now(), asked_by = @Actor, due_at = least(t.due_at, now())
              FROM changed c WHERE t.id = c.transaction_id
            RETURNING t.id
        )
        SELECT c.id FROM changed c JOIN asked a ON a.id = c.transaction_id
        """;

    private const string CancelSql = $"""
        -- AskReplacement: cancel
        WITH changed AS (
            {Rides}
             WHERE p.id = @Id AND p.completed_at IS NULL AND r.cancel_asked_by IS NULL
               FOR NO KEY UPDATE OF t
        ), asked AS (
            UPDATE chain_transactions t
               SET asked = 'cancel', asked_at = CASE WHEN t.asked = 'cancel' THEN t.asked_at ELSE now() END,
                   asked_by = CASE WHEN t.asked = 'cancel' THEN t.asked_by ELSE @Actor END, due_at = least(t.due_at, now())
              FROM changed c WHERE t.id = c.transaction_id
            RETURNING t.id
        )
        SELECT c.id FROM changed c JOIN asked a ON a.id = c.transaction_id
        """;

    // A statement of its own: the ride's guard reads what was asked.
    private const string CallOffSql = """
        -- AskReplacement: which rider is to be called off
        UPDATE transaction_payouts SET cancel_asked_by = @Actor, cancel_note = @Reason
         WHERE payout_id = @Id AND outcome IS NULL AND cancel_asked_by IS NULL
        """;

    private const string NoteSql = """
        -- AskReplacement: the operators' own note
        UPDATE payouts SET internal_note = @InternalNote WHERE id = @Id AND @InternalNote::text IS NOT NULL
        """;

    private const string RecordSql = $"""
        -- AskReplacement: the event and the answer
        WITH changed AS (
            SELECT id, version FROM payouts WHERE id = @Id
        ), {StoredAnswerParameters.Keyed}
        INSERT INTO payout_events (payout_id, version, action, actor, reason, request_id)
        SELECT id, version, @Action, @Actor, @Reason, @RequestId FROM changed
        """;

    /// <summary>Asks for a higher price. Refused when nothing is under way, on a network without nonces, when it is in a block,
    /// when the fee policy allows no more, and while something is asked already.</summary>
    public Task<TransitionResult> SpeedUpAsync(PayoutOrder order, CancellationToken ct) =>
        RunAsync(SpeedUpSql, null, Asked.SpeedUp, order, null, ct);

    /// <summary>Asks to cancel. What lands decides: the payout becomes cancelled, or sent. Refused like a higher price, but not at the
    /// cap and not because of one.</summary>
    /// <param name="order">The reason is shown to the user, once the payout is cancelled.</param>
    /// <param name="internalNote">For operators only.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public Task<TransitionResult> CancelAsync(
        PayoutOrder order,
        string? internalNote,
        CancellationToken ct
    ) => RunAsync(CancelSql, CallOffSql, Asked.CancelInFlight, order, internalNote, ct);

    private Task<TransitionResult> RunAsync(
        string sql,
        string? then,
        Asked asked,
        PayoutOrder order,
        string? internalNote,
        CancellationToken ct
    )
    {
        var values = new DynamicParameters(
            new
            {
                Id = order.PayoutId,
                order.Actor,
                order.Reason,
                order.RequestId,
                InternalNote = internalNote,
                Action = asked == Asked.SpeedUp ? "speed_up_asked" : "cancel_asked",
            }
        );
        order.Key.AddTo(values);
        return OnePayout.ChangeAsync(
            database,
            order.PayoutId,
            sql,
            values,
            new Question(asked, Version: order.Version)
            {
                Then = then is null ? RecordSql : $"{then};\n{NoteSql};\n{RecordSql}",
            },
            ct
        );
    }
}

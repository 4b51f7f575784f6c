using Dapper;
using Npgsql;

namespace Settlement.Payouts.Lifecycle;

/// <summary>What operators do to a payout without ending it: hold it back, let it go, put it in front, approve it, have its
/// transaction looked at. The status stays, and each word has its event.</summary>
public sealed class SteerPayout(NpgsqlDataSource database)
{
    // The new fencing token takes the payout from whoever works on it: what is being signed now is never stored.
    private const string HoldSql = $"""
        -- SteerPayout: hold
        WITH changed AS (
            UPDATE payouts p
               SET held_at = now(), held_by = principal_of(@Actor), hold_reason = @Reason, lease_token = p.lease_token + 1
             WHERE p.id = @Id AND p.completed_at IS NULL AND p.held_at IS NULL AND NOT {Rides}
            RETURNING p.id, p.version
        ), {StoredAnswerParameters.Keyed}
        {Record} 'held' {Recorded}
        """;

    private const string ReleaseSql = $"""
        -- SteerPayout: release
        WITH changed AS (
            UPDATE payouts p
               SET held_at = NULL, held_by = NULL, hold_reason = NULL, due_at = now()
             WHERE p.id = @Id AND p.completed_at IS NULL AND p.held_at IS NOT NULL
            RETURNING p.id, p.version
        ), {StoredAnswerParameters.Keyed}
        {Record} 'released' {Recorded}
        """;

    // Whoever holds a lease on it is fenced by whoever takes it up next.
    private const string RequeueSql = $"""
        -- SteerPayout: requeue
        WITH changed AS (
            UPDATE payouts p
               SET due_at = now(), failed_rides = 0, take_ups = 0, park_reason = NULL, park_detail = NULL, parked_at = NULL
             WHERE p.id = @Id AND p.completed_at IS NULL AND p.held_at IS NULL AND NOT {Rides}
               AND (p.approved_at IS NOT NULL OR p.amount_micro <= approval_threshold(p.network))
            RETURNING p.id, p.version
        ), {StoredAnswerParameters.Keyed}
        {Record} 'requeued' {Recorded}
        """;

    private const string ApproveSql = $"""
        -- SteerPayout: approve
        WITH changed AS (
            UPDATE payouts p
               SET approved_at = now(), approved_by = principal_of(@Actor)
             WHERE p.id = @Id AND p.completed_at IS NULL AND p.approved_at IS NULL AND p.amount_micro > approval_threshold(p.network)
            RETURNING p.id, p.version
        ), {StoredAnswerParameters.Keyed}
        {Record} 'approved' {Recorded}
        """;

    private const string CheckSql = $"""
        -- SteerPayout: look at its transaction now
        WITH changed AS (
            SELECT p.id, p.version, r.transaction_id
              FROM payouts p JOIN transaction_payouts r ON r.payout_id = p.id AND r.outcome IS NULL WHERE p.id = @Id
        ), due AS (
            UPDATE chain_transactions t SET due_at = now() FROM changed c WHERE t.id = c.transaction_id AND t.due_at > now()
        ), {StoredAnswerParameters.Keyed}
        {Record} 'checked' {Recorded}
        """;

    private const string Rides =
        "EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = p.id AND r.outcome IS NULL)";

    private const string Record =
        "INSERT INTO payout_events (payout_id, version, action, actor, reason, request_id) SELECT id, version,";

    private const string Recorded =
        ", @Actor, @Reason, @RequestId FROM changed RETURNING payout_id";

    /// <summary>Keeps workers from paying it until it is released. Refused while a transaction of it may land.</summary>
    public Task<TransitionResult> HoldAsync(PayoutOrder order, CancellationToken ct) =>
        order.Reason is null
            ? throw new ArgumentException("A hold needs a reason.", nameof(order))
            : RunAsync(HoldSql, Asked.Hold, order, ct);

    /// <summary>Lets a payout go that was held back; it is due at once.</summary>
    public Task<TransitionResult> ReleaseAsync(PayoutOrder order, CancellationToken ct) =>
        RunAsync(ReleaseSql, Asked.Release, order, ct);

    /// <summary>Makes it due now, without the reason for which it waited and with no failed rides. Refused while a transaction of
    /// it may land, while it is held, and before it is approved.</summary>
    public Task<TransitionResult> RequeueAsync(PayoutOrder order, CancellationToken ct) =>
        RunAsync(RequeueSql, Asked.Requeue, order, ct);

    /// <summary>Lets a payout above the threshold be paid.</summary>
    public Task<TransitionResult> ApproveAsync(PayoutOrder order, CancellationToken ct) =>
        RunAsync(ApproveSql, Asked.Approve, order, ct);

    /// <summary>Makes its transaction due for a look now.</summary>
    /// <returns>Applied when a transaction is under way; then a worker looks at it soon.</returns>
    public Task<TransitionResult> CheckAsync(PayoutOrder order, CancellationToken ct) =>
        RunAsync(CheckSql, Asked.Check, order, ct);

    private Task<TransitionResult> RunAsync(
        string sql,
        Asked asked,
        PayoutOrder order,
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
            }
        );
        order.Key.AddTo(values);
        return OnePayout.ChangeAsync(
            database,
            order.PayoutId,
            sql,
            values,
            new Question(asked, Version: order.Version),
            ct
        );
    }
}

/// <summary>What an operator asks of a payout without ending it.</summary>
/// <param name="PayoutId">The payout.</param>
/// <param name="Actor">For the history: "operator:name".</param>
/// <param name="Reason">For operators and the history.</param>
/// <param name="RequestId">For the history.</param>
/// <param name="Version">The version that the caller has seen; null: any.</param>
/// <param name="Key">Stored with the change, so that a repetition is answered alike; null without a key.</param>
public sealed record PayoutOrder(
    Guid PayoutId,
    string Actor,
    string? Reason,
    string? RequestId,
    int? Version = null,
    StoredAnswer? Key = null
);

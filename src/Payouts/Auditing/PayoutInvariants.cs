namespace Settlement.Payouts.Auditing;

/// <summary>What must be true of payouts, of the transactions they ride on, and of the wallets that sign.</summary>
public static class PayoutInvariants
{
    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "payout_is_paid_once",
            """
            -- LedgerAudit: payout_is_paid_once
            SELECT 'payout ' || p.number AS subject, format('%s rides that pay or may pay', count(*)) AS detail
              FROM transaction_payouts r JOIN payouts p ON p.id = r.payout_id
             WHERE r.outcome IS NULL OR r.outcome = 'paid'
             GROUP BY p.number HAVING count(*) > 1
            """
        ),
        new(
            "status_agrees_with_rides",
            """
            -- LedgerAudit: status_agrees_with_rides
            WITH rides AS (
                SELECT r.payout_id, count(*) FILTER (WHERE r.outcome IS NULL) AS live, count(*) FILTER (WHERE r.outcome = 'paid') AS paid,
                       max(t.landed_hash) FILTER (WHERE r.outcome = 'paid') AS hash
                  FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id GROUP BY r.payout_id
            ), judged AS (
                SELECT p.*, coalesce(r.live, 0) AS live, coalesce(r.paid, 0) AS paid, r.hash
                  FROM payouts p LEFT JOIN rides r ON r.payout_id = p.id
            )
            SELECT 'payout ' || number AS subject,
                   format('%s by %s, hash %s; live rides %s, paid rides %s, landed hash %s', status, coalesce(settled_by, 'nobody'),
                          coalesce(tx_hash, 'none'), live, paid, coalesce(hash, 'none')) AS detail
              FROM judged
             WHERE NOT CASE WHEN status = 'requested' THEN live = 0 AND paid = 0
                            WHEN status = 'processing' THEN paid = 0
                            WHEN status = 'sent' AND settled_by = 'chain' THEN live = 0 AND paid > 0 AND tx_hash IS NOT DISTINCT FROM hash
                            WHEN status = 'sent' THEN live = 0 AND tx_hash IS NOT NULL AND (paid = 0 OR tx_hash IS NOT DISTINCT FROM hash)
                            WHEN status = 'failed' THEN (live > 0) = refund_held AND (paid > 0) = (conflict_at IS NOT NULL)
                            ELSE live = 0 AND paid = 0 END
            """
        ),
        new(
            "processing_payout_rides_or_is_due",
            """
            -- LedgerAudit: processing_payout_rides_or_is_due
            SELECT 'payout ' || p.number AS subject,
                   CASE WHEN p.due_at = 'infinity' THEN 'is never due, and nothing carries it' ELSE 'is due although a transaction carries it' END AS detail
              FROM payouts p
             WHERE p.completed_at IS NULL
               AND (p.due_at = 'infinity') <> EXISTS (SELECT FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
                                                       WHERE r.payout_id = p.id AND r.outcome IS NULL AND t.state = 'open')
            """
        ),
        new(
            "status_has_its_event",
            """
            -- LedgerAudit: status_has_its_event
            WITH changes AS (
                SELECT payout_id, count(*) AS count, max(version) AS newest FROM payout_events
                 WHERE action IN ('requested', 'processing', 'sent', 'failed', 'cancelled') GROUP BY payout_id
            )
            SELECT 'payout ' || p.number AS subject,
                   format('%s at version %s; the history has %s changes up to version %s', p.status, p.version,
                          coalesce(c.count, 0), coalesce(c.newest, 0)) AS detail
              FROM payouts p LEFT JOIN changes c ON c.payout_id = p.id
             WHERE c.count IS DISTINCT FROM p.version OR c.newest IS DISTINCT FROM p.version
                OR NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = p.id AND e.version = p.version AND e.action = p.status)
            """
        ),
        new(
            "ride_follows_its_transaction",
            """
            -- LedgerAudit: ride_follows_its_transaction
            SELECT 'transaction ' || r.transaction_id AS subject,
                   format('is %s; payout %s on it is %s', t.state, p.number, coalesce(r.outcome, 'undecided')) AS detail
              FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id JOIN payouts p ON p.id = r.payout_id
             WHERE (t.state = 'open') <> (r.outcome IS NULL) OR (t.state = 'dead' AND r.outcome = 'paid')
                OR (r.outcome = 'paid' AND r.evidence IS NULL) OR p.network <> t.network OR r.payout_token > p.lease_token
            """
        ),
        new(
            "transaction_is_whole",
            """
            -- LedgerAudit: transaction_is_whole
            SELECT 'transaction ' || t.id AS subject,
                   format('%s, %s attempts, %s riders, landed as %s', t.state, a.count, r.count, coalesce(t.landed_hash, 'none')) AS detail
              FROM chain_transactions t
              CROSS JOIN LATERAL (SELECT count(*) AS count, coalesce(max(o.sequence), 0) AS newest, bool_or(o.hash = t.landed_hash) AS has_landed,
                                         bool_and(o.network = t.network AND (o.nonce IS NULL) = (t.nonce IS NULL)) AS belongs
                                    FROM attempts o WHERE o.transaction_id = t.id) a
              CROSS JOIN LATERAL (SELECT count(*) AS count, max(r.position) AS last FROM transaction_payouts r WHERE r.transaction_id = t.id) r
             WHERE a.count = 0 OR a.newest <> a.count OR NOT a.belongs OR r.count = 0 OR r.last <> r.count - 1
                OR (t.nonce IS NULL AND a.count > 1) OR (t.state = 'landed' AND NOT coalesce(a.has_landed, false))
            """
        ),
        new(
            "attempt_is_stored_once",
            """
            -- LedgerAudit: attempt_is_stored_once
            SELECT network || ' ' || hash AS subject, format('%s attempts', count(*)) AS detail
              FROM attempts GROUP BY network, hash HAVING count(*) > 1
            """
        ),
        new(
            "nonces_have_no_gap",
            """
            -- LedgerAudit: nonces_have_no_gap
            SELECT t.network || ' ' || t.sender AS subject,
                   format('%s transactions with %s nonces from %s to %s; the wallet''s next is %s', t.count, t.nonces, t.first, t.last,
                          coalesce(w.next_nonce::text, 'none')) AS detail
              FROM (SELECT network, sender, count(*) AS count, count(DISTINCT nonce) AS nonces, min(nonce) AS first, max(nonce) AS last
                      FROM chain_transactions WHERE nonce IS NOT NULL GROUP BY network, sender) t
              LEFT JOIN wallets w ON w.network = t.network AND w.address = t.sender
             WHERE t.count <> t.nonces OR t.count <> t.last - t.first + 1 OR w.next_nonce IS DISTINCT FROM t.last + 1
            """
        ),
        new(
            "idempotency_key_names_its_users_payout",
            """
            -- LedgerAudit: idempotency_key_names_its_users_payout
            SELECT 'key of ' || k.principal AS subject, format('names payout %s of user %s', p.number, p.user_id) AS detail
              FROM idempotency_keys k JOIN payouts p ON p.id = k.payout_id WHERE k.principal <> 'user:' || p.user_id
            """
        ),
    ];
}

namespace Settlement.Payouts.Auditing;

/// <summary>What must be true of balances, rewards and the ledger.</summary>
public static class MoneyInvariants
{
    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "balance_equals_ledger",
            """
            -- LedgerAudit: balance_equals_ledger
            WITH moves AS (
                SELECT credit_account_id AS account_id, amount_micro AS posted, 0 AS reserved
                  FROM ledger_transfers WHERE kind IN ('reward', 'fund')
                UNION ALL
                SELECT debit_account_id,
                       CASE WHEN kind IN ('settle', 'spend', 'reversal', 'unfund') THEN -amount_micro ELSE 0 END,
                       CASE WHEN kind = 'reserve' THEN amount_micro WHEN kind IN ('settle', 'release') THEN -amount_micro ELSE 0 END
                  FROM ledger_transfers WHERE kind NOT IN ('reward', 'fund')
            ), sums AS (
                SELECT account_id, sum(posted) AS posted, sum(reserved) AS reserved FROM moves GROUP BY account_id
            )
            SELECT 'account ' || coalesce(a.id, s.account_id) AS subject,
                   format('holds %s, reserved %s; the ledger says %s, reserved %s', coalesce(a.posted_micro, 0),
                          coalesce(a.reserved_micro, 0), coalesce(s.posted, 0), coalesce(s.reserved, 0)) AS detail
              FROM accounts a FULL JOIN sums s ON s.account_id = a.id
             WHERE coalesce(a.posted_micro, 0) <> coalesce(s.posted, 0) OR coalesce(a.reserved_micro, 0) <> coalesce(s.reserved, 0)
            """
        ),
        new(
            "balance_is_never_negative",
            """
            -- LedgerAudit: balance_is_never_negative
            SELECT 'account ' || id AS subject, format('holds %s, reserved %s', posted_micro, reserved_micro) AS detail
              FROM accounts WHERE reserved_micro < 0 OR posted_micro < reserved_micro
            """
        ),
        new(
            "users_hold_what_was_earned_and_not_paid",
            """
            -- LedgerAudit: users_hold_what_was_earned_and_not_paid
            WITH held AS (
                SELECT asset, sum(posted_micro) AS micro FROM accounts GROUP BY asset
            ), earned AS (
                SELECT a.asset, sum(CASE WHEN t.kind IN ('reward', 'fund') THEN t.amount_micro
                                         WHEN t.kind IN ('reversal', 'spend', 'unfund', 'settle') THEN -t.amount_micro ELSE 0 END) AS micro
                  FROM ledger_transfers t JOIN accounts a ON a.id = t.credit_account_id GROUP BY a.asset
            )
            SELECT asset AS subject, format('users and affiliates hold %s; what came less reversals, spends and settled payouts is %s',
                                            coalesce(h.micro, 0), coalesce(e.micro, 0)) AS detail
              FROM held h FULL JOIN earned e USING (asset)
             WHERE coalesce(h.micro, 0) <> coalesce(e.micro, 0)
            """
        ),
        new(
            "reward_is_posted_as_earned",
            """
            -- LedgerAudit: reward_is_posted_as_earned
            WITH moved AS (
                SELECT reward_id, sum(amount_micro) AS micro FROM ledger_transfers WHERE reward_id IS NOT NULL GROUP BY reward_id
            )
            SELECT 'reward ' || r.id AS subject,
                   format('%s of %s, recovered %s, %s; the ledger moved %s', r.kind, r.amount_micro, r.recovered_micro,
                          CASE WHEN r.posted_at IS NULL THEN 'not posted' ELSE 'posted' END, coalesce(m.micro, 0)) AS detail
              FROM rewards r LEFT JOIN moved m ON m.reward_id = r.id
             WHERE coalesce(m.micro, 0) <> CASE WHEN r.kind = 'reversal' THEN r.recovered_micro
                                                WHEN r.posted_at IS NULL THEN 0 ELSE r.amount_micro END
            """
        ),
        new(
            "payout_is_reserved",
            """
            -- LedgerAudit: payout_is_reserved
            SELECT 'payout ' || p.number AS subject, format('%s of account %s; reserved: %s of account %s', p.amount_micro, p.account_id,
                          coalesce(t.amount_micro::text, 'nothing'), coalesce(t.debit_account_id::text, 'none')) AS detail
              FROM payouts p LEFT JOIN ledger_transfers t ON t.payout_id = p.id AND t.kind = 'reserve'
             WHERE (t.amount_micro, t.debit_account_id) IS DISTINCT FROM (p.amount_micro, p.account_id)
            """
        ),
        new(
            "money_follows_status",
            """
            -- LedgerAudit: money_follows_status
            WITH resolved AS (
                SELECT payout_id, string_agg(kind, ' and ' ORDER BY id) AS how
                  FROM ledger_transfers WHERE kind IN ('settle', 'release') GROUP BY payout_id
            )
            SELECT 'payout ' || p.number AS subject,
                   format('%s%s; its reserve: %s', p.status, CASE WHEN p.refund_held THEN ', refund held' END,
                          coalesce(r.how, 'stands')) AS detail
              FROM payouts p LEFT JOIN resolved r ON r.payout_id = p.id
             WHERE r.how IS DISTINCT FROM CASE WHEN p.completed_at IS NULL OR p.refund_held THEN NULL
                                               WHEN p.status = 'sent' OR p.conflict_at IS NOT NULL THEN 'settle' ELSE 'release' END
            """
        ),
    ];
}

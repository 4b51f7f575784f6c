namespace Settlement.Payouts.Auditing;

/// <summary>What must be true of what affiliates earn and are paid.</summary>
public static class AffiliateInvariants
{
    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "affiliate_payout_adds_up",
            """
            -- LedgerAudit: affiliate_payout_adds_up
            WITH entries AS (
                SELECT payout_id, sum(amount_cents) FILTER (WHERE kind = 'commission') AS gross,
                       sum(amount_cents) FILTER (WHERE kind = 'reversal') AS reversal
                  FROM commissions WHERE payout_id IS NOT NULL GROUP BY payout_id
            ), carried AS (
                SELECT recovered_by, sum(recovery_owed_cents) AS owed
                  FROM affiliate_payouts WHERE recovered_by IS NOT NULL GROUP BY recovered_by
            ), judged AS (
                SELECT p.*, coalesce(e.gross, 0) AS gross, coalesce(e.reversal, 0) + coalesce(c.owed, 0) AS reversal
                  FROM affiliate_payouts p LEFT JOIN entries e ON e.payout_id = p.id LEFT JOIN carried c ON c.recovered_by = p.id
            )
            SELECT 'affiliate payout ' || id AS subject,
                   format('%s: gross %s, reversal %s, amount %s, owed %s; its entries say gross %s, reversal %s', status, gross_amount_cents,
                          reversal_amount_cents, amount_cents, recovery_owed_cents, gross, reversal) AS detail
              FROM judged
             WHERE (gross_amount_cents, reversal_amount_cents) <> (gross, reversal)
                OR gross_amount_cents - reversal_amount_cents <> amount_cents - recovery_owed_cents
                OR least(amount_cents, recovery_owed_cents) <> 0
            """
        ),
        new(
            "recovery_is_carried_to_a_payout_of_the_same_account",
            """
            -- LedgerAudit: recovery_is_carried_to_a_payout_of_the_same_account
            SELECT 'affiliate payout ' || p.id AS subject,
                   format('%s of %s %s owed, %s; taken off %s of %s %s', p.status, p.affiliate_id, p.currency, p.recovery_owed_cents,
                          coalesce(o.status, 'nothing'), coalesce(o.affiliate_id, 'nobody'), coalesce(o.currency, '')) AS detail
              FROM affiliate_payouts p LEFT JOIN affiliate_payouts o ON o.id = p.recovered_by
             WHERE (p.status = 'recovered') <> (p.recovered_by IS NOT NULL)
                OR (p.status = 'recovered' AND ((o.affiliate_id, o.currency) IS DISTINCT FROM (p.affiliate_id, p.currency) OR o.status = 'void'))
            """
        ),
        new(
            "commission_is_paid_once_or_is_out",
            """
            -- LedgerAudit: commission_is_paid_once_or_is_out
            SELECT 'commission ' || c.id AS subject,
                   format('%s of %s %s in a payout of %s %s, %s', c.kind, c.affiliate_id, c.currency, p.affiliate_id, p.currency,
                          CASE WHEN c.reversed_at IS NOT NULL THEN 'reversed' WHEN c.rejected_at IS NOT NULL THEN 'rejected'
                               WHEN c.held_at IS NOT NULL THEN 'held' ELSE 'not out' END) AS detail
              FROM commissions c JOIN affiliate_payouts p ON p.id = c.payout_id
             WHERE (c.affiliate_id, c.currency) <> (p.affiliate_id, p.currency) OR p.status = 'void'
                OR num_nonnulls(c.held_at, c.rejected_at, c.reversed_at) > 0
            """
        ),
        new(
            "affiliate_account_holds_what_is_under_way",
            """
            -- LedgerAudit: affiliate_account_holds_what_is_under_way
            SELECT 'account ' || a.id AS subject,
                   format('holds %s, reserved %s; under way to its affiliate: %s', a.posted_micro, a.reserved_micro, coalesce(w.micro, 0)) AS detail
              FROM accounts a
              LEFT JOIN (SELECT account_id, sum(amount_micro) AS micro FROM payouts
                          WHERE completed_at IS NULL OR refund_held GROUP BY account_id) w ON w.account_id = a.id
             WHERE a.kind = 'affiliate' AND (a.posted_micro, a.reserved_micro) <> (coalesce(w.micro, 0), coalesce(w.micro, 0))
            """
        ),
        new(
            "affiliate_is_paid_once_on_a_chain",
            """
            -- LedgerAudit: affiliate_is_paid_once_on_a_chain
            SELECT 'affiliate payout ' || affiliate_payout_id AS subject, format('%s payouts on a chain pay it or may', count(*)) AS detail
              FROM affiliate_chain_payouts WHERE outcome IS NULL OR outcome = 'paid'
             GROUP BY affiliate_payout_id HAVING count(*) > 1
            """
        ),
        new(
            "affiliate_payout_follows_the_chain",
            """
            -- LedgerAudit: affiliate_payout_follows_the_chain
            SELECT 'affiliate payout ' || a.id AS subject,
                   format('%s with %s; payout %s on a chain is %s with %s, %s', a.status, coalesce(a.external_ref, 'no reference'), p.number,
                          p.status, coalesce(p.tx_hash, 'no hash'), coalesce(c.outcome, 'undecided')) AS detail
              FROM affiliate_chain_payouts c JOIN affiliate_payouts a ON a.id = c.affiliate_payout_id JOIN payouts p ON p.id = c.payout_id
             WHERE c.outcome IS DISTINCT FROM CASE WHEN p.completed_at IS NULL OR p.refund_held THEN NULL
                                                   WHEN p.status = 'sent' OR p.conflict_at IS NOT NULL THEN 'paid' ELSE 'not_paid' END
                OR (c.outcome IS NULL AND a.status <> 'approved')
                OR (c.outcome = 'paid' AND (a.status <> 'paid' OR a.external_ref IS DISTINCT FROM p.tx_hash))
                OR p.amount_micro <> a.amount_cents * 10000 AND c.outcome IS DISTINCT FROM 'not_paid'
            """
        ),
        new(
            "money_for_affiliates_has_its_payout",
            """
            -- LedgerAudit: money_for_affiliates_has_its_payout
            WITH moved AS (
                SELECT payout_id, sum(CASE kind WHEN 'fund' THEN amount_micro ELSE -amount_micro END) AS micro
                  FROM ledger_transfers WHERE kind IN ('fund', 'unfund') GROUP BY payout_id
            )
            SELECT 'payout ' || p.number AS subject,
                   format('%s, %s; funded with %s%s', p.status, p.amount_micro, coalesce(m.micro, 0),
                          CASE WHEN c.payout_id IS NULL THEN ', pays no affiliate' END) AS detail
              FROM payouts p JOIN accounts a ON a.id = p.account_id LEFT JOIN moved m ON m.payout_id = p.id
              LEFT JOIN affiliate_chain_payouts c ON c.payout_id = p.id
             WHERE (a.kind = 'affiliate') <> (c.payout_id IS NOT NULL)
                OR coalesce(m.micro, 0) <> CASE WHEN a.kind = 'affiliate' AND c.outcome IS DISTINCT FROM 'not_paid' THEN p.amount_micro ELSE 0 END
            """
        ),
    ];
}

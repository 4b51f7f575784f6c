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
    ];
}

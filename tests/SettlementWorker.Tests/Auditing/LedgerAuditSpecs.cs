using Settlement.Payouts.Auditing;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Auditing;

public sealed class LedgerAuditSpecs(ABusyDatabase busy) : IClassFixture<ABusyDatabase>
{
    private const string OneUser =
        "WHERE id = (SELECT account_id FROM payouts WHERE status = 'requested' ORDER BY number LIMIT 1)";

    /// <summary>A breach of each invariant, such as a person at psql could make with the guards switched off.</summary>
    public static TheoryData<string, string> Breaches { get; } =
        new()
        {
            {
                "balance_equals_ledger",
                $"UPDATE accounts SET posted_micro = posted_micro + 1 {OneUser}"
            },
            {
                "balance_equals_ledger",
                $"UPDATE accounts SET reserved_micro = reserved_micro - 1 {OneUser}"
            },
            {
                "balance_is_never_negative",
                $"ALTER TABLE accounts DROP CONSTRAINT balance_never_negative; UPDATE accounts SET posted_micro = reserved_micro - 1 {OneUser}"
            },
            {
                "users_hold_what_was_earned_and_not_paid",
                "DELETE FROM ledger_transfers WHERE id = (SELECT id FROM ledger_transfers WHERE kind = 'settle' LIMIT 1)"
            },
            {
                "reward_is_posted_as_earned",
                "UPDATE rewards SET posted_at = NULL WHERE id = (SELECT id FROM rewards WHERE posted_at IS NOT NULL AND kind = 'reward' LIMIT 1)"
            },
            {
                "reward_is_posted_as_earned",
                "UPDATE rewards SET recovered_micro = recovered_micro - 1 WHERE kind = 'reversal' AND posted_at IS NULL"
            },
            {
                "payout_is_reserved",
                "DELETE FROM ledger_transfers WHERE kind = 'reserve' AND payout_id = (SELECT id FROM payouts WHERE status = 'requested' LIMIT 1)"
            },
            {
                "money_follows_status",
                "UPDATE payouts SET status = 'failed', failure_code = 'operator_decision', tx_hash = NULL WHERE id = (SELECT id FROM payouts WHERE status = 'sent' LIMIT 1)"
            },
            {
                "money_follows_status",
                "UPDATE payouts SET refund_held = false WHERE id = (SELECT id FROM payouts WHERE refund_held LIMIT 1)"
            },
            {
                "payout_is_paid_once",
                """
                    DROP INDEX ux_payout_rides_once;
                    INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
                    SELECT transaction_id, position + 1, payout_id, payout_token FROM transaction_payouts WHERE outcome IS NULL ORDER BY transaction_id, position DESC LIMIT 1
                    """
            },
            {
                "status_agrees_with_rides",
                "UPDATE payouts SET tx_hash = 'another' WHERE id = (SELECT id FROM payouts WHERE status = 'sent' LIMIT 1)"
            },
            {
                "status_agrees_with_rides",
                "UPDATE payouts SET status = 'requested', completed_at = NULL, settled_by = NULL, tx_hash = NULL WHERE id = (SELECT id FROM payouts WHERE status = 'sent' LIMIT 1)"
            },
            {
                "processing_payout_rides_or_is_due",
                "UPDATE payouts SET due_at = 'infinity' WHERE id = (SELECT id FROM payouts WHERE park_reason IS NOT NULL LIMIT 1)"
            },
            {
                "processing_payout_rides_or_is_due",
                "UPDATE payouts SET due_at = now() WHERE id = (SELECT id FROM payouts WHERE due_at = 'infinity' AND completed_at IS NULL LIMIT 1)"
            },
            {
                "status_has_its_event",
                "DELETE FROM payout_events WHERE id = (SELECT id FROM payout_events WHERE action = 'sent' LIMIT 1)"
            },
            {
                "ride_follows_its_transaction",
                "UPDATE transaction_payouts SET outcome = 'not_paid' WHERE (transaction_id, position) = (SELECT transaction_id, position FROM transaction_payouts WHERE outcome IS NULL LIMIT 1)"
            },
            {
                "ride_follows_its_transaction",
                "UPDATE transaction_payouts SET evidence = NULL WHERE (transaction_id, position) = (SELECT transaction_id, position FROM transaction_payouts WHERE outcome = 'paid' LIMIT 1)"
            },
            {
                "transaction_is_whole",
                "DELETE FROM attempts WHERE id = (SELECT max(id) FROM attempts)"
            },
            {
                "transaction_is_whole",
                "DELETE FROM transaction_payouts WHERE transaction_id = (SELECT max(transaction_id) FROM transaction_payouts)"
            },
            {
                "attempt_is_stored_once",
                """
                    DROP INDEX ux_attempts_hash;
                    INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, nonce, max_fee, tip, lease_token, terms, signed_by)
                    SELECT transaction_id, sequence + 1, network, hash, bytes, nonce, max_fee * 2, tip * 2, lease_token, terms, signed_by FROM attempts WHERE nonce IS NOT NULL LIMIT 1
                    """
            },
            {
                "nonces_have_no_gap",
                "UPDATE wallets SET next_nonce = next_nonce + 1 WHERE next_nonce IS NOT NULL"
            },
            {
                "nonces_have_no_gap",
                "UPDATE chain_transactions SET nonce = nonce + 50 WHERE id = (SELECT id FROM chain_transactions WHERE nonce IS NOT NULL LIMIT 1)"
            },
            {
                "idempotency_key_names_its_users_payout",
                "UPDATE idempotency_keys SET principal = 'user:somebody'"
            },
            {
                "affiliate_payout_adds_up",
                "UPDATE affiliate_payouts SET gross_amount_cents = gross_amount_cents + 1, amount_cents = amount_cents + 1 WHERE status = 'paid'"
            },
            {
                "affiliate_payout_adds_up",
                "UPDATE affiliate_payouts SET recovered_by = NULL, status = 'recovery_owed' WHERE status = 'recovered'"
            },
            {
                "recovery_is_carried_to_a_payout_of_the_same_account",
                "ALTER TABLE affiliate_payouts DROP CONSTRAINT recovered_by_another; UPDATE affiliate_payouts SET recovered_by = id WHERE status = 'recovery_owed'"
            },
            {
                "affiliate_account_holds_what_is_under_way",
                "UPDATE accounts SET posted_micro = posted_micro + 1 WHERE kind = 'affiliate'"
            },
            {
                "affiliate_is_paid_once_on_a_chain",
                """
                    DROP INDEX ux_affiliate_payout_on_chain_once;
                    UPDATE affiliate_chain_payouts SET affiliate_payout_id = (SELECT affiliate_payout_id FROM affiliate_chain_payouts WHERE outcome = 'paid')
                     WHERE outcome IS NULL
                    """
            },
            {
                "affiliate_payout_follows_the_chain",
                "UPDATE affiliate_chain_payouts SET outcome = NULL WHERE outcome = 'not_paid'"
            },
            {
                "affiliate_payout_follows_the_chain",
                "UPDATE affiliate_payouts SET external_ref = 'other' WHERE id IN (SELECT affiliate_payout_id FROM affiliate_chain_payouts WHERE outcome = 'paid')"
            },
            {
                "affiliate_payout_follows_the_chain",
                "UPDATE affiliate_payouts SET status = 'paid', paid_at = now(), external_ref = 'by-bank' WHERE id IN (SELECT affiliate_payout_id FROM affiliate_chain_payouts WHERE outcome IS NULL)"
            },
            {
                "money_for_affiliates_has_its_payout",
                "DELETE FROM ledger_transfers WHERE kind = 'unfund'"
            },
            {
                "money_for_affiliates_has_its_payout",
                "DELETE FROM affiliate_chain_payouts WHERE outcome IS NULL"
            },
            {
                "recovery_is_carried_to_a_payout_of_the_same_account",
                "UPDATE affiliate_payouts SET affiliate_id = 'eve' WHERE status = 'recovered'"
            },
            {
                "commission_is_paid_once_or_is_out",
                "ALTER TABLE commissions DROP CONSTRAINT dropped_out_is_not_paid; ALTER TABLE commissions DROP CONSTRAINT nobody_judges_a_reversal; UPDATE commissions SET reversed_at = now() WHERE payout_id IS NOT NULL"
            },
        };

    [Fact]
    public async Task A_database_that_only_we_have_written_breaks_nothing()
    {
        AuditReport report = await new LedgerAudit(busy.App).RunAsync(default);

        report.Violations.ShouldBeEmpty();
        report.IsClean.ShouldBeTrue();
        (
            await busy.ReadAsync<string>(
                "SELECT string_agg(DISTINCT status, ' ' ORDER BY status) FROM payouts"
            )
        ).ShouldBe("failed processing requested sent");
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task F22_A_breach_is_found_and_named(string invariant, string plant)
    {
        IReadOnlyList<Violation> violations = await busy.AuditAfterAsync(plant);

        violations.Select(v => v.Invariant).ShouldContain(invariant);
        violations.ShouldAllBe(v => v.Subject.Length > 0 && v.Detail.Length > 0);
    }

    [Fact]
    public void Every_invariant_has_been_seen_to_fail()
    {
        IEnumerable<string> seen = Breaches.Select(b => (string)b[0]).Distinct();

        seen.ShouldBe(LedgerAudit.Invariants.Select(i => i.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task Many_breaches_of_one_kind_are_named_up_to_a_limit()
    {
        IReadOnlyList<Violation> violations = await busy.AuditAfterAsync(
            "DELETE FROM payout_events"
        );

        violations
            .Count(v => v.Invariant == "status_has_its_event")
            .ShouldBe(LedgerAudit.MaxViolationsEach);
    }
}

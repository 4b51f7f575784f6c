-- Attacks on tokens, commissions and affiliates' payouts: 006_affiliates.sql, 007_operators.sql. The application writes tokens only.

-- A token is stored as it is
--   refused by api_tokens_token_hash_check (23514)
--   the application meets the same
INSERT INTO api_tokens (token_hash, name, scopes, expires_at)
VALUES ('secret', 'console', '{}', now() + interval '1 day');

-- A token is nobody's
--   refused by api_tokens_name_check (23514)
--   the application meets the same
INSERT INTO api_tokens (token_hash, name, scopes, expires_at)
VALUES (decode(repeat('cd', 32), 'hex'), '', '{}', now() + interval '1 day');

-- A token ends before it starts
--   refused by token_expires_after_it_starts (23514)
--   the application meets the same
INSERT INTO api_tokens (token_hash, name, scopes, expires_at)
VALUES (decode(repeat('cd', 32), 'hex'), 'console', '{}', now());

-- One token stands for two
--   refused by api_tokens_pkey (23505)
--   the application meets the same
INSERT INTO api_tokens (token_hash, name, scopes, expires_at)
VALUES (decode(repeat('ab', 32), 'hex'), 'other', '{}', now() + interval '1 day');

-- An affiliate has no id
--   refused by affiliate_accounts_affiliate_id_check (23514)
INSERT INTO affiliate_accounts (affiliate_id, currency) VALUES ('', 'EUR');

-- A currency is none
--   refused by affiliate_accounts_currency_check (23514)
INSERT INTO affiliate_accounts (affiliate_id, currency) VALUES ('ann', 'eur');

-- An affiliate has two accounts in one currency
--   refused by affiliate_accounts_pkey (23505)
INSERT INTO affiliate_accounts (affiliate_id, currency) VALUES ('ann', 'EUR');

-- Two affiliates are one in the ledger
--   refused by affiliate_accounts_payee_id_key (23505)
INSERT INTO affiliate_accounts (affiliate_id, currency, payee_id)
SELECT 'eve', 'EUR', payee_id FROM affiliate_accounts WHERE affiliate_id = 'ann' AND currency = 'EUR';

-- A commission is of no known kind
--   refused by commissions_kind_check (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'gift', 5, now(), now(), 'system');

-- A commission is nothing
--   refused by commissions_amount_cents_check (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 0, 'x', now(), now(), 'system');

-- A commission is in a wrong unit
--   refused by commissions_amount_cents_check (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 100000000001, 'x', now(), now(), 'system');

-- A commission's event has no name
--   refused by commissions_source_event_id_check (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 5, '', now(), now(), 'system');

-- A commission comes from nothing
--   refused by commission_names_its_event (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 5, now(), now(), 'system');

-- A commission is nobody's
--   refused by commissions_affiliate_id_currency_fkey (23503)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'USD', 'commission', 5, 'x', now(), now(), 'system');

-- A commission is in a payout that is not there
--   refused by commissions_payout_id_fkey (23503)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by, payout_id)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 5, 'x', now(), now(), 'system', gen_random_uuid());

-- Two commissions have one id
--   refused by commissions_pkey (23505)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES ({ann_free}, 'ann', 'EUR', 'commission', 5, 'x', now(), now(), 'system');

-- An event earns twice
--   refused by ux_commissions_source_event (23505)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 5, 'ann-1', now(), now(), 'system');

-- A reversal takes back nothing in particular
--   refused by reversal_names_its_original (23514)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'reversal', 5, now(), now(), 'system');

-- A reversal takes back more than was earned
--   refused by reversal_equals_its_original (23503)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, reverses_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'reversal', 101, {ann_january}, now(), now(), 'system');

-- A reversal is reversed
--   refused by reversal_equals_its_original (23503)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, reverses_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'bob', 'EUR', 'reversal', 100, {bob_reversal}, now(), now(), 'system');

-- A commission is reversed twice
--   refused by ux_commissions_one_reversal (23505)
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, reverses_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'bob', 'EUR', 'reversal', 100, {bob_january}, now(), now(), 'system');

-- A commission that dropped out is paid
--   refused by dropped_out_is_not_paid (23514)
UPDATE commissions SET reversed_at = now() WHERE id = {ann_march};

-- A commission grows
--   refused by guard_commission (42501)
UPDATE commissions SET amount_cents = amount_cents + 1 WHERE id = {ann_free};

-- A commission that dropped out comes back
--   refused by guard_commission (23514)
UPDATE commissions SET reversed_at = NULL WHERE id = {ann_dropped};

-- A commission that was rejected is paid all the same
--   refused by guard_commission (23514)
UPDATE commissions SET rejected_at = NULL WHERE id = {ann_rejected};

-- A commission is held and rejected at once
--   refused by out_for_one_reason (23514)
UPDATE commissions SET held_at = now(), rejected_at = now() WHERE id = {ann_free};

-- A reversal is held back
--   refused by nobody_judges_a_reversal (23514)
UPDATE commissions SET approved_at = now() WHERE id = {bob_reversal};

-- A commission is approved a second time
--   refused by guard_commission (23514)
UPDATE commissions SET approved_at = now() + interval '1 hour' WHERE id = {ann_by_hand};

-- A commission is paid inside its hold
--   refused by guard_commission (23514)
--   without it commission_is_counted
UPDATE commissions SET payout_id = {pending_for_ann} WHERE id = {ann_young};

-- A commission leaves an approved payout
--   refused by guard_commission (23514)
--   without it commission_is_counted
UPDATE commissions SET payout_id = NULL WHERE id = {ann_february};

-- A paid commission is paid again
--   refused by guard_commission (23514)
--   without it commission_is_counted
UPDATE commissions SET payout_id = {pending_for_ann} WHERE id = {ann_january};

-- A commission is in a payout and not in its amount
--   refused by commission_is_counted (23514)
UPDATE commissions SET payout_id = {pending_for_ann} WHERE id = {ann_free};

-- A commission disappears
--   refused by commissions_are_kept (42501)
DELETE FROM commissions WHERE id = {ann_free};

-- All commissions disappear
--   refused by commissions_are_never_truncated (42501)
TRUNCATE commissions;

-- An affiliate's payout is of no known status
--   refused by affiliate_payouts_status_check (23514)
--   behind guard_new_affiliate_payout (23514)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end, status)
VALUES (gen_random_uuid(), 'ann', 'EUR', '2026-08-01', '2026-09-01', 'lost');

-- An affiliate's payout starts approved
--   refused by guard_new_affiliate_payout (23514)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end, status, approved_at, approved_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', '2026-08-01', '2026-09-01', 'approved', now(), 'system');

-- An affiliate's payout is nobody's
--   refused by affiliate_payouts_affiliate_id_currency_fkey (23503)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end)
VALUES (gen_random_uuid(), 'ann', 'USD', '2026-08-01', '2026-09-01');

-- A period is no time at all
--   refused by period_ends_after_it_starts (23514)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end)
VALUES (gen_random_uuid(), 'ann', 'EUR', '2026-08-01', '2026-08-01');

-- An affiliate has two live payouts for one period
--   refused by ux_affiliate_payouts_live (23505)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end)
VALUES (gen_random_uuid(), 'ann', 'EUR', '2026-03-01', '2026-04-01');

-- Two affiliates' payouts have one id
--   refused by affiliate_payouts_pkey (23505)
--   without it affiliate_payout_adds_up
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end)
VALUES ({pending_for_ann}, 'ann', 'EUR', '2026-08-01', '2026-09-01');

-- Cents are negative
--   refused by cents_are_never_negative (23514)
--   without it affiliate_payout_adds_up
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end, gross_amount_cents, reversal_amount_cents)
VALUES (gen_random_uuid(), 'ann', 'EUR', '2026-08-01', '2026-09-01', -5, -5);

-- More is paid than was earned
--   refused by net_is_paid_or_owed (23514)
UPDATE affiliate_payouts SET amount_cents = amount_cents + 1 WHERE id = {pending_for_ann};

-- An affiliate is paid and owes
--   refused by never_both_paid_and_owed (23514)
UPDATE affiliate_payouts SET status = 'recovery_owed', amount_cents = amount_cents + 1, recovery_owed_cents = 1
 WHERE id = {pending_for_ann};

-- An affiliate who owes nothing is asked to pay back
--   refused by who_owes_is_not_paid (23514)
UPDATE affiliate_payouts SET status = 'recovery_owed' WHERE id = {pending_for_ann};

-- A payout is approved by nobody
--   refused by approved_by_somebody (23514)
UPDATE affiliate_payouts SET status = 'approved' WHERE id = {pending_for_ann};

-- A payout is paid without a reference
--   refused by paid_with_a_reference (23514)
UPDATE affiliate_payouts SET status = 'paid', paid_at = now() WHERE id = {approved_for_ann};

-- A payout's reference is blank
--   refused by external_ref_says_something (23514)
UPDATE affiliate_payouts SET status = 'paid', paid_at = now(), external_ref = '  ' WHERE id = {approved_for_ann};

-- What is owed is recovered by nothing
--   refused by recovered_by_another (23514)
UPDATE affiliate_payouts SET status = 'recovered' WHERE id = {owed_by_bob};

-- What is owed is recovered by a payout that is not there
--   refused by affiliate_payouts_recovered_by_fkey (23503)
--   behind guard_affiliate_payout (23514)
UPDATE affiliate_payouts SET status = 'recovered', recovered_by = gen_random_uuid() WHERE id = {owed_by_bob};

-- What is owed is taken off another affiliate's payout
--   refused by guard_affiliate_payout (23514)
--   without it affiliate_payout_adds_up
UPDATE affiliate_payouts SET status = 'recovered', recovered_by = {pending_for_ann} WHERE id = {owed_by_bob};

-- A paid payout is changed
--   refused by guard_affiliate_payout (42501)
UPDATE affiliate_payouts SET external_ref = 'other' WHERE id = {paid_to_ann};

-- What was forgiven is owed again
--   refused by guard_affiliate_payout (23514)
UPDATE affiliate_payouts SET status = 'recovery_owed' WHERE id = {forgiven_to_cid};

-- An affiliate's payout hides that it changed
--   refused by guard_affiliate_payout (42501)
UPDATE affiliate_payouts SET version = version + 5 WHERE id = {pending_for_ann};

-- A payout changes its period
--   refused by guard_affiliate_payout (42501)
UPDATE affiliate_payouts SET period_end = '2026-05-01' WHERE id = {pending_for_ann};

-- A payout is paid that nobody looked at
--   refused by guard_affiliate_payout (23514)
UPDATE affiliate_payouts
   SET status = 'paid', approved_at = now(), approved_by = 'system', paid_at = now(), external_ref = 'x' WHERE id = {pending_for_ann};

-- An approved payout grows
--   refused by guard_affiliate_payout (23514)
--   without it affiliate_payout_adds_up
UPDATE affiliate_payouts SET gross_amount_cents = gross_amount_cents + 1, amount_cents = amount_cents + 1 WHERE id = {approved_for_ann};

-- An approval gets another name
--   refused by guard_affiliate_payout (23514)
UPDATE affiliate_payouts SET approved_by = 'innocent' WHERE id = {approved_for_ann};

-- A pending payout is not what its commissions add up to
--   refused by affiliate_payout_adds_up (23514)
UPDATE affiliate_payouts SET gross_amount_cents = gross_amount_cents + 5, amount_cents = amount_cents + 5 WHERE id = {pending_for_ann};

-- An affiliate's payout disappears
--   refused by affiliate_payouts_are_kept (42501)
INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end)
VALUES ('00000000-0000-0000-0000-00000000000b', 'ann', 'EUR', '2026-08-01', '2026-09-01');
DELETE FROM affiliate_payouts WHERE id = '00000000-0000-0000-0000-00000000000b';

-- All affiliates' payouts disappear
--   refused by affiliate_payouts_are_never_truncated (42501)
--   without it commissions_are_never_truncated
TRUNCATE affiliate_payouts CASCADE;

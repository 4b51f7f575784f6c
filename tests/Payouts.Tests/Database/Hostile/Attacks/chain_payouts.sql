-- Attacks on how affiliates are paid, and on their payouts on a chain: 010_affiliates_paying.sql. The application calls doors only.

-- An affiliate has two accounts of one asset
--   refused by ux_accounts_affiliate (23505)
INSERT INTO accounts (kind, user_id, asset) SELECT 'affiliate', user_id, asset FROM accounts WHERE id = {affiliate_account};

-- A payout of an affiliate is funded twice
--   refused by ux_transfers_one_fund (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
SELECT kind, debit_account_id, credit_account_id, amount_micro, payout_id FROM ledger_transfers
 WHERE payout_id = {chain_live} AND kind = 'fund';

-- An affiliate's money goes back twice
--   refused by ux_transfers_one_unfund (23505)
--   without it balance_never_negative
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
SELECT kind, debit_account_id, credit_account_id, amount_micro, payout_id FROM ledger_transfers
 WHERE payout_id = {chain_failed} AND kind = 'unfund';

-- An affiliate's money goes back while its payout is under way
--   refused by balance_never_negative (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
SELECT 'unfund', credit_account_id, debit_account_id, amount_micro, payout_id FROM ledger_transfers
 WHERE payout_id = {chain_live} AND kind = 'fund';

-- What goes back is not what came
--   refused by apply_transfer (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
SELECT 'unfund', credit_account_id, debit_account_id, 5, payout_id FROM ledger_transfers
 WHERE payout_id = {chain_live} AND kind = 'fund';

-- A user is funded
--   refused by apply_transfer (23514)
--   without it fund_has_its_affiliate
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
SELECT 'fund', c.id, p.account_id, p.amount_micro, p.id FROM payouts p, accounts c WHERE p.id = {requested} AND c.kind = 'commissions';

-- Money leaves for a payout that pays no affiliate
--   refused by fund_has_its_affiliate (23514)
SELECT attack.for_affiliate(5, NULL);

-- A payout pays an affiliate more than was approved
--   refused by guard_chain_payout (23514)
SELECT attack.for_affiliate(25000001, {usd_approved});

-- A payout pays another affiliate
--   refused by guard_chain_payout (23514)
SELECT attack.for_affiliate(25000000, {usd_other});

-- An affiliate is paid twice on a chain
--   refused by ux_affiliate_payout_on_chain_once (23505)
SELECT attack.for_affiliate(25000000, {usd_live}, {affiliate_live});

-- A payout pays an affiliate twice
--   refused by affiliate_chain_payouts_pkey (23505)
--   without it ux_affiliate_payout_on_chain_once
INSERT INTO affiliate_chain_payouts (payout_id, affiliate_payout_id, asked_by) VALUES ({chain_live}, {usd_live}, 'system');

-- A payout that is not there pays an affiliate
--   refused by affiliate_chain_payouts_payout_id_fkey (23503)
--   behind guard_chain_payout (23514)
INSERT INTO affiliate_chain_payouts (payout_id, affiliate_payout_id, asked_by) VALUES (gen_random_uuid(), {usd_approved}, 'system');

-- A payout pays what is not there
--   refused by affiliate_chain_payouts_affiliate_payout_id_fkey (23503)
--   behind guard_chain_payout (23514)
INSERT INTO affiliate_chain_payouts (payout_id, affiliate_payout_id, asked_by) VALUES ({requested}, gen_random_uuid(), 'system');

-- A chain payout's outcome is none
--   refused by affiliate_chain_payouts_outcome_check (23514)
--   behind guard_chain_payout (23514)
UPDATE affiliate_chain_payouts SET outcome = 'lost' WHERE payout_id = {chain_live};

-- A chain payout that paid did not
--   refused by guard_chain_payout (42501)
UPDATE affiliate_chain_payouts SET outcome = 'not_paid' WHERE payout_id = {chain_sent};

-- A chain payout under way did not pay
--   refused by guard_chain_payout (23514)
UPDATE affiliate_chain_payouts SET outcome = 'not_paid' WHERE payout_id = {chain_live};

-- A chain payout pays something else
--   refused by guard_chain_payout (42501)
UPDATE affiliate_chain_payouts SET affiliate_payout_id = {usd_approved} WHERE payout_id = {chain_live};

-- A chain payout paid, and its affiliate's payout does not say so
--   refused by chain_payout_reaches_its_affiliate (23514)
--   behind guard_chain_payout (23514)
UPDATE affiliate_chain_payouts SET outcome = 'paid' WHERE payout_id = {chain_live};

-- A chain payout disappears
--   refused by chain_payouts_are_kept (42501)
DELETE FROM affiliate_chain_payouts WHERE payout_id = {chain_failed};

-- All chain payouts disappear
--   refused by chain_payouts_are_never_truncated (42501)
TRUNCATE affiliate_chain_payouts;

-- An affiliate is paid by bank while a chain may pay
--   refused by guard_affiliate_payout (23514)
--   the rule: OLD.status = 'approved' AND NEW.status <> 'approved' => false
UPDATE affiliate_payouts SET status = 'paid', paid_at = now(), external_ref = 'by-bank' WHERE id = {usd_live};

-- An approval is taken back while a chain may pay
--   refused by guard_affiliate_payout (23514)
--   the rule: OLD.status = 'approved' AND NEW.status <> 'approved' => false
UPDATE affiliate_payouts SET status = 'pending', approved_at = NULL, approved_by = NULL WHERE id = {usd_live};

-- An affiliate without an id is reached
--   refused by affiliate_payees_affiliate_id_check (23514)
INSERT INTO affiliate_payees (affiliate_id, told_by) VALUES ('', 'system');

-- An affiliate is reached in two ways
--   refused by affiliate_payees_pkey (23505)
INSERT INTO affiliate_payees (affiliate_id, told_by) VALUES ('ann', 'system');

-- An affiliate's name says nothing
--   refused by affiliate_payees_name_check (23514)
UPDATE affiliate_payees SET name = '' WHERE affiliate_id = 'ann';

-- An affiliate's e-mail address is none
--   refused by affiliate_payees_email_check (23514)
UPDATE affiliate_payees SET email = '@' WHERE affiliate_id = 'ann';

-- An affiliate's network is none
--   refused by affiliate_payees_network_check (23514)
UPDATE affiliate_payees SET network = 'Sol ana' WHERE affiliate_id = 'ann';

-- An affiliate's wallet is too short
--   refused by affiliate_payees_address_check (23514)
UPDATE affiliate_payees SET address = 'A' WHERE affiliate_id = 'ann';

-- An affiliate's wallet is on no network
--   refused by wallet_is_whole (23514)
UPDATE affiliate_payees SET network = NULL WHERE affiliate_id = 'ann';

-- What the application may not even try: 005_roles.sql. Each door is opened once, to see that nothing else kept it shut, or what.

-- The application invents a reward
--   opened by GRANT INSERT, SELECT ON rewards TO settlement_app
--   without it posted_reward_has_transfer
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by, posted_at)
VALUES (gen_random_uuid(), {account}, 'reward', 5, 'x', now(), 'worker', now());

-- The application credits a user who did nothing
--   opened by GRANT INSERT ON rewards TO settlement_app
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', 5, 'x', now(), 'worker');

-- The application raises a balance
--   opened by GRANT UPDATE ON accounts TO settlement_app
--   without it guard_account
UPDATE accounts SET posted_micro = posted_micro + 1 WHERE id = {account};

-- The application opens an account
--   opened by GRANT INSERT ON accounts TO settlement_app
INSERT INTO accounts (kind, user_id, asset) VALUES ('user', gen_random_uuid(), 'USDC');

-- The application books a transfer
--   opened by GRANT INSERT ON ledger_transfers TO settlement_app
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 5, 'invoice');

-- The application stores a payout past its door
--   opened by GRANT INSERT ON payouts TO settlement_app
--   without it payout_has_its_reserve
INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals)
VALUES (gen_random_uuid(), {user}, {account}, 5, 'solana', repeat('A', 40), 'USDC', 'mint', 6);

-- The application changes where a payout goes
--   opened by GRANT UPDATE ON payouts TO settlement_app
--   without it guard_payout
UPDATE payouts SET address = repeat('B', 40) WHERE id = {requested};

-- The application sets a nonce
--   opened by GRANT UPDATE ON wallets TO settlement_app
--   without it guard_wallet
UPDATE wallets SET next_nonce = next_nonce + 1 WHERE network = 'ethereum';

-- The application moves a transaction to another nonce
--   opened by GRANT UPDATE ON chain_transactions TO settlement_app
--   without it guard_transaction
UPDATE chain_transactions SET nonce = 77 WHERE id = {evm_tx};

-- The application chooses a transaction's id
--   opened by GRANT INSERT ON chain_transactions TO settlement_app
--   without it chain_transactions_pkey
INSERT INTO chain_transactions (id, network, sender, last_valid_block_height, due_at)
OVERRIDING SYSTEM VALUE VALUES ({riding_tx}, 'solana', 'solana-wallet', 100, now());

-- The application chooses when an event was recorded
--   opened by GRANT INSERT ON payout_events TO settlement_app
INSERT INTO payout_events (payout_id, version, action, actor, recorded_at) VALUES ({parked}, 2, 'parked', 'worker', '2020-01-01');

-- The application puts another payout on a ride
--   opened by GRANT UPDATE ON transaction_payouts TO settlement_app
--   without it guard_ride
UPDATE transaction_payouts SET payout_id = {returned} WHERE transaction_id = {riding_tx};

-- The application changes signed bytes
--   opened by GRANT UPDATE ON attempts TO settlement_app
--   without it attempts_are_append_only
UPDATE attempts SET bytes = '\x00';

-- The application rewrites history
--   opened by GRANT UPDATE ON payout_events TO settlement_app
--   without it events_are_append_only
UPDATE payout_events SET actor = 'operator:innocent';

-- The application deletes history
--   opened by GRANT DELETE ON payout_events TO settlement_app
--   without it events_are_append_only
DELETE FROM payout_events;

-- The application deletes a payout
--   opened by GRANT DELETE ON payouts TO settlement_app
--   without it payouts_are_kept
DELETE FROM payouts;

-- The application deletes signed bytes
--   opened by GRANT DELETE ON attempts TO settlement_app
--   without it attempts_are_append_only
DELETE FROM attempts;

-- The application deletes a session
--   opened by GRANT DELETE ON sessions TO settlement_app
DELETE FROM sessions;

-- The application forgets a key
--   opened by GRANT DELETE ON idempotency_keys TO settlement_app
DELETE FROM idempotency_keys;

-- The application points a key at another payout
--   opened by GRANT UPDATE ON idempotency_keys TO settlement_app
UPDATE idempotency_keys SET payout_id = {sent};

-- The application truncates signed bytes
--   opened by GRANT TRUNCATE ON attempts TO settlement_app
--   without it attempts_are_never_truncated
TRUNCATE attempts;

-- The application truncates the ledger
--   opened by GRANT TRUNCATE ON ledger_transfers TO settlement_app
--   without it transfers_are_never_truncated
TRUNCATE ledger_transfers;

-- The application truncates sessions
--   opened by GRANT TRUNCATE ON sessions TO settlement_app
TRUNCATE sessions;

-- The application adds an asset
--   opened by GRANT INSERT ON assets TO settlement_app
INSERT INTO assets VALUES ('DOGE');

-- The application says that a migration ran
--   opened by GRANT INSERT ON schema_migrations TO settlement_app
INSERT INTO schema_migrations (name) VALUES ('999_backdoor.sql');

-- The application posts rewards itself
--   opened by GRANT EXECUTE ON FUNCTION settle_account TO settlement_app
SELECT settle_account({account});

-- The application switches a trigger off
--   opened by ALTER TABLE payouts OWNER TO settlement_app
ALTER TABLE payouts DISABLE TRIGGER guard_payout;

-- The application switches all triggers off
--   opened by GRANT SET ON PARAMETER session_replication_role TO settlement_app
SET session_replication_role = replica;

-- The application drops a law
--   opened by ALTER TABLE accounts OWNER TO settlement_app
ALTER TABLE accounts DROP CONSTRAINT balance_never_negative;

-- The application makes a law anew
--   opened by GRANT CREATE ON SCHEMA settlement TO settlement_app; ALTER FUNCTION guard_payout OWNER TO settlement_app
CREATE OR REPLACE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

-- The application hangs its own trigger on payouts
--   opened by GRANT TRIGGER ON payouts TO settlement_app; GRANT EXECUTE ON FUNCTION guard_account TO settlement_app
CREATE TRIGGER aaa BEFORE UPDATE ON payouts FOR EACH ROW EXECUTE FUNCTION guard_account();

-- The application puts a table of its own among ours
--   opened by GRANT CREATE ON SCHEMA settlement TO settlement_app
CREATE TABLE settlement.shadow (id int);

-- The application turns back the numbers on the chain
--   opened by GRANT UPDATE ON SEQUENCE payouts_number_seq TO settlement_app
SELECT setval('payouts_number_seq', 1000000);

-- The application becomes the owner
--   opened by GRANT pg_write_all_data TO settlement_app
SET ROLE pg_write_all_data;

-- A trigger of the application's own, two deep, moves a balance
--   opened by GRANT UPDATE ON accounts TO settlement_app
CREATE TABLE quartz.lever (id int);
CREATE FUNCTION quartz.pull() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN UPDATE settlement.accounts SET posted_micro = posted_micro + 1000 WHERE id = {account}; RETURN NEW; END';
CREATE TRIGGER pull BEFORE INSERT ON quartz.lever FOR EACH ROW EXECUTE FUNCTION quartz.pull();
INSERT INTO quartz.lever VALUES (1);

-- The application says that a key stands for another's payout
--   opened by GRANT INSERT ON idempotency_keys TO settlement_app
INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id)
VALUES ('user:1', 'POST /v1/referrals/payouts', 'x', decode(repeat('cd', 32), 'hex'), {requested});

-- The application invents a commission
--   opened by GRANT INSERT ON commissions TO settlement_app
INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by)
VALUES (gen_random_uuid(), 'ann', 'EUR', 'commission', 5, 'x', now(), now(), 'worker');

-- The application approves past its door
--   opened by GRANT UPDATE ON affiliate_payouts TO settlement_app
UPDATE affiliate_payouts SET status = 'approved', approved_at = now(), approved_by = 'system' WHERE id = {pending_for_ann};

-- The application gives a token more to do
--   opened by GRANT UPDATE ON api_tokens TO settlement_app
UPDATE api_tokens SET scopes = '{admin:payouts}';

-- The application deletes a token
--   opened by GRANT DELETE ON api_tokens TO settlement_app
DELETE FROM api_tokens;

-- The application invents an invoice
--   opened by GRANT INSERT ON invoices TO settlement_app
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('x', {account}, 5, 'worker');

-- The application closes an invoice past its door
--   opened by GRANT UPDATE ON invoices TO settlement_app
UPDATE invoices SET closed_at = now() WHERE id = 'invoice';

-- The application chooses since when an address is known
--   opened by GRANT INSERT ON payout_addresses TO settlement_app
INSERT INTO payout_addresses (id, user_id, label, network, address, added_at, active_at)
VALUES (gen_random_uuid(), {user}, 'x', 'solana', repeat('A', 40), '2020-01-01', '2020-01-01');

-- The application tells what never happened
--   opened by GRANT INSERT ON webhook_events TO settlement_app
INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
VALUES (gen_random_uuid(), 'payout.sent', {requested}, 2, '{}', now());

-- The application notes what never happened
--   opened by GRANT INSERT ON webhook_outbox TO settlement_app
INSERT INTO webhook_outbox (type, subject_id, occurred_at) VALUES ('payout.sent', {requested}, now());

-- The application keeps quiet about what happened
--   opened by GRANT DELETE ON webhook_outbox TO settlement_app
DELETE FROM webhook_outbox;

-- The application counts a payout's events anew
--   opened by GRANT SELECT, UPDATE ON webhook_sequences TO settlement_app
UPDATE webhook_sequences SET last = 1;

-- The application sends a message to somebody else
--   opened by GRANT UPDATE ON webhook_deliveries TO settlement_app
UPDATE webhook_deliveries SET endpoint_id = {hook_two};

-- The application makes a delivery
--   opened by GRANT INSERT ON webhook_deliveries TO settlement_app
INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES ({hook_two}, {hook_event});

-- The application forgets a delivery
--   opened by GRANT DELETE ON webhook_deliveries TO settlement_app
DELETE FROM webhook_deliveries;

-- The application says who made an endpoint
--   opened by GRANT UPDATE ON webhook_endpoints TO settlement_app
UPDATE webhook_endpoints SET created_by = 'operator:innocent';

-- The application deletes an endpoint's row
--   opened by GRANT DELETE ON webhook_endpoints TO settlement_app
DELETE FROM webhook_endpoints WHERE id = {hook_two};

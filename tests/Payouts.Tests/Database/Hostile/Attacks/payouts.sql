-- Attacks on payouts and their history: 002_payouts.sql, and guard_payout of 003_chain_transactions.sql.

-- A payout is of nothing
--   refused by payouts_amount_micro_check (23514)
--   without it ledger_transfers_amount_micro_check
SELECT attack.accept(amount => 0);

-- A payout is negative
--   refused by payouts_amount_micro_check (23514)
--   without it ledger_transfers_amount_micro_check
SELECT attack.accept(amount => -5);

-- A payout goes to an impossible network
--   refused by payouts_network_check (23514)
SELECT attack.accept(network => 'Solana!');

-- A payout goes to an impossible address
--   refused by payouts_address_check (23514)
SELECT attack.accept(address => 'short');

-- A payout's asset has too few decimals for its micro-units
--   refused by payouts_asset_decimals_check (23514)
SELECT attack.accept(decimals => 5);

-- A payout has an empty reference
--   refused by payouts_client_reference_check (23514)
SELECT attack.accept(reference => '');

-- A payout is of an unknown asset
--   refused by payouts_asset_fkey (23503)
--   behind guard_new_payout (23514)
SELECT attack.accept(asset => 'DOGE');

-- A payout is of no account
--   refused by payouts_account_id_fkey (23503)
--   behind guard_new_payout (23514)
--   without it ledger_transfers_debit_account_id_fkey
SELECT attack.accept(account => -1);

-- A payout is paid from another user's account
--   refused by guard_new_payout (23514)
SELECT attack.accept(account => {other});

-- Two payouts have one id
--   refused by payouts_pkey (23505)
--   without it ux_events_one_per_version
SELECT attack.accept(id => {requested});

-- Two payouts have one number on the chain
--   refused by number_is_unique (23505)
INSERT INTO payouts (id, number, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals)
OVERRIDING SYSTEM VALUE
SELECT '00000000-0000-0000-0000-00000000000a', number, user_id, account_id, 5, network, address, asset, asset_address, 6
  FROM payouts WHERE id = {requested};
SELECT attack.record('00000000-0000-0000-0000-00000000000a', 'requested');
SELECT attack.reserve('00000000-0000-0000-0000-00000000000a', 5);

-- A payout begins as processing
--   refused by guard_new_payout (23514)
SELECT attack.accept(status => 'processing');

-- A payout begins as of no known status
--   refused by payouts_status_check (23514)
--   behind guard_new_payout (23514)
--   without it payout_events_action_check
SELECT attack.accept(status => 'lost');

-- A payout begins with a fencing token of the future
--   refused by guard_new_payout (23514)
SELECT attack.accept(token => 5);

-- A payout is stored without its reserve
--   refused by payout_has_its_reserve (23514)
SELECT attack.accept(reserved => NULL);

-- A payout is stored with less reserved
--   refused by payout_has_its_reserve (23514)
SELECT attack.accept(amount => 6, reserved => 5);

-- A payout is stored without its event
--   refused by status_has_its_event (23514)
SELECT attack.accept(event => NULL);

-- A payout disappears
--   refused by payouts_are_kept (42501)
--   without it transfer_payout_exists
DELETE FROM payouts WHERE id = {requested};

-- All payouts disappear
--   refused by payouts_are_never_truncated (42501)
--   without it transfers_are_never_truncated
TRUNCATE payouts CASCADE;

-- A payout changes its amount
--   refused by guard_payout (42501)
--   the rule: NEW.amount_micro, => OLD.amount_micro,
UPDATE payouts SET amount_micro = 1 WHERE id = {requested};

-- A payout changes its destination
--   refused by guard_payout (42501)
--   the rule: NEW.address, => OLD.address,
UPDATE payouts SET address = repeat('B', 40) WHERE id = {requested};

-- A payout changes its network
--   refused by guard_payout (42501)
--   the rule: NEW.network, => OLD.network,
UPDATE payouts SET network = 'polygon' WHERE id = {requested};

-- A payout changes its token contract
--   refused by guard_payout (42501)
--   the rule: NEW.asset_address, => OLD.asset_address,
UPDATE payouts SET asset_address = 'another' WHERE id = {requested};

-- A payout changes its decimals
--   refused by guard_payout (42501)
--   the rule: NEW.asset_decimals, => OLD.asset_decimals,
UPDATE payouts SET asset_decimals = 18 WHERE id = {requested};

-- A payout changes its number on the chain
--   refused by guard_payout (42501)
UPDATE payouts SET number = DEFAULT WHERE id = {requested};

-- A payout changes hands
--   refused by guard_payout (42501)
--   the rule: NEW.user_id, NEW.account_id, => OLD.user_id, OLD.account_id,
UPDATE payouts SET user_id = gen_random_uuid(), account_id = {debtor} WHERE id = {requested};

-- A payout's time of request is changed
--   refused by guard_payout (42501)
--   the rule: NEW.requested_at) => OLD.requested_at)
UPDATE payouts SET requested_at = '2020-01-01' WHERE id = {requested};

-- A payout's version is set by hand
--   refused by guard_payout (42501)
--   the rule: IF NEW.version <> OLD.version => IF false
UPDATE payouts SET version = 7 WHERE id = {requested};

-- A fencing token goes back
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) => false
UPDATE payouts SET lease_token = lease_token - 1 WHERE id = {processing};

-- A fencing token is driven to its end
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) => false
UPDATE payouts SET lease_token = 9223372036854775807 WHERE id = {processing};

-- The count of failed rides goes back
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: NEW.failed_rides NOT IN (0, OLD.failed_rides, OLD.failed_rides + 1) => false
UPDATE payouts SET failed_rides = -1 WHERE id = {returned};

-- The count of times that nothing came of it jumps
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: NEW.take_ups NOT IN (0, OLD.take_ups - 1, OLD.take_ups, OLD.take_ups + 1) => false
UPDATE payouts SET take_ups = 1000 WHERE id = {returned};

-- The count of times that nothing came of it falls below nought
--   refused by payouts_take_ups_check (23514)
--   the application meets the same
UPDATE payouts SET take_ups = take_ups - 1 WHERE id = {requested};

-- A payout in the queue is never due again
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: AND NEW.due_at > now() => AND false AND NEW.due_at > now()
UPDATE payouts SET due_at = 'infinity' WHERE id = {returned};

-- A requested payout is due in a hundred years
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: AND NEW.due_at > now() => AND false AND NEW.due_at > now()
UPDATE payouts SET due_at = now() + interval '100 years' WHERE id = {requested};

-- A payout is taken up without a new fencing token
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF NEW.lease_token <> OLD.lease_token + 1 => IF false
SELECT attack.ends({requested}, 'processing', 'lease_owner = ''me''');

-- A payout becomes something unknown
--   refused by payouts_status_check (23514)
--   the application meets the same
--   behind guard_payout (23514)
--   without it status_has_its_event
UPDATE payouts SET status = 'lost' WHERE id = {processing};

-- A sent payout becomes failed
--   refused by guard_payout (23514)
--   the application meets the same
--   without it status_has_its_event
UPDATE payouts SET status = 'failed', failure_code = 'x', tx_hash = NULL WHERE id = {sent};

-- A failed payout becomes sent
--   refused by guard_payout (23514)
--   the application meets the same
--   without it status_has_its_event
UPDATE payouts SET status = 'sent', failure_code = NULL, tx_hash = 'x' WHERE id = {failed};

-- A cancelled payout is taken up
--   refused by guard_payout (23514)
--   the application meets the same
--   without it status_has_its_event
UPDATE payouts SET status = 'processing', lease_token = 1, settled_by = NULL, completed_at = NULL WHERE id = {cancelled};

-- A processing payout goes back to requested
--   refused by guard_payout (23514)
--   the application meets the same
--   without it status_has_its_event
UPDATE payouts SET status = 'requested' WHERE id = {processing};

-- A temporary table of rides hides that a transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: 'settlement', 'pg_temp' => 'settlement'
CREATE TEMPORARY TABLE transaction_payouts (transaction_id bigint, payout_id uuid, outcome text);
GRANT SELECT ON pg_temp.transaction_payouts TO PUBLIC;
SELECT attack.ends({riding}, 'failed', $$settled_by = 'operator', failure_code = 'x', completed_at = now()$$);

-- A temporary table of payouts lets a stale fencing token pass
--   refused by guard_ride (ST002)
--   the application meets the same
--   the rule: 'settlement', 'pg_temp' => 'settlement'
--   without it board
CREATE TEMPORARY TABLE payouts (id uuid, status text, network text, lease_token bigint);
INSERT INTO pg_temp.payouts VALUES ({returned}, 'processing', 'solana', 0);
GRANT SELECT ON pg_temp.payouts TO PUBLIC;
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned}, token => 0);

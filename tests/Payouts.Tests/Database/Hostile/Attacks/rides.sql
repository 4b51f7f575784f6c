-- Attacks on rides and on who is called off: transaction_payouts of 003_chain_transactions.sql.

-- A payout rides twice
--   refused by ux_payout_rides_once (23505)
--   the application meets the same
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {riding});

-- A payout that may have been paid rides again under a new fencing token
--   refused by ux_payout_rides_once (23505)
--   the application meets the same
UPDATE payouts SET lease_token = lease_token + 1, due_at = now() WHERE id = {riding};
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {riding});

-- A payout rides under a stale fencing token
--   refused by guard_ride (ST002)
--   the application meets the same
--   without it board
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned}, token => 0);

-- A payout rides under a stale fencing token, past the guard
--   refused by board (ST002)
--   the application meets the same
--   behind guard_ride (ST002)
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned}, token => 0);

-- A payout rides that nobody has taken up
--   refused by guard_ride (ST002)
--   the application meets the same
--   without it board
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {requested});

-- A sent payout rides again
--   refused by guard_ride (ST002)
--   the application meets the same
--   without it ux_payout_rides_once
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {sent});

-- A failed payout rides
--   refused by guard_ride (ST002)
--   the application meets the same
--   without it board
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {failed});

-- A cancelled payout rides
--   refused by guard_ride (ST002)
--   the application meets the same
--   without it board
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {cancelled});

-- A payout rides on another network
--   refused by guard_ride (ST002)
--   the application meets the same
--   the rule: AND p.network = v_network => 
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {evm_free});

-- A payout boards after the bytes were signed
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: IF EXISTS (SELECT FROM attempts a => IF false AND EXISTS (SELECT FROM attempts a
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token) VALUES ({riding_tx}, 1, {returned}, 1);
UPDATE chain_transactions SET observations = 1 WHERE id = {riding_tx};

-- A payout boards a transaction that is dead
--   refused by guard_ride (ST002)
--   the application meets the same
--   the rule: v_state <> 'open' OR NEW.outcome IS NOT NULL => false
--   without it guard_ride
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token) VALUES ({returned_tx}, 1, {returned}, 1);

-- A payout boards as paid
--   refused by guard_ride (ST002)
--   the rule: OR NEW.outcome IS NOT NULL => 
--   without it guard_ride
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token, outcome) VALUES ({riding_tx}, 1, {returned}, 1, 'paid');

-- Two payouts have one seat
--   refused by transaction_payouts_pkey (23505)
--   the application meets the same
--   behind guard_ride (23514)
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token) VALUES ({riding_tx}, 0, {returned}, 1);

-- A payout has a seat before the first
--   refused by transaction_payouts_position_check (23514)
--   the application meets the same
--   without it transaction_is_whole
SELECT attack.store(seat => -1);

-- A payout rides on no transaction
--   refused by transaction_payouts_transaction_id_fkey (23503)
--   the application meets the same
--   behind guard_ride (ST002)
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token) VALUES (-1, 0, {returned}, 1);

-- No payout rides
--   refused by transaction_payouts_payout_id_fkey (23503)
--   the application meets the same
--   behind guard_ride (ST002)
--   without it board
INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token) VALUES ({riding_tx}, 1, gen_random_uuid(), 1);

-- A seat changes its payout
--   refused by guard_ride (42501)
--   the rule: (OLD.transaction_id, OLD.position, OLD.payout_id, OLD.payout_token) => (NEW.transaction_id, NEW.position, NEW.payout_id, NEW.payout_token)
SELECT attack.decides({riding_tx}, 'dead', 'not_paid', also => $$payout_id = {returned}$$);

-- A ride is paid while its transaction may land
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: IF v_state = 'open' OR (NEW => IF (false AND NEW
--   without it decided_ride_reaches_its_payout
UPDATE transaction_payouts SET outcome = 'paid', evidence = '{}' WHERE transaction_id = {riding_tx};

-- A ride is not paid while its transaction may land
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: IF v_state = 'open' OR (NEW => IF (NEW
UPDATE transaction_payouts SET outcome = 'not_paid' WHERE transaction_id = {riding_tx};

-- A ride is paid by a dead transaction
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: OR (NEW.outcome = 'paid' AND v_state <> 'landed') => 
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({riding_tx}, 'dead', 'paid');

-- A ride is paid without evidence
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: NEW.outcome = 'paid' AND NEW.evidence IS NULL => false
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({riding_tx}, 'landed', 'paid', evidence => NULL);

-- A ride is paid by an evidence of nothing
--   refused by evidence_is_an_object (23514)
--   the application meets the same
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({riding_tx}, 'landed', 'paid', evidence => 'null');

-- A ride becomes something unknown
--   refused by transaction_payouts_outcome_check (23514)
--   the application meets the same
SELECT attack.decides({riding_tx}, 'dead', 'maybe');

-- A ride is decided anew
--   refused by guard_ride (42501)
--   the application meets the same
--   the rule: OR OLD.outcome IS NOT NULL OR => OR
--   without it guard_ride
UPDATE transaction_payouts SET outcome = 'paid', evidence = '{}' WHERE transaction_id = {returned_tx};

-- A paid ride is not paid after all
--   refused by guard_ride (42501)
--   the application meets the same
--   the rule: OR OLD.outcome IS NOT NULL OR => OR
UPDATE transaction_payouts SET outcome = 'not_paid' WHERE transaction_id = {sent_tx};

-- A decided ride is open again
--   refused by guard_ride (42501)
--   the application meets the same
--   the rule: OR OLD.outcome IS NOT NULL OR => OR OLD.outcome IS NULL AND
UPDATE transaction_payouts SET outcome = NULL WHERE transaction_id = {returned_tx};

-- A paid ride leaves its payout under way
--   refused by decided_ride_reaches_its_payout (23514)
--   the application meets the same
SELECT attack.decides({riding_tx}, 'landed', 'paid');

-- A dead transaction leaves a refund held
--   refused by decided_ride_reaches_its_payout (23514)
--   the application meets the same
SELECT attack.decides({held_tx}, 'dead', 'not_paid');

-- A ride disappears
--   refused by rides_are_kept (42501)
DELETE FROM transaction_payouts WHERE transaction_id = {riding_tx};

-- All rides disappear
--   refused by rides_are_never_truncated (42501)
TRUNCATE transaction_payouts;

-- A cancel lands as a payment
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: AND a.kind = 'payment' => 
--   without it decided_ride_reaches_its_payout
SELECT attack.asks({evm_tx}, 'cancel');
SELECT attack.attempt({evm_tx}, kind => 'cancel');
SELECT attack.decides({evm_tx}, 'landed', 'paid');

-- A wish to cancel is taken back
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: OLD.asked = 'cancel' AND NEW.asked IS DISTINCT FROM 'cancel' => false
SELECT attack.asks({evm_tx}, 'cancel');
SELECT attack.asks({evm_tx}, NULL);

-- A nonce that is to be used up is to be paid after all
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: OLD.asked = 'fill' AND => false AND
SELECT attack.asks({evm_tx}, 'fill');
SELECT attack.asks({evm_tx}, 'speed_up');

-- Something unknown is asked of a transaction
--   refused by chain_transactions_asked_check (23514)
--   the application meets the same
SELECT attack.asks({evm_tx}, 'patience');

-- Nobody asks
--   refused by ask_is_whole (23514)
--   the application meets the same
UPDATE chain_transactions SET asked = 'cancel' WHERE id = {evm_tx};

-- A cancel is asked for where nothing takes the place of another
--   refused by ask_needs_a_nonce (23514)
--   the application meets the same
SELECT attack.asks({riding_tx}, 'cancel');

-- A rider is called off and no cancel was asked for
--   refused by guard_ride (23514)
--   the application meets the same
--   the rule: (v_state <> 'open' OR v_asked IS DISTINCT FROM 'cancel') => false
UPDATE transaction_payouts SET cancel_asked_by = 'operator' WHERE transaction_id = {evm_tx};

-- A rider is not called off after all
--   refused by guard_ride (42501)
--   the application meets the same
--   the rule: OR NEW.outcome IS NULL AND (NEW.evidence IS NOT NULL OR NEW.cancel_asked_by IS NULL) => 
--   without it guard_ride
SELECT attack.asks({evm_tx}, 'cancel');
UPDATE transaction_payouts SET cancel_asked_by = 'operator' WHERE transaction_id = {evm_tx};
UPDATE transaction_payouts SET cancel_asked_by = NULL WHERE transaction_id = {evm_tx};

-- Somebody else has called a rider off
--   refused by guard_ride (42501)
--   the application meets the same
--   the rule: AND (NEW.cancel_asked_by, NEW.cancel_note) IS DISTINCT FROM (OLD.cancel_asked_by, OLD.cancel_note) => AND false
SELECT attack.asks({evm_tx}, 'cancel');
UPDATE transaction_payouts SET cancel_asked_by = 'operator' WHERE transaction_id = {evm_tx};
UPDATE transaction_payouts SET cancel_asked_by = 'operator:eve' WHERE transaction_id = {evm_tx};

-- A note of nobody calls a rider off
--   refused by note_needs_an_asker (23514)
--   the application meets the same
--   behind guard_ride (42501)
UPDATE transaction_payouts SET cancel_note = 'why' WHERE transaction_id = {evm_tx};

-- A rider that was called off stays under way
--   refused by decided_ride_reaches_its_payout (23514)
--   the application meets the same
SELECT attack.asks({evm_tx}, 'cancel');
UPDATE transaction_payouts SET cancel_asked_by = 'operator' WHERE transaction_id = {evm_tx};
SELECT attack.decides({evm_tx}, 'dead', 'not_paid');

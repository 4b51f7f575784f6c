-- Attacks on rides and signed bytes: transaction_payouts, attempts, broadcast_notes of 003_chain_transactions.sql.

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

-- Bytes are stored under a stale fencing token
--   refused by guard_attempt (ST002)
--   the application meets the same
--   the rule: t.lease_token = NEW.lease_token => true
SELECT attack.attempt({evm_tx}, lease => 0);

-- Bytes are stored for a decided transaction
--   refused by guard_attempt (ST002)
--   the application meets the same
--   without it ux_attempts_one_without_nonce
SELECT attack.attempt({returned_tx}, network => 'solana', signer => 'solana-wallet', nonce => NULL);

-- Bytes are stored under another network
--   refused by guard_attempt (ST002)
--   the application meets the same
--   the rule: AND t.network = NEW.network => 
SELECT attack.attempt({evm_tx}, network => 'polygon');

-- Bytes are signed by another wallet
--   refused by guard_attempt (ST002)
--   the application meets the same
--   the rule: AND t.sender = NEW.signed_by => 
SELECT attack.attempt({evm_tx}, signer => 'thief');

-- Bytes without a nonce claim to have one
--   refused by guard_attempt (ST002)
--   the application meets the same
--   the rule: AND t.nonce IS NOT DISTINCT FROM NEW.nonce => 
--   without it guard_attempt
SELECT attack.attempt({riding_tx}, network => 'solana', signer => 'solana-wallet', nonce => 0);

-- A dearer attempt is at another nonce
--   refused by guard_attempt (ST002)
--   the application meets the same
--   the rule: AND t.nonce IS NOT DISTINCT FROM NEW.nonce => 
SELECT attack.attempt({evm_tx}, nonce => 1);

-- An attempt leaves one out
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: AND p.sequence = NEW.sequence - 1 => 
SELECT attack.attempt({evm_tx}, sequence => 3);

-- An attempt has another fee and no tip
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: AND NEW.tip > p.tip AND NEW.tip * 10 >= p.tip * 11 => 
SELECT attack.attempt({evm_tx}, tip => NULL);

-- The fee of an attempt rises by less than a tenth
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: AND NEW.max_fee * 10 >= p.max_fee * 11 => 
SELECT attack.attempt({evm_tx}, max_fee => 1099);

-- The tip of an attempt rises by less than a tenth
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: AND NEW.tip * 10 >= p.tip * 11 => 
SELECT attack.attempt({evm_tx}, tip => 109);

-- A transaction is cancelled and nobody asked
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: OR v_asked IS NULL OR v_asked = 'speed_up' => 
SELECT attack.attempt({evm_tx}, kind => 'cancel');

-- A transaction is cancelled although it was to be faster
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: OR v_asked IS NULL OR v_asked = 'speed_up' => 
SELECT attack.asks({evm_tx}, 'speed_up');
SELECT attack.attempt({evm_tx}, kind => 'cancel');

-- A payment follows a cancel
--   refused by guard_attempt (23514)
--   the application meets the same
--   the rule: NEW.kind = 'payment' AND EXISTS => false AND EXISTS
SELECT attack.asks({evm_tx}, 'cancel');
SELECT attack.attempt({evm_tx}, kind => 'cancel');
SELECT attack.attempt({evm_tx}, sequence => 3, hash => repeat('w', 32), max_fee => 1300, tip => 130);

-- An attempt does something unknown
--   refused by attempts_kind_check (23514)
--   the application meets the same
SELECT attack.attempt({evm_tx}, kind => 'gift');

-- An attempt offers nothing
--   refused by attempts_max_fee_check (23514)
--   the application meets the same
SELECT attack.store(max_fee => 0);

-- An attempt offers a negative tip
--   refused by attempts_tip_check (23514)
--   the application meets the same
SELECT attack.store(tip => -1);

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

-- A second signature lives beside the first
--   refused by ux_attempts_one_without_nonce (23505)
--   the application meets the same
SELECT attack.attempt({riding_tx}, network => 'solana', signer => 'solana-wallet', nonce => NULL);

-- One signature is in two places
--   refused by ux_attempts_hash (23505)
--   the application meets the same
SELECT attack.attempt({evm_tx}, hash => {evm_hash});

-- Two attempts are both the second
--   refused by attempt_sequence (23505)
--   the application meets the same
SELECT attack.attempt({evm_tx}, sequence => 1);

-- An attempt comes before the first
--   refused by attempts_sequence_check (23514)
--   the application meets the same
SELECT attack.attempt({evm_tx}, sequence => 0);

-- An attempt has an impossible hash
--   refused by attempts_hash_check (23514)
--   the application meets the same
SELECT attack.attempt({evm_tx}, hash => 'short');

-- An attempt has no bytes
--   refused by attempts_bytes_check (23514)
--   the application meets the same
SELECT attack.attempt({evm_tx}, bytes => '');

-- Bytes are of no transaction
--   refused by attempts_transaction_id_fkey (23503)
--   the application meets the same
--   behind guard_attempt (ST002)
SELECT attack.attempt(-1);

-- Two attempts have one id
--   refused by attempts_pkey (23505)
INSERT INTO attempts (id, transaction_id, sequence, network, hash, bytes, nonce, max_fee, tip, lease_token, terms, signed_by)
OVERRIDING SYSTEM VALUE
SELECT id, transaction_id, 2, network, repeat('x', 32), bytes, nonce, max_fee * 2, tip * 2, lease_token, terms, signed_by
  FROM attempts WHERE transaction_id = {evm_tx};

-- Signed bytes are changed
--   refused by attempts_are_append_only (42501)
UPDATE attempts SET bytes = '\x00' WHERE transaction_id = {evm_tx};

-- Signed bytes disappear
--   refused by attempts_are_append_only (42501)
DELETE FROM attempts WHERE transaction_id = {evm_tx};

-- All signed bytes disappear
--   refused by attempts_are_never_truncated (42501)
TRUNCATE attempts;

-- A node said something impossible
--   refused by broadcast_notes_outcome_check (23514)
--   the application meets the same
INSERT INTO broadcast_notes (transaction_id, hash, outcome, reason) VALUES ({riding_tx}, 'x', 'taken', 'x');

-- A node spoke of no transaction
--   refused by broadcast_notes_transaction_id_fkey (23503)
--   the application meets the same
INSERT INTO broadcast_notes (transaction_id, hash, outcome, reason) VALUES (-1, 'x', 'unknown', 'x');

-- Two notes have one id
--   refused by broadcast_notes_pkey (23505)
INSERT INTO broadcast_notes (id, transaction_id, hash, outcome, reason)
OVERRIDING SYSTEM VALUE SELECT min(id), {riding_tx}, 'x', 'unknown', 'x' FROM broadcast_notes;

-- What a node said is changed
--   refused by broadcast_notes_are_append_only (42501)
UPDATE broadcast_notes SET reason = 'Taken.';

-- What a node said disappears
--   refused by broadcast_notes_are_append_only (42501)
DELETE FROM broadcast_notes;

-- All that nodes said disappears
--   refused by broadcast_notes_are_never_truncated (42501)
TRUNCATE broadcast_notes;

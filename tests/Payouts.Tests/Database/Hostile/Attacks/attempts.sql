-- Attacks on signed bytes and what nodes said of them: attempts, broadcast_notes of 003_chain_transactions.sql.

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

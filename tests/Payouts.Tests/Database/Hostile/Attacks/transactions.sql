-- Attacks on wallets, transactions, rides and signed bytes: 003_chain_transactions.sql.

-- A wallet is on an impossible network
--   refused by wallets_network_check (23514)
--   the application meets the same
INSERT INTO wallets (network, address) VALUES ('Solana!', 'x');

-- A nonce is negative
--   refused by wallets_next_nonce_check (23514)
--   the application meets the same
INSERT INTO wallets (network, address, next_nonce) VALUES ('polygon', 'x', -1);

-- A nonce is more than a network can count
--   refused by wallets_next_nonce_check (23514)
--   the application meets the same
INSERT INTO wallets (network, address, next_nonce) VALUES ('polygon', 'x', 18446744073709551616);

-- A wallet is known twice
--   refused by wallets_pkey (23505)
--   the application meets the same
--   without it ux_wallets_one_spelling
INSERT INTO wallets (network, address, next_nonce) VALUES ('ethereum', 'ethereum-wallet', 0);

-- A wallet is known under two spellings
--   refused by ux_wallets_one_spelling (23505)
--   the application meets the same
INSERT INTO wallets (network, address, next_nonce) VALUES ('ethereum', 'Ethereum-Wallet', 0);

-- A wallet is frozen without a reason
--   refused by frozen_has_a_reason (23514)
--   the application meets the same
UPDATE wallets SET frozen = true WHERE network = 'solana' AND NOT frozen;

-- A wallet keeps the reason of a freeze that is over
--   refused by frozen_has_a_reason (23514)
--   the application meets the same
UPDATE wallets SET frozen = false WHERE network = 'solana' AND frozen;

-- A nonce is lowered
--   refused by guard_wallet (42501)
UPDATE wallets SET next_nonce = 0 WHERE network = 'ethereum';

-- A nonce is jumped
--   refused by guard_wallet (42501)
UPDATE wallets SET next_nonce = next_nonce + 5 WHERE network = 'ethereum';

-- A nonce is taken without a use
--   refused by guard_wallet (42501)
UPDATE wallets SET next_nonce = next_nonce + 1 WHERE network = 'ethereum';

-- A wallet gets another address
--   refused by guard_wallet (42501)
UPDATE wallets SET address = 'thief' WHERE address = 'frozen-wallet';

-- A wallet disappears
--   refused by wallets_are_kept (42501)
DELETE FROM wallets WHERE address = 'frozen-wallet';

-- All wallets disappear
--   refused by wallets_are_never_truncated (42501)
--   without it transactions_are_never_truncated
TRUNCATE wallets CASCADE;

-- A nonce is used twice
--   refused by guard_transaction (ST001)
--   the application meets the same
--   without it ux_transactions_nonce
SELECT attack.store(nonce => 0);

-- A nonce is used twice, past the wallet
--   refused by ux_transactions_nonce (23505)
--   the application meets the same
--   behind guard_transaction (ST001)
SELECT attack.store(nonce => 0);

-- A nonce is left out
--   refused by guard_transaction (ST001)
--   the application meets the same
--   the rule: w.next_nonce = NEW.nonce AND NOT w.frozen FOR => NOT w.frozen FOR
SELECT attack.store(nonce => 5);

-- A frozen wallet sends
--   refused by guard_transaction (ST001)
--   the application meets the same
--   the rule: w.next_nonce IS NULL AND NOT w.frozen; => w.next_nonce IS NULL;
SELECT attack.store('solana', 'frozen-wallet', NULL, 100, {returned});

-- An unknown wallet sends
--   refused by guard_transaction (ST001)
--   the application meets the same
--   without it wallet_is_known
SELECT attack.store('solana', 'nobody', NULL, 100, {returned});

-- An unknown wallet sends, past the guard
--   refused by wallet_is_known (23503)
--   the application meets the same
--   behind guard_transaction (ST001)
SELECT attack.store('solana', 'nobody', NULL, 100, {returned});

-- A wallet with nonces sends without one
--   refused by guard_transaction (ST001)
--   the application meets the same
--   the rule: w.next_nonce IS NULL AND NOT w.frozen; => NOT w.frozen;
SELECT attack.store(nonce => NULL, height => 100);

-- A transaction has a nonce and an end
--   refused by one_kind_of_place (23514)
--   the application meets the same
SELECT attack.store(height => 100);

-- A transaction has neither a nonce nor an end
--   refused by one_kind_of_place (23514)
--   the application meets the same
SELECT attack.store('solana', 'solana-wallet', NULL, NULL, {returned});

-- A transaction has a negative nonce
--   refused by chain_transactions_nonce_check (23514)
--   the application meets the same
--   behind guard_transaction (ST001)
SELECT attack.store(nonce => -1);

-- A transaction has an impossible end
--   refused by chain_transactions_last_valid_block_height_check (23514)
--   the application meets the same
SELECT attack.store('solana', 'solana-wallet', NULL, 0, {returned});

-- A transaction begins decided
--   refused by guard_transaction (23514)
--   without it transaction_is_whole
INSERT INTO chain_transactions (network, sender, last_valid_block_height, due_at, state, proof, decided_at)
VALUES ('solana', 'solana-wallet', 100, now(), 'dead', '{}', now());

-- A transaction begins with a fencing token of the future
--   refused by guard_transaction (23514)
--   without it transaction_is_whole
INSERT INTO chain_transactions (network, sender, last_valid_block_height, due_at, lease_token)
VALUES ('solana', 'solana-wallet', 100, now(), 5);

-- A new transaction is never looked at
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: OR NEW.due_at > now() + interval '7 days' THEN => THEN
SELECT attack.store(due => 'infinity');

-- Two transactions have one id
--   refused by chain_transactions_pkey (23505)
INSERT INTO chain_transactions (id, network, sender, last_valid_block_height, due_at)
OVERRIDING SYSTEM VALUE VALUES ({returned_tx}, 'solana', 'solana-wallet', 100, now());

-- A transaction is stored without signed bytes
--   refused by transaction_is_whole (23514)
--   the application meets the same
SELECT attack.store(hash => NULL);

-- A transaction carries nobody
--   refused by transaction_is_whole (23514)
--   the application meets the same
SELECT attack.store(payout => NULL);

-- A transaction leaves a seat empty
--   refused by transaction_is_whole (23514)
--   the application meets the same
SELECT attack.store(seat => 1);

-- A transaction changes its nonce
--   refused by guard_transaction (42501)
--   the rule: OLD.nonce, => NEW.nonce,
UPDATE chain_transactions SET nonce = 77 WHERE id = {evm_tx};

-- A transaction changes its wallet
--   refused by guard_transaction (42501)
--   the rule: OLD.sender, => NEW.sender,
UPDATE chain_transactions SET sender = 'frozen-wallet' WHERE id = {riding_tx};

-- A transaction's end is moved
--   refused by guard_transaction (42501)
--   the rule: OLD.last_valid_block_height, => NEW.last_valid_block_height,
UPDATE chain_transactions SET last_valid_block_height = 1 WHERE id = {riding_tx};

-- A decided transaction is open again
--   refused by guard_transaction (42501)
--   the application meets the same
--   the rule: OR OLD.state <> 'open' => 
UPDATE chain_transactions SET state = 'open', proof = NULL, decided_at = NULL WHERE id = {returned_tx};

-- A dead transaction lands
--   refused by guard_transaction (42501)
--   the application meets the same
--   the rule: OR OLD.state <> 'open' => 
UPDATE chain_transactions SET state = 'landed', landed_hash = {returned_hash} WHERE id = {returned_tx};

-- A transaction's fencing token goes back
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) => false
UPDATE chain_transactions SET lease_token = 0 WHERE id = {riding_tx};

-- A transaction's fencing token is driven to its end
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) => false
UPDATE chain_transactions SET lease_token = 9223372036854775807 WHERE id = {riding_tx};

-- A transaction's count of observations is driven to its end
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: NEW.observations NOT IN (OLD.observations, OLD.observations + 1) => false
UPDATE chain_transactions SET observations = 2147483647 WHERE id = {riding_tx};

-- An open transaction is never looked at again
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: IF NEW.state = 'open' AND NEW.due_at => IF false AND NEW.due_at
UPDATE chain_transactions SET due_at = 'infinity' WHERE id = {riding_tx};

-- A transaction becomes something unknown
--   refused by chain_transactions_state_check (23514)
--   the application meets the same
SELECT attack.decides({riding_tx}, 'lost', 'not_paid');

-- A transaction is dead without proof
--   refused by decided_has_proof (23514)
--   the application meets the same
SELECT attack.decides({riding_tx}, 'dead', 'not_paid', proof => NULL);

-- A transaction is dead by a proof of nothing
--   refused by proof_is_an_object (23514)
--   the application meets the same
SELECT attack.decides({riding_tx}, 'dead', 'not_paid', proof => 'null');

-- An open transaction has a proof
--   refused by decided_has_proof (23514)
--   the application meets the same
UPDATE chain_transactions SET proof = '{}' WHERE id = {riding_tx};

-- A transaction lands that we never signed
--   refused by guard_transaction (23514)
--   the application meets the same
--   the rule: IF NEW.state = 'landed' AND => IF false AND
SELECT attack.decides({riding_tx}, 'landed', 'not_paid', hash => 'another');

-- A transaction lands under no hash
--   refused by landed_has_hash (23514)
--   the application meets the same
--   behind guard_transaction (23514)
SELECT attack.decides({riding_tx}, 'landed', 'not_paid', hash => NULL);

-- A dead transaction has landed somewhere
--   refused by landed_has_hash (23514)
--   the application meets the same
UPDATE chain_transactions SET state = 'dead', proof = '{}', decided_at = now(), landed_hash = {riding_hash} WHERE id = {riding_tx};
UPDATE transaction_payouts SET outcome = 'not_paid' WHERE transaction_id = {riding_tx};

-- A transaction is decided and its rider is not
--   refused by transaction_is_whole (23514)
--   the application meets the same
UPDATE chain_transactions SET state = 'dead', proof = '{}', decided_at = now() WHERE id = {riding_tx};

-- A transaction disappears
--   refused by transactions_are_kept (42501)
--   without it transaction_payouts_transaction_id_fkey
DELETE FROM chain_transactions WHERE id = {riding_tx};

-- All transactions disappear
--   refused by transactions_are_never_truncated (42501)
--   without it rides_are_never_truncated
TRUNCATE chain_transactions CASCADE;

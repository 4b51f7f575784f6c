-- Attacks on what is known of the wallets' own transactions: 014_own_transactions.sql.

-- A wallet is watched twice
--   refused by wallet_watch_pkey (23505)
--   the application meets the same
INSERT INTO wallet_watch (network, address) VALUES ('solana', 'solana-wallet'), ('solana', 'solana-wallet');

-- Nobody's wallet is watched
--   refused by wallet_watch_network_address_fkey (23503)
--   the application meets the same
INSERT INTO wallet_watch (network, address) VALUES ('solana', 'nobody');

-- Two finds have one id
--   refused by foreign_transactions_pkey (23505)
INSERT INTO foreign_transactions (id, network, sender, transaction_id, transfers, facts)
OVERRIDING SYSTEM VALUE VALUES (1, 'solana', 'solana-wallet', 'a', '[]', '{}'), (1, 'solana', 'solana-wallet', 'b', '[]', '{}');

-- A find is nowhere on the chain
--   refused by foreign_is_in_a_place (23514)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, transfers, facts) VALUES ('solana', 'solana-wallet', '[]', '{}');

-- What a find moved is no list
--   refused by foreign_transfers_a_list (23514)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '{}', '{}');

-- Nobody's wallet signed a find
--   refused by foreign_wallet_is_known (23503)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'nobody', 'a', '[]', '{}');

-- A transaction is found twice
--   refused by foreign_is_found_once (23505)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts)
VALUES ('solana', 'solana-wallet', 'a', '[]', '{}'), ('solana', 'solana-wallet', 'a', '[]', '{}');

-- A nonce is found twice
--   refused by foreign_nonce_found_once (23505)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, nonce, transfers, facts)
VALUES ('ethereum', 'ethereum-wallet', 9, '[]', '{}'), ('ethereum', 'ethereum-wallet', 9, '[]', '{}');

-- A find is told otherwise
--   refused by foreign_is_append_only (42501)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
UPDATE foreign_transactions SET transfers = '[{"to": "nobody", "baseUnits": "0"}]';

-- A find is forgotten
--   refused by foreign_is_append_only (42501)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
DELETE FROM foreign_transactions;

-- All finds are forgotten
--   refused by foreign_is_never_truncated (42501)
--   without it adoptions_are_never_truncated
TRUNCATE foreign_transactions CASCADE;

-- A find is accounted for twice
--   refused by adoptions_pkey (23505)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
INSERT INTO adoptions (foreign_id, actor, reason) SELECT id, 'operator:' || n, 'x' FROM foreign_transactions, generate_series(1, 2) n;

-- What nobody found is accounted for
--   refused by adoptions_foreign_id_fkey (23503)
INSERT INTO adoptions (foreign_id, actor, reason) VALUES (-1, 'operator:ann', 'x');

-- A worker accounts for a find
--   refused by an_operator_adopts (23514)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
INSERT INTO adoptions (foreign_id, actor, reason) SELECT id, 'worker:w', 'x' FROM foreign_transactions;

-- A find is accounted for without a reason
--   refused by adoption_has_a_reason (23514)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
INSERT INTO adoptions (foreign_id, actor, reason) SELECT id, 'operator:ann', ' ' FROM foreign_transactions;

-- An operator's word changes hands
--   refused by adoptions_are_append_only (42501)
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts) VALUES ('solana', 'solana-wallet', 'a', '[]', '{}');
INSERT INTO adoptions (foreign_id, actor, reason) SELECT id, 'operator:ann', 'x' FROM foreign_transactions;
UPDATE adoptions SET actor = 'operator:bob';

-- All that was accounted for is open again
--   refused by adoptions_are_never_truncated (42501)
TRUNCATE adoptions;

-- A wallet is thawed over a transaction that nobody has accounted for
--   refused by guard_thaw (23514)
--   the application meets the same
INSERT INTO foreign_transactions (network, sender, transaction_id, transfers, facts)
SELECT network, address, 'a', '[]', '{}' FROM wallets WHERE frozen;
UPDATE wallets SET frozen = false, frozen_reason = NULL, frozen_at = NULL WHERE frozen;

-- A nonce goes on behind a transaction that nobody has accounted for
--   refused by guard_wallet (42501)
--   the rule: adoptions a JOIN foreign_transactions f ON f.id = a.foreign_id => foreign_transactions f
INSERT INTO foreign_transactions (network, sender, nonce, transfers, facts)
SELECT network, address, next_nonce, '[]', '{}' FROM wallets WHERE network = 'ethereum' AND address = 'ethereum-wallet';
UPDATE wallets SET next_nonce = next_nonce + 1 WHERE network = 'ethereum' AND address = 'ethereum-wallet';

-- A nonce jumps behind a transaction that was accounted for
--   refused by guard_wallet (42501)
--   the rule: NEW.next_nonce <> OLD.next_nonce + 1 => false
INSERT INTO foreign_transactions (network, sender, nonce, transfers, facts)
SELECT network, address, next_nonce, '[]', '{}' FROM wallets WHERE network = 'ethereum' AND address = 'ethereum-wallet';
INSERT INTO adoptions (foreign_id, actor, reason) SELECT id, 'operator:ann', 'x' FROM foreign_transactions;
UPDATE wallets SET next_nonce = next_nonce + 2 WHERE network = 'ethereum' AND address = 'ethereum-wallet';

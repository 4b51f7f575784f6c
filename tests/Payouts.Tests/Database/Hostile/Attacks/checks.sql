-- Attacks on questions to the chain and what they are believed for: 013_transfer_checks.sql.

-- Nothing is asked about
--   refused by transfer_checks_tx_hash_check (23514)
--   the application meets the same
INSERT INTO transfer_checks (payout_id, tx_hash, asked_by) VALUES ({processing}, '', 'operator');

-- A question is about no payout
--   refused by transfer_checks_payout_id_fkey (23503)
--   the application meets the same
INSERT INTO transfer_checks (payout_id, tx_hash, asked_by) VALUES (gen_random_uuid(), 'hash', 'operator');

-- The same is asked twice at a time
--   refused by ux_transfer_checks_waiting (23505)
--   the application meets the same
INSERT INTO transfer_checks (payout_id, tx_hash, asked_by)
VALUES ({processing}, 'hash', 'operator'), ({processing}, 'hash', 'operator');

-- Two questions have one id
--   refused by transfer_checks_pkey (23505)
INSERT INTO transfer_checks (id, payout_id, tx_hash, asked_by) OVERRIDING SYSTEM VALUE
VALUES ({check_made}, {processing}, 'hash', 'operator');

-- The chain says perhaps
--   refused by transfer_checks_answer_check (23514)
--   the application meets the same
UPDATE transfer_checks SET answer = 'perhaps', evidence = '{}', answered_by = 'w', answered_at = now() WHERE id = {check_open};

-- Nobody answered
--   refused by answered_by_somebody (23514)
--   the application meets the same
UPDATE transfer_checks SET answer = 'unknown', answered_at = now() WHERE id = {check_open};

-- A transfer was made nowhere
--   refused by made_in_some_place (23514)
--   the application meets the same
UPDATE transfer_checks SET answer = 'made', evidence = '{}', transaction_id = 'hash', places = '{}', answered_by = 'w', answered_at = now()
 WHERE id = {check_open};

-- A transfer that was not made has a place
--   refused by made_in_some_place (23514)
--   the application meets the same
UPDATE transfer_checks SET answer = 'unknown', places = '{1}', answered_by = 'w', answered_at = now() WHERE id = {check_open};

-- The chain says so without evidence
--   refused by final_answer_has_evidence (23514)
--   the application meets the same
UPDATE transfer_checks SET answer = 'failed', answered_by = 'w', answered_at = now() WHERE id = {check_open};

-- The chain changes its mind
--   refused by guard_transfer_check (42501)
--   the application meets the same
UPDATE transfer_checks SET answer = 'unknown', transaction_id = NULL, places = NULL WHERE id = {check_made};

-- A question is put into another's mouth
--   refused by guard_transfer_check (42501)
UPDATE transfer_checks SET asked_by = 'somebody' WHERE id = {check_open};

-- A question is forgotten
--   refused by checks_are_kept (42501)
DELETE FROM transfer_checks WHERE id = {check_open};

-- All questions are forgotten
--   refused by checks_are_never_truncated (42501)
--   without it paid_transfers_are_never_truncated
TRUNCATE transfer_checks CASCADE;

-- A transfer pays without an answer
--   refused by guard_paid_transfer (23514)
--   the application meets the same
--   without it ux_paid_transfers_payout
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'elsewhere', 'log 1', {by_hand}, {check_made});

-- A transfer pays from a place where it is not
--   refused by guard_paid_transfer (23514)
--   the application meets the same
--   without it ux_paid_transfers_payout
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'by-hand', 'log 9', {by_hand}, {check_made});

-- A transfer pays another payout than the answer is about
--   refused by guard_paid_transfer (23514)
--   the application meets the same
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'by-hand', 'log 2', {sent}, {check_made});

-- A transfer pays two payouts
--   refused by paid_transfers_pkey (23505)
--   the application meets the same
--   without it ux_paid_transfers_payout
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'by-hand', 'log 1', {by_hand}, {check_made});

-- Two transfers pay a payout
--   refused by ux_paid_transfers_payout (23505)
--   the application meets the same
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'by-hand', 'log 2', {by_hand}, {check_made});

-- What a transfer paid is changed
--   refused by paid_transfers_never_change (42501)
UPDATE paid_transfers SET place = 'log 2';

-- What transfers paid is forgotten
--   refused by paid_transfers_are_never_truncated (42501)
TRUNCATE paid_transfers;

-- A transfer pays nobody
--   refused by paid_transfers_payout_id_fkey (23503)
--   behind guard_paid_transfer (23514)
--   the application meets the same
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id)
VALUES ('solana', 'by-hand', 'log 2', gen_random_uuid(), {check_made});

-- A transfer is believed without a question
--   refused by paid_transfers_check_id_fkey (23503)
--   behind guard_paid_transfer (23514)
--   the application meets the same
INSERT INTO paid_transfers (network, tx_hash, place, payout_id, check_id) VALUES ('solana', 'elsewhere', 'log 1', {sent}, 0);

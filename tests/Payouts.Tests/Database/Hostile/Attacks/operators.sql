-- Attacks on what 007_operators.sql brings.

-- Two tokens have one id
--   refused by token_id_is_unique (23505)
--   the application meets the same
INSERT INTO api_tokens (id, token_hash, name, scopes, expires_at)
SELECT id, decode(repeat('ef', 32), 'hex'), 'x', '{}', now() + interval '1 day' FROM api_tokens;

-- A payout is held by nobody
--   refused by held_by_somebody_for_a_reason (23514)
--   the application meets the same
UPDATE payouts SET held_at = now(), hold_reason = 'x', lease_token = lease_token + 1 WHERE id = {requested};
SELECT attack.record({requested}, 'held');

-- A payout is held for no reason
--   refused by held_by_somebody_for_a_reason (23514)
--   the application meets the same
UPDATE payouts SET held_at = now(), held_by = 'operator', lease_token = lease_token + 1 WHERE id = {requested};
SELECT attack.record({requested}, 'held');

-- A payout ends on hold
--   refused by final_is_not_held (23514)
--   the application meets the same
UPDATE payouts SET held_at = now(), held_by = 'operator', hold_reason = 'x', lease_token = lease_token + 1 WHERE id = {requested};
SELECT attack.record({requested}, 'held');
SELECT attack.ends({requested}, 'cancelled', $$settled_by = 'user', completed_at = now()$$);

-- An approval is nobody's
--   refused by approval_has_a_name (23514)
--   the application meets the same
--   without it word_has_its_event
UPDATE payouts SET approved_at = now() WHERE id = {requested};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({requested}, 1, 'approved', 'operator');

-- A payout is held while its transaction may land
--   refused by guard_word (23514)
--   the application meets the same
--   the rule: r.outcome IS NULL)) THEN => false)) THEN
UPDATE payouts SET held_at = now(), held_by = 'operator', hold_reason = 'x', lease_token = lease_token + 1 WHERE id = {riding};
SELECT attack.record({riding}, 'held');

-- A payout is held and left to whoever works on it
--   refused by guard_word (23514)
--   the application meets the same
--   the rule: NEW.lease_token <> OLD.lease_token + 1 => false
UPDATE payouts SET held_at = now(), held_by = 'operator', hold_reason = 'x' WHERE id = {processing};
SELECT attack.record({processing}, 'held');

-- A payout is held in silence
--   refused by word_has_its_event (23514)
--   the application meets the same
UPDATE payouts SET held_at = now(), held_by = 'operator', hold_reason = 'x', lease_token = lease_token + 1 WHERE id = {requested};

-- A payout is approved in silence
--   refused by word_has_its_event (23514)
--   the application meets the same
UPDATE payouts SET approved_at = now(), approved_by = 'operator' WHERE id = {requested};

-- A payout is approved in the name of somebody else
--   refused by word_has_its_event (23514)
--   the application meets the same
UPDATE payouts SET approved_at = now(), approved_by = 'operator:bob' WHERE id = {requested};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({requested}, 1, 'approved', 'operator:ann');

-- An approval changes hands
--   refused by guard_word (42501)
--   the application meets the same
UPDATE payouts SET approved_at = now(), approved_by = 'operator:ann' WHERE id = {requested};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({requested}, 1, 'approved', 'operator:ann');
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({requested}, 1, 'approved', 'operator:bob');
UPDATE payouts SET approved_by = 'operator:bob' WHERE id = {requested};

-- A payout on hold boards a transaction
--   refused by board (ST002)
--   the application meets the same
--   the rule: p.held_at IS NULL AND => 
UPDATE payouts SET held_at = now(), held_by = 'operator', hold_reason = 'x', lease_token = lease_token + 1 WHERE id = {returned};
SELECT attack.record({returned}, 'held');
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- A payout above the threshold boards a transaction unapproved
--   refused by board (ST002)
--   the application meets the same
--   the rule: p.approved_at IS NOT NULL OR => true OR
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('solana', 9999999);
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- The threshold of a network is hidden behind a temporary table
--   refused by board (ST002)
--   the application meets the same
--   the rule: p.approved_at IS NOT NULL OR => true OR
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('all', 0);
CREATE TEMPORARY TABLE approval_thresholds (scope text, above_micro bigint);
GRANT SELECT ON pg_temp.approval_thresholds TO PUBLIC;
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- A threshold is of an impossible network
--   refused by approval_thresholds_scope_check (23514)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('Solana!', 5);

-- A threshold is below nothing
--   refused by approval_thresholds_above_micro_check (23514)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('solana', -1);

-- A network has two thresholds
--   refused by approval_thresholds_pkey (23505)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('solana', 5), ('solana', 6);

-- Somebody calls sent alone what is above the threshold
--   refused by override_has_two_people (23514)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('all', 5);
UPDATE payouts SET status = 'sent', settled_by = 'operator', tx_hash = 'x', completed_at = now() WHERE id = {processing};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({processing}, 3, 'sent', 'operator:ann');

-- Two labels of one token override what is above the threshold
--   refused by override_has_two_people (23514)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('all', 5);
UPDATE payouts SET approved_at = now(), approved_by = 'operator' WHERE id = {processing};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({processing}, 2, 'approved', 'operator:Ann (unverified)');
UPDATE payouts SET status = 'sent', settled_by = 'operator', tx_hash = 'x', completed_at = now() WHERE id = {processing};
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({processing}, 3, 'sent', 'operator:Bob (unverified)');

-- Somebody fails by force alone what is above the threshold
--   refused by override_has_two_people (23514)
--   the application meets the same
INSERT INTO approval_thresholds (scope, above_micro) VALUES ('all', 5);
UPDATE payouts SET status = 'failed', settled_by = 'operator', failure_code = 'x', refund_held = true, completed_at = now() WHERE id = {riding};
INSERT INTO payout_events (payout_id, version, action, actor, evidence) VALUES ({riding}, 3, 'failed', 'operator:ann', '{"forced": true}');

-- A person decides what the chain does not contradict
--   refused by guard_verdict (23514)
--   the application meets the same
UPDATE chain_transactions SET state = 'dead', proof = '{}', decided_at = now(), decided_by = 'operator:ann' WHERE id = {riding_tx};
UPDATE transaction_payouts SET outcome = 'not_paid' WHERE transaction_id = {riding_tx};

-- A person decides nothing and puts a name to it
--   refused by guard_verdict (23514)
--   the application meets the same
UPDATE chain_transactions SET last_observation = 'contradiction: foreign nonce' WHERE id = {riding_tx};
UPDATE chain_transactions SET decided_by = 'operator:ann' WHERE id = {riding_tx};

-- The chain calls sent what a person has decided
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: OR (NEW.settled_by = 'operator') <> v_by_person => OR false
UPDATE chain_transactions SET last_observation = 'contradiction: foreign nonce' WHERE id = {riding_tx};
UPDATE chain_transactions SET state = 'landed', landed_hash = {riding_hash}, proof = '{}', decided_at = now(), decided_by = 'operator:ann'
 WHERE id = {riding_tx};
UPDATE transaction_payouts SET outcome = 'paid', evidence = '{}' WHERE transaction_id = {riding_tx};
SELECT attack.ends({riding}, 'sent', $$settled_by = 'chain', tx_hash = {riding_hash}, completed_at = now()$$);

-- A released payout is said to be on hold
--   refused by guard_event (23514)
--   the application meets the same
SELECT attack.record({requested}, 'held');

-- A payout that waits is said to be in front of the queue
--   refused by guard_event (23514)
--   the application meets the same
SELECT attack.record({parked}, 'requeued');

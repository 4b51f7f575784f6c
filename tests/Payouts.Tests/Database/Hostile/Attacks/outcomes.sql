-- Attacks on how a payout ends: guard_payout of 003_chain_transactions.sql and the CHECKs of 002_payouts.sql.

-- A payout is sent on nobody's word
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: AND v_paid_hash IS NULL) => AND false)
SELECT attack.ends({processing}, 'sent', $$settled_by = 'chain', tx_hash = 'x', completed_at = now()$$);

-- A payout is sent while its transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live OR (NEW.settled_by = 'chain' AND v_paid_hash IS NULL) => IF false
SELECT attack.ends({riding}, 'sent', $$settled_by = 'chain', tx_hash = {riding_hash}, completed_at = now()$$);

-- An operator calls a payout sent while our transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live OR (NEW => IF (NEW
SELECT attack.ends({riding}, 'sent', $$settled_by = 'operator', tx_hash = 'x', completed_at = now()$$);

-- A user calls a payout sent
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: OR NEW.settled_by NOT IN ('chain', 'operator') => 
--   without it a_user_only_cancels
SELECT attack.ends({processing}, 'sent', $$settled_by = 'user', tx_hash = 'x', completed_at = now()$$);

-- A payout is sent by the hash of another transaction than paid it
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: NEW.tx_hash IS DISTINCT FROM v_paid_hash OR (NEW => false OR (NEW
SELECT attack.decides({riding_tx}, 'landed', 'paid');
SELECT attack.ends({riding}, 'sent', $$settled_by = 'chain', tx_hash = 'another', completed_at = now()$$);

-- An operator calls sent what the chain has paid
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: OR (NEW.settled_by = 'operator') <> v_by_person => OR false
SELECT attack.decides({riding_tx}, 'landed', 'paid');
SELECT attack.ends({riding}, 'sent', $$settled_by = 'operator', tx_hash = {riding_hash}, completed_at = now()$$);

-- A payout fails while its transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live AND NOT (NEW => IF false AND NOT (NEW
SELECT attack.ends({riding}, 'failed', $$settled_by = 'chain', failure_code = 'x', completed_at = now()$$);

-- A payout is cancelled while its transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live AND NOT (NEW => IF false AND NOT (NEW
SELECT attack.ends({riding}, 'cancelled', $$settled_by = 'user', completed_at = now()$$);

-- An operator fails a payout without force while its transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live AND NOT (NEW => IF false AND NOT (NEW
SELECT attack.ends({evm}, 'failed', $$settled_by = 'operator', failure_code = 'x', completed_at = now()$$);

-- The chain fails a payout by force
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: AND NEW.settled_by = 'operator') THEN => ) THEN
SELECT attack.ends({riding}, 'failed', $$settled_by = 'chain', failure_code = 'x', completed_at = now(), refund_held = true$$);

-- A payout fails although it was paid
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_paid_hash IS NOT NULL THEN => IF false THEN
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({riding_tx}, 'landed', 'paid');
SELECT attack.ends({riding}, 'failed', $$settled_by = 'operator', failure_code = 'x', completed_at = now()$$);

-- A payout is cancelled although it was paid
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_paid_hash IS NOT NULL THEN => IF false THEN
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({riding_tx}, 'landed', 'paid');
SELECT attack.ends({riding}, 'cancelled', $$settled_by = 'user', completed_at = now()$$);

-- A refund is held for nothing
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF NEW.refund_held AND NOT v_live => IF false
SELECT attack.ends({processing}, 'failed', $$settled_by = 'operator', failure_code = 'x', completed_at = now(), refund_held = true$$);

-- A held refund is released while the transaction may land
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: IF v_live OR (v_paid_hash IS NOT NULL) => IF (v_paid_hash IS NOT NULL)
UPDATE payouts SET refund_held = false WHERE id = {held};
SELECT attack.record({held}, 'refund_released');

-- A held refund is released although the payout was paid
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: (v_paid_hash IS NOT NULL) <> (NEW.conflict_at IS NOT NULL) OR NEW.tx_hash IS DISTINCT FROM v_paid_hash => false
--   without it decided_ride_reaches_its_payout
SELECT attack.decides({held_tx}, 'landed', 'paid');
UPDATE payouts SET refund_held = false WHERE id = {held};
SELECT attack.record({held}, 'refund_released');

-- A held refund is kept for ever by a conflict that never was
--   refused by guard_payout (23514)
--   the application meets the same
--   the rule: (v_paid_hash IS NOT NULL) <> (NEW.conflict_at IS NOT NULL) => false
--   without it resolution_follows_status
SELECT attack.decides({held_tx}, 'dead', 'not_paid');
UPDATE payouts SET refund_held = false, conflict_at = now() WHERE id = {held};
SELECT attack.record({held}, 'conflict');

-- A forced failure is explained anew
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: (OLD.settled_by, OLD.completed_at, OLD.failure_code, OLD.note) => (NEW.settled_by, NEW.completed_at, NEW.failure_code, NEW.note)
UPDATE payouts SET note = 'Another.' WHERE id = {held};

-- A conflict stands while its refund is held
--   refused by only_failed_has_a_conflict (23514)
--   the application meets the same
UPDATE payouts SET conflict_at = now() WHERE id = {held};

-- A sent payout gets another hash
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: OLD.settled_by, OLD.tx_hash, => OLD.settled_by, NEW.tx_hash,
UPDATE payouts SET tx_hash = 'another' WHERE id = {sent};

-- A failed payout gets another reason
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: OLD.failure_code, OLD.note, OLD.completed_at, OLD.refund_held => NEW.failure_code, OLD.note, OLD.completed_at, OLD.refund_held
UPDATE payouts SET failure_code = 'another' WHERE id = {failed};

-- A failed payout tells its user another story
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: OLD.note, OLD.completed_at, OLD.refund_held => NEW.note, OLD.completed_at, OLD.refund_held
UPDATE payouts SET note = 'Another.' WHERE id = {failed};

-- A sent payout is completed at another time
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: OLD.completed_at, OLD.refund_held => NEW.completed_at, OLD.refund_held
UPDATE payouts SET completed_at = now() WHERE id = {sent};

-- A processing payout has an outcome
--   refused by only_sent_has_tx_hash (23514)
--   the application meets the same
--   behind guard_payout (42501)
UPDATE payouts SET tx_hash = 'x' WHERE id = {processing};

-- A processing payout is completed
--   refused by final_has_completed_at (23514)
--   the application meets the same
--   behind guard_payout (42501)
UPDATE payouts SET completed_at = now() WHERE id = {processing};

-- A refunded payout is refunded later once more
--   refused by guard_payout (42501)
--   the application meets the same
--   the rule: OLD.refund_held, OLD.conflict_at) => NEW.refund_held, OLD.conflict_at)
UPDATE payouts SET refund_held = true WHERE id = {failed};

-- A processing payout holds a refund
--   refused by only_failed_holds_a_refund (23514)
--   the application meets the same
--   behind guard_payout (42501)
UPDATE payouts SET refund_held = true WHERE id = {processing};

-- A payout ends without a time
--   refused by final_has_completed_at (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$settled_by = 'operator', failure_code = 'x'$$);

-- A payout ends by nobody
--   refused by final_has_settled_by (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$failure_code = 'x', completed_at = now()$$);

-- A payout ends by somebody unknown
--   refused by payouts_settled_by_check (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$settled_by = 'nobody', failure_code = 'x', completed_at = now()$$);

-- A payout fails without a reason
--   refused by failed_has_failure_code (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$settled_by = 'operator', completed_at = now()$$);

-- A sent payout has a reason for its failure
--   refused by failed_has_failure_code (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'sent', $$settled_by = 'operator', tx_hash = 'x', failure_code = 'x', completed_at = now()$$);

-- A failed payout has a hash
--   refused by only_sent_has_tx_hash (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$settled_by = 'operator', tx_hash = 'x', failure_code = 'x', completed_at = now()$$);

-- An operator calls a payout sent without a hash
--   refused by sent_has_tx_hash (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'sent', $$settled_by = 'operator', completed_at = now()$$);

-- An operator calls a payout sent with a blank hash
--   refused by sent_has_tx_hash (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'sent', $$settled_by = 'operator', tx_hash = '   ', completed_at = now()$$);

-- An operator calls a payout sent with a hash of nothing
--   refused by payouts_tx_hash_check (23514)
--   the application meets the same
--   without it sent_has_tx_hash
SELECT attack.ends({processing}, 'sent', $$settled_by = 'operator', tx_hash = '', completed_at = now()$$);

-- The chain cancels a payout
--   refused by only_a_person_cancels (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'cancelled', $$settled_by = 'chain', completed_at = now()$$);

-- A user fails a payout
--   refused by a_user_only_cancels (23514)
--   the application meets the same
SELECT attack.ends({processing}, 'failed', $$settled_by = 'user', failure_code = 'x', completed_at = now()$$);

-- A payout waits without a time
--   refused by parked_has_parked_at (23514)
--   the application meets the same
UPDATE payouts SET park_reason = 'fee_above_cap' WHERE id = {processing};

-- A payout that has ended waits
--   refused by final_is_not_parked (23514)
--   the application meets the same
UPDATE payouts SET park_reason = 'fee_above_cap', parked_at = now() WHERE id = {failed};

-- A payout ends without its event
--   refused by status_has_its_event (23514)
--   the application meets the same
UPDATE payouts SET status = 'failed', settled_by = 'operator', failure_code = 'x', completed_at = now() WHERE id = {processing};

-- A held refund is decided without an event
--   refused by refund_has_its_event (23514)
--   the application meets the same
SELECT attack.decides({held_tx}, 'dead', 'not_paid');
UPDATE payouts SET refund_held = false WHERE id = {held};

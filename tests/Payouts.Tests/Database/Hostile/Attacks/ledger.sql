-- Attacks on the ledger's transfers: 001_ledger.sql.

-- A transfer is of no known kind
--   refused by ledger_transfers_kind_check (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro)
VALUES ('gift', {account}, {spent}, 5);

-- A transfer moves nothing
--   refused by ledger_transfers_amount_micro_check (23514)
--   without it spend_equals_its_invoice
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 0, 'invoice');

-- A transfer moves backwards
--   refused by ledger_transfers_amount_micro_check (23514)
--   without it spend_equals_its_invoice
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, -5, 'invoice');

-- A transfer ends where it begins
--   refused by transfer_has_two_sides (23514)
--   without it apply_transfer
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {account}, 5, 'invoice');

-- A reward without a reward is posted
--   refused by reward_kinds_name_a_reward (23514)
--   without it reward_transfer_is_marked
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro)
VALUES ('reward', {rewards}, {account}, 5);

-- Something is reserved for no payout
--   refused by payout_kinds_name_a_payout (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro)
VALUES ('reserve', {account}, {paid}, 5);

-- A release releases no reserve
--   refused by resolution_names_its_reserve (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
VALUES ('release', {account}, {paid}, 5, {requested});

-- Something is spent on nothing
--   refused by spend_names_its_invoice (23514)
--   without it spend_covers_an_open_invoice
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro)
VALUES ('spend', {account}, {spent}, 5);

-- An invoice is paid twice
--   refused by ux_transfers_reference (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 5, 'invoice');
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 5, 'invoice');

-- More is spent than is there
--   refused by balance_never_negative (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 3000000000, 'dear');

-- More is reserved than is free
--   refused by balance_never_negative (23514)
--   behind ux_transfers_one_reserve (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
VALUES ('reserve', {debtor}, {paid}, 1, {requested});

-- Money comes from nowhere
--   refused by ledger_transfers_debit_account_id_fkey (23503)
--   without it spend_equals_its_invoice
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', -1, {spent}, 5, 'invoice');

-- Money goes nowhere
--   refused by ledger_transfers_credit_account_id_fkey (23503)
--   without it apply_transfer
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, -1, 5, 'invoice');

-- A reward that nobody recorded is posted
--   refused by ledger_transfers_reward_id_fkey (23503)
--   without it reward_transfer_is_marked
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reward', {rewards}, {account}, 5, gen_random_uuid());

-- Something is reserved for an unknown payout
--   refused by transfer_payout_exists (23503)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
VALUES ('reserve', {account}, {paid}, 5, gen_random_uuid());

-- Two transfers have one id
--   refused by ledger_transfers_pkey (23505)
INSERT INTO ledger_transfers (id, kind, debit_account_id, credit_account_id, amount_micro, reference) OVERRIDING SYSTEM VALUE
SELECT min(id), 'spend', {account}, {spent}, 5, 'invoice' FROM ledger_transfers;

-- A reward is posted twice
--   refused by ux_transfers_reward_once (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reward', {rewards}, {account}, 2000000000, {reward});

-- A reward is posted to another user
--   refused by apply_transfer (23514)
--   without it reward_transfer_is_marked
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reward', {rewards}, {account}, 5000000, {locked});

-- A reward is posted before its time
--   refused by apply_transfer (23514)
--   the rule: v_reward.unlock_at > now() => false
UPDATE rewards SET posted_at = now() WHERE id = {locked};
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
SELECT 'reward', {rewards}, account_id, amount_micro, id FROM rewards WHERE id = {locked};

-- A reward is posted and stays to be posted
--   refused by reward_transfer_is_marked (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES ('00000000-0000-0000-0000-00000000000a', {account}, 'reward', 5, 'x', now(), 'system');
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reward', {rewards}, {account}, 5, '00000000-0000-0000-0000-00000000000a');

-- A reward is posted from what was paid
--   refused by apply_transfer (23514)
--   without it reward_transfer_is_marked
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reward', {paid}, {account}, 5, {locked});

-- A reversal takes from another user
--   refused by apply_transfer (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reversal', {account}, {rewards}, 5, {debt});

-- A reversal takes more than is owed
--   refused by reversal_recovers_at_most_itself (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES ('00000000-0000-0000-0000-00000000000a', {account}, 'reversal', 5, 'x', now(), 'system');
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
VALUES ('reversal', {account}, {rewards}, 6, '00000000-0000-0000-0000-00000000000a');

-- An invoice is paid to what was paid out
--   refused by apply_transfer (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {paid}, 5, 'invoice');

-- A user pays another's invoice from the system
--   refused by apply_transfer (23514)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('system', {paid}, 5, 'operator');
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {paid}, {spent}, 5, 'system');

-- A transfer changes its amount
--   refused by transfers_are_append_only (42501)
UPDATE ledger_transfers SET amount_micro = amount_micro + 1 WHERE reward_id = {reward};

-- A transfer disappears
--   refused by transfers_are_append_only (42501)
DELETE FROM ledger_transfers WHERE reward_id = {reward};

-- The ledger disappears
--   refused by transfers_are_never_truncated (42501)
TRUNCATE ledger_transfers;

-- A payout has two reserves
--   refused by ux_transfers_one_reserve (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
VALUES ('reserve', {account}, {paid}, 5, {requested});

-- A payout is settled twice
--   refused by ux_transfers_one_resolution (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {sent};

-- A payout is settled after its release
--   refused by ux_transfers_one_resolution (23505)
--   without it resolution_follows_status
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {failed};

-- A payout is released after its settlement
--   refused by ux_transfers_one_resolution (23505)
--   without it resolution_follows_status
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'release', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {sent};

-- A payout is released twice
--   refused by ux_transfers_one_resolution (23505)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'release', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {cancelled};

-- Less is settled than was reserved
--   refused by resolution_equals_its_reserve (23503)
--   without it resolution_follows_status
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro - 1, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {processing};

-- More is released than was reserved
--   refused by resolution_equals_its_reserve (23503)
--   without it resolution_follows_status
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'release', r.debit_account_id, r.credit_account_id, r.amount_micro + 1, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {processing};

-- Another user's reserve is settled
--   refused by resolution_equals_its_reserve (23503)
--   without it balance_never_negative
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', {other}, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {processing};

-- A settlement is settled
--   refused by resolution_equals_its_reserve (23503)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, (SELECT s.id FROM ledger_transfers s WHERE s.kind = 'settle' AND s.payout_id = {sent})
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {sent};

-- A payout is settled while it is under way
--   refused by resolution_follows_status (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {processing};

-- A payout is released while it is under way
--   refused by resolution_follows_status (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'release', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {riding};

-- A held refund is released by hand
--   refused by resolution_follows_status (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'release', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {held};

-- A held refund is settled by hand
--   refused by resolution_follows_status (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
SELECT 'settle', r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
  FROM ledger_transfers r WHERE r.kind = 'reserve' AND r.payout_id = {held};

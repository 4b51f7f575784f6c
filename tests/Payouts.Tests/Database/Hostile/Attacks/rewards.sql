-- Attacks on rewards: 001_ledger.sql.

-- A reward is of no known kind
--   refused by rewards_kind_check (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'gift', 5, 'x', now(), 'system');

-- A reward is nothing
--   refused by rewards_amount_micro_check (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', 0, 'x', now(), 'system');

-- A reward is negative
--   refused by reversal_recovers_at_most_itself (23514)
--   without it rewards_amount_micro_check
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', -5, 'x', now(), 'system');

-- A reward is in a wrong unit
--   refused by rewards_amount_micro_check (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', 1000000000000001, 'x', now(), 'system');

-- A reward has no source
--   refused by rewards_source_event_id_check (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', 5, '', now(), 'system');

-- An event credits twice
--   refused by ux_rewards_source_event (23505)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), {account}, 'reward', 5, 'earned', now(), 'system');

-- A reward goes to nobody
--   refused by rewards_account_id_fkey (23503)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES (gen_random_uuid(), -1, 'reward', 5, 'x', now(), 'system');

-- Two rewards have one id
--   refused by rewards_pkey (23505)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by)
VALUES ({reward}, {account}, 'reward', 5, 'x', now(), 'system');

-- A reversal takes back more than itself
--   refused by reversal_recovers_at_most_itself (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by, recovered_micro)
VALUES (gen_random_uuid(), {account}, 'reversal', 5, 'x', now(), 'system', 6);

-- A reward recovers
--   refused by only_a_reversal_recovers (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by, recovered_micro)
VALUES (gen_random_uuid(), {account}, 'reward', 5, 'x', now(), 'system', 5);

-- A reversal is recovered and still open
--   refused by posted_reversal_is_recovered (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by, recovered_micro)
VALUES (gen_random_uuid(), {account}, 'reversal', 5, 'x', now(), 'system', 5);

-- A reward is posted without its transfer
--   refused by posted_reward_has_transfer (23514)
INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, recorded_by, posted_at)
VALUES (gen_random_uuid(), {account}, 'reward', 5, 'x', now(), 'system', now());

-- A reward is marked posted by hand
--   refused by posted_reward_has_transfer (23514)
UPDATE rewards SET posted_at = now() WHERE id = {locked};

-- A reward grows
--   refused by guard_reward (42501)
UPDATE rewards SET amount_micro = amount_micro + 1 WHERE id = {locked};

-- A reward unlocks early
--   refused by guard_reward (42501)
UPDATE rewards SET unlock_at = now() WHERE id = {locked};

-- A reward changes hands
--   refused by guard_reward (42501)
UPDATE rewards SET account_id = {account} WHERE id = {locked};

-- A reward is to be posted again
--   refused by guard_reward (42501)
UPDATE rewards SET posted_at = NULL WHERE id = {earned};

-- A debt is forgiven by hand
--   refused by guard_reward (42501)
UPDATE rewards SET recovered_micro = recovered_micro + 1 WHERE id = {debt};

-- A reward disappears
--   refused by rewards_are_kept (42501)
DELETE FROM rewards WHERE id = {locked};

-- All rewards disappear
--   refused by rewards_are_never_truncated (42501)
--   without it transfers_are_never_truncated
TRUNCATE rewards CASCADE;

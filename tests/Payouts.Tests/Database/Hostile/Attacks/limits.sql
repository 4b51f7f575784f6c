-- Attacks on the limits on what leaves: 015_spend_limits.sql.

-- A limit holds nowhere
--   refused by limit_has_a_scope (23514)
INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES ('Nowhere!', 'user', 'day', 1, 'operator');

-- A limit is of no kind
--   refused by limit_is_of_a_kind (23514)
INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES ('all', 'moon', 'day', 1, 'operator');

-- A limit is per week
--   refused by limit_is_per_something (23514)
INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES ('all', 'user', 'week', 1, 'operator');

-- A limit is zero
--   refused by limit_is_positive (23514)
--   the application meets the same
SELECT set_spend_limit('all', 'user', 'day', 0, 'operator', 'x');

-- A limit stands twice
--   refused by spend_limits_pkey (23505)
INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES ('all', 'user', 'day', 1, 'operator'), ('all', 'user', 'day', 2, 'operator');

-- A single payout is limited per day
--   refused by one_payout_has_no_time (23514)
--   the application meets the same
SELECT set_spend_limit('all', 'payout', 'day', 1, 'operator', 'x');

-- Less than nothing is spent
--   refused by spent_is_not_negative (23514)
INSERT INTO spend_counters (scope, kind, per, key, since, spent_micro) VALUES ('all', 'user', 'day', 'x', now(), -1);

-- A counter stands twice
--   refused by spend_counters_pkey (23505)
INSERT INTO spend_counters (scope, kind, per, key, since, spent_micro) VALUES ('all', 'user', 'day', 'x', now(), 1), ('all', 'user', 'day', 'x', now(), 1);

-- A payout boards above the limit of its user
--   refused by spend_within_limits (ST003)
--   the application meets the same
SELECT set_spend_limit('all', 'user', 'day', 9999999, 'operator', 'x');
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- A payout boards above the limit of a single one
--   refused by spend_within_limits (ST003)
--   the application meets the same
SELECT set_spend_limit('solana', 'payout', 'payout', 9999999, 'operator', 'x');
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- Two payouts that fit alone board together
--   refused by spend_within_limits (ST003)
--   the application meets the same
--   the rule: spent_micro ELSE 0 END + excluded.spent_micro <= v.limit_micro => spent_micro ELSE 0 END IS NOT NULL
SELECT set_spend_limit('all', 'network', 'hour', 19999999, 'operator', 'x');
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});
SELECT attack.store('ethereum', 'ethereum-wallet', 1, NULL, {evm_free}, hash => repeat('x', 32));

-- A limit is hidden behind a temporary table
--   refused by spend_within_limits (ST003)
--   the application meets the same
SELECT set_spend_limit('all', 'user', 'day', 9999999, 'operator', 'x');
CREATE TEMPORARY TABLE spend_limits (scope text, kind text, per text, limit_micro bigint) ON COMMIT DROP;
SELECT attack.store('solana', 'solana-wallet', NULL, 100, {returned});

-- Attacks on history and switches: payout_events, audit_log, pauses of 002_payouts.sql.

-- An event speaks of a version that is still to come
--   refused by guard_event (23514)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({requested}, 2, 'failed', 'worker');

-- An event calls a processing payout sent
--   refused by guard_event (23514)
--   the application meets the same
--   without it ux_events_one_per_version
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({processing}, 2, 'sent', 'worker');

-- An event calls a payout parked that is not
--   refused by guard_event (23514)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({processing}, 2, 'parked', 'worker');

-- An event releases a refund that is held
--   refused by guard_event (23514)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({held}, 3, 'refund_released', 'worker');

-- An event raises a conflict that is none
--   refused by guard_event (23514)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({sent}, 3, 'conflict', 'worker');

-- A change of status is told twice
--   refused by ux_events_one_per_version (23505)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({sent}, 3, 'sent', 'worker');

-- An event is of no known kind
--   refused by payout_events_action_check (23514)
--   the application meets the same
--   behind guard_event (23514)
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({sent}, 3, 'forgotten', 'worker');

-- An event has no version
--   refused by payout_events_version_check (23514)
--   the application meets the same
--   behind guard_event (23514)
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({sent}, 0, 'sent', 'worker');

-- An event is of no payout
--   refused by payout_events_payout_id_fkey (23503)
--   the application meets the same
--   behind guard_event (23514)
INSERT INTO payout_events (payout_id, version, action, actor) VALUES (gen_random_uuid(), 1, 'sent', 'worker');

-- An event is by nobody we know
--   refused by payout_events_actor_check (23514)
--   the application meets the same
INSERT INTO payout_events (payout_id, version, action, actor) VALUES ({parked}, 2, 'parked', 'martian');

-- Two events have one id
--   refused by payout_events_pkey (23505)
INSERT INTO payout_events (id, payout_id, version, action, actor)
OVERRIDING SYSTEM VALUE SELECT min(id), {parked}, 2, 'parked', 'worker' FROM payout_events;

-- An event is rewritten
--   refused by events_are_append_only (42501)
UPDATE payout_events SET actor = 'operator:innocent' WHERE payout_id = {failed};

-- An event disappears
--   refused by events_are_append_only (42501)
DELETE FROM payout_events WHERE payout_id = {failed};

-- All history disappears
--   refused by events_are_never_truncated (42501)
TRUNCATE payout_events;

-- The audit trail is rewritten
--   refused by audit_log_is_append_only (42501)
UPDATE audit_log SET actor = 'operator:innocent';

-- A line of the audit trail disappears
--   refused by audit_log_is_append_only (42501)
DELETE FROM audit_log;

-- The audit trail disappears
--   refused by audit_log_is_never_truncated (42501)
TRUNCATE audit_log;

-- Two lines of the audit trail have one id
--   refused by audit_log_pkey (23505)
INSERT INTO audit_log (id, actor, action, target) OVERRIDING SYSTEM VALUE SELECT min(id), 'system', 'x', 'y' FROM audit_log;

-- A pause is of an impossible network
--   refused by pauses_scope_check (23514)
--   the application meets the same
INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('Everything!', 'operator', 'x', 'x');

-- A pause is by nobody we know
--   refused by pauses_cause_check (23514)
--   the application meets the same
INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('all', 'whim', 'x', 'x');

-- A network is paused twice for one cause
--   refused by pauses_pkey (23505)
--   the application meets the same
INSERT INTO pauses (scope, cause, reason, paused_by) VALUES ('polygon', 'audit', 'x', 'x');

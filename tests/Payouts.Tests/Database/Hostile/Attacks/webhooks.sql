-- Attacks on endpoints, events and deliveries: 009_webhooks.sql. Events and sequences have one door.

-- A webhook goes to a file
--   refused by webhook_endpoints_url_check (23514)
--   the application meets the same
UPDATE webhook_endpoints SET url = 'file:///etc/passwd' WHERE id = {hook};

-- An endpoint is described at length
--   refused by webhook_endpoints_description_check (23514)
--   the application meets the same
UPDATE webhook_endpoints SET description = repeat('x', 201) WHERE id = {hook};

-- An endpoint listens to nothing
--   refused by webhook_endpoints_event_types_check (23514)
--   the application meets the same
UPDATE webhook_endpoints SET event_types = '{}' WHERE id = {hook};

-- A secret is stored as it is
--   refused by secret_is_sealed (23514)
--   the application meets the same
UPDATE webhook_endpoints SET secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' WHERE id = {hook};

-- An old secret is stored as it is
--   refused by secret_is_sealed (23514)
--   the application meets the same
UPDATE webhook_endpoints SET previous_secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', previous_until = now() WHERE id = {hook};

-- An endpoint has no secret
--   refused by secret_unless_deleted (23514)
--   the application meets the same
UPDATE webhook_endpoints SET secret = NULL WHERE id = {hook};

-- A deleted endpoint keeps its secret
--   refused by secret_unless_deleted (23514)
--   the application meets the same
UPDATE webhook_endpoints SET deleted_at = now() WHERE id = {hook};

-- An old secret signs for ever
--   refused by previous_secret_ends (23514)
--   the application meets the same
UPDATE webhook_endpoints SET previous_secret = 'sealed' WHERE id = {hook};

-- An endpoint is disabled for no known reason
--   refused by webhook_endpoints_disabled_reason_check (23514)
--   the application meets the same
UPDATE webhook_endpoints SET disabled_reason = 'because' WHERE id = {hook};

-- An endpoint is disabled for no reason
--   refused by disabled_for_a_reason (23514)
--   the application meets the same
UPDATE webhook_endpoints SET disabled_reason = NULL WHERE id = {hook};

-- An endpoint is enabled and says why it is not
--   refused by disabled_for_a_reason (23514)
--   the application meets the same
UPDATE webhook_endpoints SET enabled = true WHERE id = {hook};

-- A deleted endpoint is sent to
--   refused by deleted_is_disabled (23514)
--   the application meets the same
UPDATE webhook_endpoints SET enabled = true, disabled_reason = NULL, disabled_at = NULL, secret = NULL, deleted_at = now() WHERE id = {hook};

-- An endpoint fails since never
--   refused by failing_since_the_first (23514)
--   the application meets the same
UPDATE webhook_endpoints SET failures = 1 WHERE id = {hook};

-- Two endpoints have one id
--   refused by webhook_endpoints_pkey (23505)
--   the application meets the same
INSERT INTO webhook_endpoints (id, url, event_types, secret, created_by) VALUES ({hook}, 'https://a.example', '{*}', 'sealed', 'operator');

-- Two notes have one place in the queue
--   refused by webhook_outbox_pkey (23505)
INSERT INTO webhook_outbox (id, type, subject_id, occurred_at) OVERRIDING SYSTEM VALUE
SELECT 1, 'payout.sent', gen_random_uuid(), now() FROM generate_series(1, 2);

-- Nothing has happened, and is counted
--   refused by webhook_sequences_last_check (23514)
INSERT INTO webhook_sequences VALUES (gen_random_uuid(), 0);

-- A subject is counted twice
--   refused by webhook_sequences_pkey (23505)
INSERT INTO webhook_sequences VALUES ({requested}, 1);

-- Two webhook events have one id
--   refused by webhook_events_pkey (23505)
INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
VALUES ({hook_event}, 'payout.sent', {sent}, 1, '{}', now());

-- An event comes before the first
--   refused by webhook_events_sequence_check (23514)
INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
VALUES (gen_random_uuid(), 'payout.sent', {sent}, 0, '{}', now());

-- Two events of a payout have one number
--   refused by ux_webhook_events_sequence (23505)
INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
VALUES (gen_random_uuid(), 'payout.sent', {requested}, 1, '{}', now());

-- What was told is changed
--   refused by webhook_events_never_change (42501)
UPDATE webhook_events SET payload = '{"type":"payout.sent"}' WHERE id = {hook_event};

-- A delivery is of no known status
--   refused by webhook_deliveries_status_check (23514)
--   the application meets the same
UPDATE webhook_deliveries SET status = 'lost', due_at = NULL WHERE event_id = {hook_event};

-- A delivery waits for ever
--   refused by pending_is_due (23514)
--   the application meets the same
UPDATE webhook_deliveries SET due_at = NULL WHERE event_id = {hook_event};

-- A delivery that has ended is due
--   refused by pending_is_due (23514)
--   the application meets the same
UPDATE webhook_deliveries SET status = 'failed' WHERE event_id = {hook_event};

-- A message arrived at no time
--   refused by delivered_has_its_time (23514)
--   the application meets the same
UPDATE webhook_deliveries SET status = 'delivered', due_at = NULL WHERE event_id = {hook_event};

-- A message failed more often than it was sent
--   refused by retries_are_attempts (23514)
--   the application meets the same
UPDATE webhook_deliveries SET retries = 1 WHERE event_id = {hook_event};

-- Two deliveries have one id
--   refused by webhook_deliveries_pkey (23505)
INSERT INTO webhook_deliveries (id, endpoint_id, event_id) OVERRIDING SYSTEM VALUE
SELECT d.id, e.id, d.event_id FROM webhook_deliveries d, webhook_endpoints e WHERE d.event_id = {hook_event} AND e.id = {hook_two};

-- A message is meant for an endpoint twice
--   refused by ux_webhook_deliveries_once (23505)
INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES ({hook}, {hook_event});

-- A message is meant for nobody
--   refused by webhook_deliveries_endpoint_id_fkey (23503)
INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES (gen_random_uuid(), {hook_event});

-- A delivery holds no message
--   refused by webhook_deliveries_event_id_fkey (23503)
INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES ({hook}, gen_random_uuid());

-- An hour is counted twice
--   refused by webhook_hours_pkey (23505)
--   the application meets the same
INSERT INTO webhook_hours SELECT {hook}, date_trunc('hour', now()), 1, 0 FROM generate_series(1, 2);

-- Fewer than none arrived
--   refused by attempts_are_counted_up (23514)
--   the application meets the same
INSERT INTO webhook_hours VALUES ({hook}, date_trunc('hour', now()), -1, 0);

-- An hour is nobody's
--   refused by webhook_hours_endpoint_id_fkey (23503)
--   the application meets the same
INSERT INTO webhook_hours VALUES (gen_random_uuid(), date_trunc('hour', now()), 1, 0);

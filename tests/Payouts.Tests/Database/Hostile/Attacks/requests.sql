-- Attacks on sessions and idempotency keys: 004_requests.sql.

-- A session's token is stored as it is
--   refused by sessions_token_hash_check (23514)
--   the application meets the same
INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ('secret', {user}, now() + interval '1 day');

-- A session ends before it begins
--   refused by session_expires_after_it_starts (23514)
--   the application meets the same
INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (decode(repeat('cd', 32), 'hex'), {user}, now() - interval '1 day');

-- Two sessions have one token
--   refused by sessions_pkey (23505)
--   the application meets the same
INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (decode(repeat('ab', 32), 'hex'), {user}, now() + interval '1 day');

-- A key stands for two requests
--   refused by idempotency_keys_pkey (23505)
--   the application meets the same
INSERT INTO idempotency_keys (status_code, principal, route, key, request_hash) VALUES (200, 'user:1', '/', 'k', decode(repeat('cd', 32), 'hex'));

-- A key is empty
--   refused by idempotency_keys_key_check (23514)
--   the application meets the same
INSERT INTO idempotency_keys (status_code, principal, route, key, request_hash) VALUES (200, 'user:1', '/', '', decode(repeat('cd', 32), 'hex'));

-- A request has no fingerprint
--   refused by idempotency_keys_request_hash_check (23514)
--   the application meets the same
INSERT INTO idempotency_keys (status_code, principal, route, key, request_hash) VALUES (200, 'user:1', '/', 'x', 'x');

-- A key stands for a payout that nobody stored
--   refused by idempotency_keys_payout_id_fkey (23503)
INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id)
VALUES ('user:1', '/', 'x', decode(repeat('cd', 32), 'hex'), gen_random_uuid());

-- A key has an answer and a payout
--   refused by an_answer_or_a_payout (23514)
INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id, status_code)
VALUES ('user:1', '/', 'x', decode(repeat('cd', 32), 'hex'), {requested}, 200);

-- A key has neither an answer nor a payout
--   refused by an_answer_or_a_payout (23514)
--   the application meets the same
INSERT INTO idempotency_keys (principal, route, key, request_hash) VALUES ('user:1', '/', 'x', decode(repeat('cd', 32), 'hex'));

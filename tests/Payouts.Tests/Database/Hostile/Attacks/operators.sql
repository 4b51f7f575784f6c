-- Attacks on what 007_operators.sql brings.

-- Two tokens have one id
--   refused by token_id_is_unique (23505)
--   the application meets the same
INSERT INTO api_tokens (id, token_hash, name, scopes, expires_at)
SELECT id, decode(repeat('ef', 32), 'hex'), 'x', '{}', now() + interval '1 day' FROM api_tokens;

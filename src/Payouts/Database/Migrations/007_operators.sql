-- Operators: what they did, with which token.
--
-- What was done to a payout is in payout_events, a reward in rewards, everything else in audit_log: each is written in the commit of
-- what it tells of, and none can be changed. The audit trail reads all three; nothing is written twice, so nothing can disagree.

-- A token has an id, so that it can be spoken of without its hash, and somebody made it.
ALTER TABLE api_tokens
  ADD COLUMN id         uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN created_by text,
  ADD CONSTRAINT token_id_is_unique UNIQUE (id);
GRANT INSERT (id, created_by) ON api_tokens TO settlement_app;

-- The audit trail, newest first.
CREATE INDEX ix_events_by_operators ON payout_events (recorded_at DESC, id DESC) WHERE actor LIKE 'operator%';
CREATE INDEX ix_audit_log_recorded  ON audit_log (recorded_at DESC, id DESC);
CREATE INDEX ix_rewards_recorded    ON rewards (recorded_at DESC, id DESC);

-- Operators: what they did, with which token, and payouts that wait for their word.
--
-- Writers. approval_thresholds: the API when it starts, from its configuration. api_tokens: ApiTokens.
--
-- What was done to a payout is in payout_events, a reward in rewards, everything else in audit_log: each is written in the commit of
-- what it tells of, and none can be changed. The audit trail reads all three; nothing is written twice, so nothing can disagree.

-- Bearer tokens of people and programs. The token itself is never stored; it has an id, so that it can be spoken of without its hash,
-- and somebody made it.
CREATE TABLE api_tokens (
  token_hash   bytea       PRIMARY KEY CHECK (octet_length(token_hash) = 32),   -- SHA-256
  name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),     -- who acts, for approved_by and the audit log
  scopes       text[]      NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  id           uuid        NOT NULL DEFAULT gen_random_uuid() CONSTRAINT token_id_is_unique UNIQUE,
  created_by   text,
  CONSTRAINT token_expires_after_it_starts CHECK (expires_at > created_at)
);
GRANT SELECT ON api_tokens TO settlement_app;
GRANT INSERT (token_hash, name, scopes, expires_at, id, created_by) ON api_tokens TO settlement_app;
GRANT UPDATE (revoked_at, last_used_at) ON api_tokens TO settlement_app;

-- The audit trail, newest first.
CREATE INDEX ix_events_by_operators ON payout_events (recorded_at DESC, id DESC) WHERE actor LIKE 'operator%';
CREATE INDEX ix_audit_log_recorded  ON audit_log (recorded_at DESC, id DESC);
CREATE INDEX ix_rewards_recorded    ON rewards (recorded_at DESC, id DESC);

-- What operators look payouts up by.
CREATE INDEX ix_payouts_address         ON payouts (lower(address));
CREATE INDEX ix_payouts_tx_hash_by_hand ON payouts (tx_hash) WHERE settled_by = 'operator';

-- Above so much a payout is paid only after an approval, and a person ends it by hand only with another person's approval. The row of
-- a network stands before that of 'all'; null is no threshold. Here and not in a configuration, so that all workers obey the same.
CREATE TABLE approval_thresholds (
  scope       text        PRIMARY KEY CHECK (scope ~ '^[a-z0-9-]{1,32}$'),
  above_micro bigint      CHECK (above_micro >= 0),
  set_at      timestamptz NOT NULL DEFAULT now()
);

-- In PL/pgSQL, which keeps its plan: it is asked for each rider, and as an SQL function it would be planned each time.
CREATE FUNCTION approval_threshold(p_network text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = settlement, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT coalesce(t.above_micro, 9223372036854775807) FROM approval_thresholds t WHERE t.scope IN (p_network, 'all')
                    ORDER BY t.scope = 'all' LIMIT 1), 9223372036854775807);
END $$;

-- A label that the holder of the shared token gives itself is no person.
CREATE FUNCTION principal_of(p_actor text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = settlement, pg_temp AS $$
  SELECT CASE WHEN p_actor LIKE 'operator:% (unverified)' THEN 'operator' ELSE p_actor END
$$;

-- Who holds a payout back takes it from whoever works on it, by the fencing token. What may land already is held by nobody.
CREATE FUNCTION guard_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF OLD.held_at IS NULL AND NEW.held_at IS NOT NULL
     AND (NEW.lease_token <> OLD.lease_token + 1
          OR EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = NEW.id AND r.outcome IS NULL)) THEN
    RAISE EXCEPTION 'payout %: held without a new fencing token, or while a transaction may land', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.approved_at IS NOT NULL AND (NEW.approved_at, NEW.approved_by) IS DISTINCT FROM (OLD.approved_at, OLD.approved_by) THEN
    RAISE EXCEPTION 'payout %: an approval is given once', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_word BEFORE UPDATE OF held_at, approved_at, approved_by ON payouts FOR EACH ROW EXECUTE FUNCTION guard_word();

-- At commit: who held, released or approved a payout said so in its history. What has ended is released by its end.
CREATE FUNCTION word_has_its_event() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF (OLD.held_at IS DISTINCT FROM NEW.held_at AND NEW.completed_at IS NULL
      AND NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.recorded_at = now()
                         AND e.action = CASE WHEN NEW.held_at IS NULL THEN 'released' ELSE 'held' END))
  OR (OLD.approved_at IS DISTINCT FROM NEW.approved_at
      AND NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.recorded_at = now() AND e.action = 'approved'
                         AND principal_of(e.actor) = NEW.approved_by)) THEN
    RAISE EXCEPTION 'payout % was held, released or approved without its event', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER word_has_its_event AFTER UPDATE OF held_at, approved_at ON payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION word_has_its_event();

-- Above the threshold nobody overrides alone: whoever says by hand that a payout was sent, or fails it by force, is not who approved it.
CREATE FUNCTION override_has_two_people() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF (NEW.action = 'sent' OR coalesce(NEW.evidence ? 'forced', false)) AND EXISTS (
       SELECT FROM payouts p WHERE p.id = NEW.payout_id AND p.amount_micro > approval_threshold(p.network)
                               AND (p.approved_by IS NULL OR p.approved_by = principal_of(NEW.actor))) THEN
    RAISE EXCEPTION 'payout %: % needs the approval of somebody else', NEW.payout_id, NEW.action USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER override_has_two_people BEFORE INSERT ON payout_events
  FOR EACH ROW WHEN (NEW.action IN ('sent', 'failed') AND NEW.actor LIKE 'operator%') EXECUTE FUNCTION override_has_two_people();

-- A person decides only what the chain contradicts, in the place of a proof and together with the state.
CREATE FUNCTION guard_verdict() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NEW.decided_by IS NOT NULL AND (NEW.state = 'open' OR OLD.last_observation IS NULL OR OLD.last_observation NOT LIKE 'contradiction: %') THEN
    RAISE EXCEPTION 'transaction %: the chain does not contradict it, so nobody decides it but the chain', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_verdict BEFORE UPDATE OF decided_by ON chain_transactions FOR EACH ROW EXECUTE FUNCTION guard_verdict();

REVOKE EXECUTE ON FUNCTION guard_verdict, approval_threshold, principal_of, guard_word, word_has_its_event, override_has_two_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION approval_threshold, principal_of TO settlement_app;
GRANT SELECT ON approval_thresholds TO settlement_app, settlement_auditor;
GRANT INSERT (scope, above_micro, set_at), UPDATE (above_micro, set_at) ON approval_thresholds TO settlement_app;

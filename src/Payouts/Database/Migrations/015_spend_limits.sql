-- How much may leave: in one payout, for one user, to one destination, from a network's wallet; in an hour and in a day (UTC).
--
-- Writers. spend_limits: set_spend_limit(), by an operator's word. spend_counters: the triggers below, when a payout boards a
-- transaction and when that transaction has proven not to pay it.
--
-- A limit of a network holds on that network, one of 'all' holds over all networks together; both hold. What was accepted and does not
-- fit waits until the next hour or day begins: a limit fails nothing. A counter counts from the first board under its limit on.

CREATE TABLE spend_limits (
  scope       text        NOT NULL CONSTRAINT limit_has_a_scope CHECK (scope ~ '^[a-z0-9-]{1,32}$'),
  kind        text        NOT NULL CONSTRAINT limit_is_of_a_kind CHECK (kind IN ('payout', 'user', 'destination', 'network')),
  per         text        NOT NULL CONSTRAINT limit_is_per_something CHECK (per IN ('payout', 'hour', 'day')),
  limit_micro bigint      NOT NULL CONSTRAINT limit_is_positive CHECK (limit_micro > 0),
  set_by      text        NOT NULL,
  set_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, kind, per),
  CONSTRAINT one_payout_has_no_time CHECK ((kind = 'payout') = (per = 'payout'))
);

-- One row per limit and user, destination or network; used again in each hour and day.
CREATE TABLE spend_counters (
  scope       text        NOT NULL,
  kind        text        NOT NULL,
  per         text        NOT NULL,
  key         text        NOT NULL,
  since       timestamptz NOT NULL,                                     -- the hour or the day that is counted
  spent_micro bigint      NOT NULL CONSTRAINT spent_is_not_negative CHECK (spent_micro >= 0),
  PRIMARY KEY (scope, kind, per, key)
) WITH (fillfactor = 70);

-- Whose counter it is. Where there are no nonces, case tells addresses apart; here two of them may share a counter, which pays less.
CREATE FUNCTION spend_key(p_kind text, p payouts) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = settlement, pg_temp AS $$
  SELECT CASE p_kind WHEN 'payout' THEN p.id::text WHEN 'user' THEN p.user_id::text WHEN 'destination' THEN lower(p.address) ELSE '' END
$$;

-- The law: what boards fits, together with all that has boarded. The row of a counter is the lock; counters are taken in one order.
CREATE FUNCTION spend_within_limits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v record; v_since timestamptz; v_payouts uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM spend_limits) THEN RETURN NULL; END IF;
  -- As an array: of a transition table the planner thinks that it is large, and would read all payouts.
  v_payouts := ARRAY(SELECT b.payout_id FROM boarded b);
  FOR v IN
    SELECT l.scope, l.kind, l.per, spend_key(l.kind, p) AS key, l.limit_micro, sum(p.amount_micro)::bigint AS amount
      FROM payouts p JOIN spend_limits l ON l.scope IN ('all', p.network)
     WHERE p.id = ANY (v_payouts)
     GROUP BY l.scope, l.kind, l.per, spend_key(l.kind, p), l.limit_micro
     ORDER BY 1, 2, 3, 4
  LOOP
    IF v.amount <= v.limit_micro THEN
      CONTINUE WHEN v.kind = 'payout';
      v_since := date_trunc(v.per, now(), 'UTC');
      -- A transaction that began in the hour before is counted in the hour that another has begun since.
      INSERT INTO spend_counters AS c (scope, kind, per, key, since, spent_micro) VALUES (v.scope, v.kind, v.per, v.key, v_since, v.amount)
      ON CONFLICT (scope, kind, per, key) DO UPDATE
         SET since = greatest(c.since, excluded.since),
             spent_micro = CASE WHEN c.since >= excluded.since THEN c.spent_micro ELSE 0 END + excluded.spent_micro
       WHERE CASE WHEN c.since >= excluded.since THEN c.spent_micro ELSE 0 END + excluded.spent_micro <= v.limit_micro;
      CONTINUE WHEN FOUND;
    END IF;
    RAISE EXCEPTION 'the limit of % micro per % (%) of % does not leave room for %', v.limit_micro, v.per, v.kind, v.scope, v.amount
      USING ERRCODE = 'ST003', CONSTRAINT = TG_NAME;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER spend_within_limits AFTER INSERT ON transaction_payouts
  REFERENCING NEW TABLE AS boarded FOR EACH STATEMENT EXECUTE FUNCTION spend_within_limits();

-- What was proven not to be paid makes room again, as long as the hour or the day is still counted in which it boarded.
CREATE FUNCTION give_back_spend() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  UPDATE spend_counters c SET spent_micro = greatest(c.spent_micro - p.amount_micro, 0)
    FROM payouts p, chain_transactions t
   WHERE p.id = NEW.payout_id AND t.id = NEW.transaction_id AND c.scope IN ('all', p.network)
     AND c.key = spend_key(c.kind, p) AND c.since = date_trunc(c.per, t.opened_at, 'UTC');
  RETURN NULL;
END $$;
CREATE TRIGGER give_back_spend AFTER UPDATE OF outcome ON transaction_payouts
  FOR EACH ROW WHEN (NEW.outcome = 'not_paid') EXECUTE FUNCTION give_back_spend();

-- For each payout every limit that holds for it, with what is left of it now. Nothing where there is no limit.
CREATE FUNCTION spend_room(p_payouts uuid[])
RETURNS TABLE (payout_id uuid, amount_micro bigint, scope text, kind text, per text, key text, limit_micro bigint, spent_micro bigint, until timestamptz)
LANGUAGE plpgsql STABLE SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM spend_limits) THEN RETURN; END IF;
  RETURN QUERY
  SELECT p.id, p.amount_micro, l.scope, l.kind, l.per, spend_key(l.kind, p), l.limit_micro,
         coalesce((SELECT c.spent_micro FROM spend_counters c
                    WHERE c.scope = l.scope AND c.kind = l.kind AND c.per = l.per AND c.key = spend_key(l.kind, p)
                      AND c.since >= date_trunc(l.per, now(), 'UTC')), 0),
         CASE WHEN l.per <> 'payout' THEN date_trunc(l.per, now(), 'UTC') + ('1 ' || l.per)::interval END
    FROM payouts p JOIN spend_limits l ON l.scope IN ('all', p.network)
   WHERE p.id = ANY (p_payouts);
END $$;

-- The most that one payout may ever be on a network: what is above it would wait for ever. Null: no limit.
CREATE FUNCTION spend_maximum(p_network text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = settlement, pg_temp AS $$
BEGIN
  RETURN (SELECT min(l.limit_micro) FROM spend_limits l WHERE l.scope IN ('all', p_network));
END $$;

-- Sets a limit, or lifts it (null). What waits for a limit is looked at again.
CREATE FUNCTION set_spend_limit(p_scope text, p_kind text, p_per text, p_limit bigint, p_actor text, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_was bigint;
BEGIN
  LOCK TABLE spend_limits IN SHARE ROW EXCLUSIVE MODE;
  SELECT l.limit_micro INTO v_was FROM spend_limits l WHERE (l.scope, l.kind, l.per) = (p_scope, p_kind, p_per);
  IF v_was IS NOT DISTINCT FROM p_limit THEN RETURN false; END IF;
  IF p_limit IS NULL THEN
    DELETE FROM spend_limits l WHERE (l.scope, l.kind, l.per) = (p_scope, p_kind, p_per);
    DELETE FROM spend_counters c WHERE (c.scope, c.kind, c.per) = (p_scope, p_kind, p_per);
  ELSE
    INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES (p_scope, p_kind, p_per, p_limit, p_actor)
    ON CONFLICT (scope, kind, per) DO UPDATE SET limit_micro = excluded.limit_micro, set_by = excluded.set_by, set_at = now();
  END IF;
  UPDATE payouts p SET due_at = now() WHERE p.park_reason = 'spend_limit' AND p.completed_at IS NULL AND p.due_at BETWEEN now() AND now() + interval '7 days';
  INSERT INTO audit_log (actor, action, target, reason, detail)
  VALUES (p_actor, 'spend_limit_set', p_scope, p_reason, jsonb_build_object('kind', p_kind, 'per', p_per, 'limit_micro', p_limit, 'was', v_was));
  RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION spend_key, spend_within_limits, give_back_spend, spend_room, spend_maximum, set_spend_limit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spend_key, spend_room, set_spend_limit TO settlement_app;
GRANT SELECT ON spend_limits, spend_counters TO settlement_app, settlement_auditor;

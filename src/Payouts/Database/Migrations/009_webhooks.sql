-- Webhooks: what other systems are told, in the commit of what it tells of.
--
-- Writers. webhook_outbox: the triggers below, and only while somebody listens. webhook_events, webhook_sequences: fan_out_webhooks()
-- and test_webhook(). webhook_endpoints: the operators' routes; the worker switches off what does not answer. webhook_deliveries,
-- webhook_hours: the worker. Nothing here moves money, and nothing of money waits for it.
--
-- The outbox is a queue without a cursor: a row that commits late is found late, but it is found, whatever its number.

-- Where to. A secret has to sign, so it cannot be hashed: it is sealed with a key that the database does not have.
CREATE TABLE webhook_endpoints (
  id              uuid        PRIMARY KEY,
  url             text        NOT NULL CHECK (url ~* '^https?://' AND length(url) <= 2000),
  description     text        CHECK (length(description) BETWEEN 1 AND 200),
  event_types     text[]      NOT NULL CHECK (cardinality(event_types) BETWEEN 1 AND 50),   -- a type, a group (payout.*) or *
  secret          bytea,
  previous_secret bytea,                                           -- signs beside the new one until previous_until
  previous_until  timestamptz,
  enabled         boolean     NOT NULL DEFAULT true,
  disabled_reason text        CHECK (disabled_reason IN ('operator', 'gone', 'failing')),
  disabled_at     timestamptz,
  failures        int         NOT NULL DEFAULT 0,                  -- attempts in a row that failed, over all deliveries
  failing_since   timestamptz,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  deleted_at      timestamptz,
  CONSTRAINT secret_is_sealed CHECK ('whsec_' NOT IN (encode(substr(secret, 1, 6), 'escape'), encode(substr(previous_secret, 1, 6), 'escape'))),
  CONSTRAINT secret_unless_deleted CHECK ((deleted_at IS NULL) = (secret IS NOT NULL)),
  CONSTRAINT previous_secret_ends CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CONSTRAINT disabled_for_a_reason CHECK (enabled = (disabled_reason IS NULL) AND enabled = (disabled_at IS NULL)),
  CONSTRAINT deleted_is_disabled CHECK (deleted_at IS NULL OR NOT enabled),
  CONSTRAINT failing_since_the_first CHECK (failures >= 0 AND (failures > 0) = (failing_since IS NOT NULL))
);

CREATE TABLE webhook_outbox (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type        text        NOT NULL,
  subject_id  uuid        NOT NULL,                                -- what it is about: the payout, the commission
  source_id   bigint,                                              -- the row that it is made from: an event, an attempt
  data        json,                                                -- or what it says
  occurred_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- How many things happened to a subject, so that they are numbered 1, 2, 3, … for ever.
CREATE TABLE webhook_sequences (
  subject_id uuid   PRIMARY KEY,
  last       bigint NOT NULL CHECK (last > 0)
) WITH (fillfactor = 80);

-- What is told, word for word: every attempt and every endpoint gets these bytes.
CREATE TABLE webhook_events (
  id          uuid        PRIMARY KEY,                             -- the webhook-id is evt_ and its digits
  type        text        NOT NULL,
  subject_id  uuid        NOT NULL,
  sequence    bigint      NOT NULL CHECK (sequence > 0),
  payload     text        NOT NULL,
  occurred_at timestamptz NOT NULL,
  stored_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ux_webhook_events_sequence ON webhook_events (subject_id, sequence);
CREATE INDEX ix_webhook_events_age ON webhook_events USING brin (stored_at);
CREATE TRIGGER webhook_events_never_change BEFORE UPDATE ON webhook_events FOR EACH ROW EXECUTE FUNCTION forbid();

CREATE TABLE webhook_deliveries (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id     uuid        NOT NULL REFERENCES webhook_endpoints,
  event_id        uuid        NOT NULL REFERENCES webhook_events,
  status          text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  due_at          timestamptz DEFAULT now(),                       -- whoever takes it up pushes it ahead and raises the token
  lease_token     bigint      NOT NULL DEFAULT 0,
  lease_owner     text,
  attempts        int         NOT NULL DEFAULT 0,
  retries         int         NOT NULL DEFAULT 0,                  -- failures since it was last due by a person's word or the first time
  created_at      timestamptz NOT NULL DEFAULT now(),
  attempted_at    timestamptz,
  delivered_at    timestamptz,
  response_status int,
  response_body   text,                                            -- the beginning of it
  took_ms         int,
  error           text,
  CONSTRAINT pending_is_due CHECK ((status = 'pending') = (due_at IS NOT NULL)),
  CONSTRAINT delivered_has_its_time CHECK (status <> 'delivered' OR delivered_at IS NOT NULL),
  CONSTRAINT retries_are_attempts CHECK (retries BETWEEN 0 AND attempts)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX ux_webhook_deliveries_once ON webhook_deliveries (event_id, endpoint_id);
CREATE INDEX ix_webhook_deliveries_due  ON webhook_deliveries (endpoint_id, due_at, id) WHERE status = 'pending';
CREATE INDEX ix_webhook_deliveries_list ON webhook_deliveries (endpoint_id, id DESC);

-- Attempts by the hour, so that nobody counts deliveries to say how the last day went.
CREATE TABLE webhook_hours (
  endpoint_id uuid        NOT NULL REFERENCES webhook_endpoints,
  hour        timestamptz NOT NULL,
  delivered   int         NOT NULL,
  failed      int         NOT NULL,
  PRIMARY KEY (endpoint_id, hour),
  CONSTRAINT attempts_are_counted_up CHECK (least(delivered, failed) >= 0)
) WITH (fillfactor = 50);

-- Per statement, not per row: where nobody listens a batch pays for one look at a table of a few rows. Of one payout the notes are
-- in the order of its life, because its row is locked from the change to the commit.
CREATE FUNCTION note_payout_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.' || CASE action WHEN 'conflict' THEN 'settlement_conflict' ELSE action END, payout_id, id, recorded_at
      FROM added ORDER BY id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_payout_events AFTER INSERT ON payout_events
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_payout_events();

-- Stored bytes may be on the network at any moment from now on.
CREATE FUNCTION note_broadcasts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.broadcast', r.payout_id, a.id, a.stored_at
      FROM added a JOIN transaction_payouts r ON r.transaction_id = a.transaction_id ORDER BY a.id, r.position;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_broadcasts AFTER INSERT ON attempts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_broadcasts();

-- This and the other functions without a search_path of their own read no table, and are expanded where they are called.
CREATE FUNCTION webhook_time(p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS
  $$SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')$$;

-- A payout of an affiliate, in the API's words.
CREATE FUNCTION webhook_affiliate_payout(p affiliate_payouts) RETURNS json LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT json_build_object('payout', json_build_object(
           'id', p.id, 'affiliate_id', p.affiliate_id, 'currency', p.currency, 'gross_amount_cents', p.gross_amount_cents::text,
           'reversal_amount_cents', p.reversal_amount_cents::text, 'amount_cents', p.amount_cents::text,
           'recovery_owed_cents', p.recovery_owed_cents::text,
           'commission_count', (SELECT count(*) FROM commissions c WHERE c.payout_id = p.id),
           'period_start', webhook_time(p.period_start), 'period_end', webhook_time(p.period_end), 'status', p.status,
           'approved_at', webhook_time(p.approved_at), 'approved_by', p.approved_by, 'paid_at', webhook_time(p.paid_at),
           'external_ref', p.external_ref, 'created_at', webhook_time(p.created_at)))
$$;

-- Affiliates' history is the audit log. What it speaks of may change again before the worker looks, so it is written down at commit.
CREATE FUNCTION note_affiliates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN RETURN NULL; END IF;
  -- A line that names neither is nothing to tell, and nothing to fail for.
  IF NEW.target !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN RETURN NULL; END IF;
  IF NEW.action LIKE 'commission\_%' THEN
    INSERT INTO webhook_outbox (type, subject_id, data, occurred_at)
    SELECT 'commission.' || substr(NEW.action, length('commission_') + 1), c.id, json_build_object('commission', json_build_object(
             'id', c.id, 'affiliate_id', c.affiliate_id, 'currency', c.currency, 'amount_cents', c.amount_cents::text,
             'source_event_id', c.source_event_id, 'reversal_id', r.id)), NEW.recorded_at
      FROM commissions c LEFT JOIN commissions r ON r.reverses_id = c.id WHERE c.id = NEW.target::uuid;
  ELSE
    INSERT INTO webhook_outbox (type, subject_id, data, occurred_at)
    SELECT 'affiliate_payout.' || CASE NEW.action WHEN 'affiliate_payout_pending' THEN 'unapproved'
                                                  WHEN 'affiliate_payout_pay' THEN 'paying'
                                                  ELSE substr(NEW.action, length('affiliate_payout_') + 1) END,
           p.id, webhook_affiliate_payout(p), NEW.recorded_at
      FROM affiliate_payouts p WHERE p.id = NEW.target::uuid;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER note_affiliates AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.action LIKE 'affiliate\_payout\_%' OR NEW.action LIKE 'commission\_%') EXECUTE FUNCTION note_affiliates();

-- What an affiliate owes comes and goes without anybody's word, so the row itself is what tells of it.
CREATE FUNCTION note_recoveries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, data, occurred_at)
    SELECT 'affiliate_payout.' || p.status, p.id, webhook_affiliate_payout(p), now()
      FROM affiliate_payouts p WHERE p.id = NEW.id AND p.status = NEW.status;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER note_recoveries AFTER UPDATE OF status ON affiliate_payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('recovery_owed', 'recovered')) EXECUTE FUNCTION note_recoveries();

-- A payout as it was when this happened, in the API's words. What was asked for never changes, and an outcome is written once, so
-- both can be read later. Of an event's reason only "parked" is public: others may be operators' private words.
CREATE FUNCTION webhook_payout(p_type text, p_payout uuid, p_source bigint, p_at timestamptz) RETURNS json
LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT json_strip_nulls(json_build_object(
    'payout', json_build_object(
      'id', p.id, 'user_id', p.user_id, 'amount_micro', p.amount_micro, 'network', p.network, 'address', p.address,
      'status', s.status,
      'tx_hash', CASE WHEN s.status = 'sent' THEN p.tx_hash END,
      'note', CASE WHEN s.is_final AND btrim(p.note) <> '' THEN p.note END,
      'requested_at', webhook_time(p.requested_at),
      'completed_at', CASE WHEN s.is_final THEN webhook_time(p.completed_at) END,
      'asset', p.asset, 'fee_micro', 0, 'net_amount_micro', p.amount_micro,
      'settlement', json_build_object(
        'mode', CASE WHEN s.is_final AND p.settled_by = 'operator' THEN 'manual' ELSE 'automatic' END,
        'attempt', (SELECT count(*) FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
                     WHERE r.payout_id = p.id AND t.opened_at <= p_at),
        'tx_hash', CASE p_type WHEN 'payout.broadcast' THEN (SELECT a.hash FROM attempts a WHERE a.id = p_source)
                               WHEN 'payout.sent' THEN p.tx_hash WHEN 'payout.settlement_conflict' THEN p.tx_hash END),
      'failure', CASE WHEN s.status = 'failed' THEN json_build_object('code', p.failure_code,
        'message', CASE WHEN btrim(p.note) <> '' THEN p.note ELSE CASE p.failure_code
          WHEN 'destination_blocked' THEN 'The asset''s issuer lets nobody pay this address; ask for a payout to another one.'
          WHEN 'destination_not_wallet' THEN 'This address cannot hold the asset; ask for a payout to a wallet of your own.'
          WHEN 'operator_decision' THEN 'One of our operators has ended this payout.'
          ELSE 'The payout could not be completed.' END END,
        'retryable', failure_is_retryable(p.failure_code) AND p_type <> 'payout.settlement_conflict'
                     AND coalesce(e.evidence ->> 'refund_held', '') <> 'true') END,
      'client_reference', p.client_reference, 'retry_of', p.retry_of),
    'reason', CASE WHEN e.action = 'parked' THEN e.reason END,
    'refund_held', CASE WHEN e.evidence ->> 'refund_held' = 'true' THEN true END))
    FROM payouts p
    LEFT JOIN payout_events e ON e.id = p_source AND p_type <> 'payout.broadcast'
    LEFT JOIN payout_events v ON v.payout_id = p.id AND v.version = e.version
                             AND v.action IN ('requested', 'processing', 'sent', 'failed', 'cancelled')
   CROSS JOIN LATERAL (SELECT coalesce(v.action, 'processing') AS status,
                              coalesce(v.action IN ('sent', 'failed', 'cancelled'), false) AS is_final) s
   WHERE p.id = p_payout
$$;

-- Begins with the time, so that the newest are together. RFC 9562, version 7.
CREATE FUNCTION webhook_event_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
           PLACING substr(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 3) FROM 1), 52, 1), 53, 1), 'hex')::uuid
$$;

CREATE FUNCTION webhook_listeners(p_type text) RETURNS SETOF uuid LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT id FROM webhook_endpoints
   WHERE enabled AND event_types && ARRAY['*', split_part(p_type, '.', 1) || '.*', p_type]
$$;

-- The body. Its data begin with the sequence.
CREATE FUNCTION webhook_message(p_type text, p_at timestamptz, p_sequence bigint, p_data json) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT format('{"type":%s,"timestamp":%s,"data":{"sequence":%s,%s', to_json(p_type), to_json(webhook_time(p_at)), p_sequence,
                substr(ltrim(p_data::text), 2) || '}')
$$;

-- Takes what was noted, numbers it, words it, and makes a delivery for each endpoint that listens. How much it took.
CREATE FUNCTION fan_out_webhooks(p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_taken int;
BEGIN
  -- One at a time, or two would number one subject's events past each other. Any constant will do.
  IF NOT pg_try_advisory_xact_lock(7305808863917342) THEN RETURN 0; END IF;
  WITH taken AS (
    DELETE FROM webhook_outbox WHERE id = ANY (ARRAY(SELECT id FROM webhook_outbox ORDER BY id LIMIT p_limit)) RETURNING *
  ), numbered AS (
    SELECT t.*, coalesce(s.last, 0) + row_number() OVER (PARTITION BY t.subject_id ORDER BY t.id) AS sequence
      FROM taken t LEFT JOIN webhook_sequences s USING (subject_id)
  ), counted AS (
    INSERT INTO webhook_sequences (subject_id, last) SELECT subject_id, max(sequence) FROM numbered GROUP BY subject_id
    ON CONFLICT (subject_id) DO UPDATE SET last = excluded.last
  ), listening AS (
    SELECT type, ARRAY(SELECT webhook_listeners(type)) AS listeners FROM (SELECT DISTINCT type FROM taken) t
  ), wanted AS (
    SELECT n.*, webhook_event_id() AS event_id, l.listeners
      FROM numbered n JOIN listening l USING (type) WHERE cardinality(l.listeners) > 0
  ), stored AS (
    INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
    SELECT event_id, type, subject_id, sequence,
           webhook_message(type, occurred_at, sequence, coalesce(data, webhook_payout(type, subject_id, source_id, occurred_at))), occurred_at
      FROM wanted
  ), addressed AS (
    INSERT INTO webhook_deliveries (endpoint_id, event_id)
    SELECT listener, w.event_id FROM wanted w CROSS JOIN unnest(w.listeners) AS listener ORDER BY w.id
  )
  SELECT count(*) INTO v_taken FROM taken;
  RETURN v_taken;
END $$;

-- Tells one endpoint that it can be reached. Null: there is none, or it is disabled.
CREATE FUNCTION test_webhook(p_endpoint uuid, p_actor text, p_request_id text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_event uuid; v_sequence bigint;
BEGIN
  PERFORM FROM webhook_endpoints WHERE id = p_endpoint AND enabled FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO webhook_sequences AS s (subject_id, last) VALUES (p_endpoint, 1)
  ON CONFLICT (subject_id) DO UPDATE SET last = s.last + 1 RETURNING last INTO v_sequence;
  INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
  VALUES (webhook_event_id(), 'webhook.test', p_endpoint, v_sequence,
          webhook_message('webhook.test', now(), v_sequence, json_build_object('endpoint_id', p_endpoint)), now())
  RETURNING id INTO v_event;
  INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES (p_endpoint, v_event);
  INSERT INTO audit_log (actor, action, target, request_id) VALUES (p_actor, 'webhook_tested', p_endpoint, p_request_id);
  RETURN v_event;
END $$;

-- Forgets what is older, delivered or not; sequences go on. How many events it forgot.
CREATE FUNCTION prune_webhooks(p_keep interval, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_events uuid[];
BEGIN
  v_events := ARRAY(SELECT id FROM webhook_events WHERE stored_at < now() - p_keep LIMIT p_limit);
  DELETE FROM webhook_deliveries WHERE event_id = ANY (v_events);
  DELETE FROM webhook_events WHERE id = ANY (v_events);
  DELETE FROM webhook_hours WHERE hour < now() - interval '2 days';
  RETURN cardinality(v_events);
END $$;

REVOKE EXECUTE ON FUNCTION note_payout_events, note_broadcasts, note_affiliates, note_recoveries, webhook_time, webhook_payout,
  webhook_affiliate_payout, webhook_event_id, webhook_listeners, webhook_message, fan_out_webhooks, test_webhook, prune_webhooks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fan_out_webhooks, test_webhook, prune_webhooks TO settlement_app;

GRANT SELECT ON webhook_endpoints, webhook_outbox, webhook_events, webhook_deliveries, webhook_hours TO settlement_app;
GRANT INSERT (id, url, description, event_types, secret, created_by) ON webhook_endpoints TO settlement_app;
GRANT UPDATE (url, description, event_types, secret, previous_secret, previous_until, enabled, disabled_reason, disabled_at, failures,
              failing_since, deleted_at) ON webhook_endpoints TO settlement_app;
GRANT UPDATE (status, due_at, lease_token, lease_owner, attempts, retries, attempted_at, delivered_at, response_status, response_body,
              took_ms, error) ON webhook_deliveries TO settlement_app;
GRANT INSERT, UPDATE (delivered, failed) ON webhook_hours TO settlement_app;
-- Everything but the secrets.
GRANT SELECT (id, url, description, event_types, previous_until, enabled, disabled_reason, disabled_at, failures, failing_since,
              created_by, created_at, deleted_at) ON webhook_endpoints TO settlement_auditor;
GRANT SELECT ON webhook_outbox, webhook_sequences, webhook_events, webhook_deliveries, webhook_hours TO settlement_auditor;

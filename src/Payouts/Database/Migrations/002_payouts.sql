-- Payouts, their history, and the switches that stop them.
--
-- Writers. payouts: accept_payout() inserts; ClaimPayouts, ParkPayouts, StoreTransaction, FinalizePayout and CancelPayout
-- update. payout_events: whoever changes a payout, in the same commit. pauses: the pause endpoints and the ledger audit.

CREATE TABLE payouts (
  id               uuid        PRIMARY KEY,
  number           bigint      GENERATED ALWAYS AS IDENTITY,      -- travels on the chain: memo on Solana, bitmap bit in a vault
  user_id          uuid        NOT NULL,
  account_id       bigint      NOT NULL REFERENCES accounts,
  amount_micro     bigint      NOT NULL CHECK (amount_micro > 0),
  network          text        NOT NULL CHECK (network ~ '^[a-z0-9-]{1,32}$'),
  address          text        NOT NULL CHECK (length(address) BETWEEN 20 AND 128),
  -- A snapshot: changing the configuration must not change what was asked for.
  asset            text        NOT NULL REFERENCES assets,
  asset_address    text        NOT NULL,
  asset_decimals   smallint    NOT NULL CHECK (asset_decimals BETWEEN 6 AND 30),
  client_reference text        CHECK (length(client_reference) BETWEEN 1 AND 64),
  retry_of         uuid        REFERENCES payouts,                -- the failed payout that this one asks for again
  requested_at     timestamptz NOT NULL DEFAULT now(),

  status           text        NOT NULL DEFAULT 'requested'
                               CHECK (status IN ('requested', 'processing', 'sent', 'failed', 'cancelled')),
  version          int         NOT NULL DEFAULT 1,               -- +1 with each change of status
  settled_by       text        CHECK (settled_by IN ('chain', 'operator', 'user')),
  tx_hash          text        CHECK (length(tx_hash) BETWEEN 1 AND 256),
  failure_code     text,
  note             text,                                         -- the user reads this
  internal_note    text,                                         -- operators only
  completed_at     timestamptz,
  refund_held      boolean     NOT NULL DEFAULT false,           -- failed by force: the chain decides where the money goes
  conflict_at      timestamptz,                                  -- failed by force, and the transaction landed after all

  -- Work. A payout is taken up when due_at has passed; whoever takes it pushes due_at ahead and raises the fencing token.
  due_at           timestamptz NOT NULL DEFAULT now(),
  lease_token      bigint      NOT NULL DEFAULT 0,
  lease_owner      text,
  failed_rides     int         NOT NULL DEFAULT 0,               -- transactions of ours that executed and failed
  take_ups         int         NOT NULL DEFAULT 0 CHECK (take_ups >= 0),  -- and nothing came of them; parking and boarding begin anew
  park_reason      text,                                         -- why it waits; null while it does not
  park_detail      text,
  parked_at        timestamptz,

  -- A person's word: kept back until another word, and let through above the threshold (007_operators.sql).
  held_at          timestamptz,
  held_by          text,
  hold_reason      text,                                         -- operators only
  approved_at      timestamptz,
  approved_by      text,                                         -- the principal: an unverified label is no second person

  CONSTRAINT number_is_unique UNIQUE (number),
  CONSTRAINT final_has_completed_at CHECK ((status IN ('sent', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
  CONSTRAINT final_has_settled_by   CHECK ((status IN ('sent', 'failed', 'cancelled')) = (settled_by IS NOT NULL)),
  CONSTRAINT sent_has_tx_hash       CHECK ((status = 'sent') <= (tx_hash IS NOT NULL AND btrim(tx_hash) <> '')),
  CONSTRAINT only_sent_has_tx_hash  CHECK (tx_hash IS NULL OR status = 'sent' OR conflict_at IS NOT NULL),
  CONSTRAINT only_failed_holds_a_refund CHECK (NOT refund_held OR status = 'failed'),
  CONSTRAINT only_failed_has_a_conflict CHECK (conflict_at IS NULL OR (status = 'failed' AND NOT refund_held)),
  CONSTRAINT failed_has_failure_code CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
  CONSTRAINT only_a_person_cancels  CHECK (status <> 'cancelled' OR settled_by <> 'chain'),
  CONSTRAINT a_user_only_cancels    CHECK (settled_by <> 'user' OR status = 'cancelled'),
  CONSTRAINT parked_has_parked_at CHECK ((park_reason IS NULL) = (parked_at IS NULL)),
  CONSTRAINT final_is_not_parked CHECK (park_reason IS NULL OR completed_at IS NULL),
  CONSTRAINT held_by_somebody_for_a_reason
    CHECK ((held_at IS NULL) = (held_by IS NULL) AND (held_at IS NULL) = (hold_reason IS NULL)),
  CONSTRAINT final_is_not_held CHECK (held_at IS NULL OR completed_at IS NULL),
  CONSTRAINT approval_has_a_name CHECK ((approved_at IS NULL) = (approved_by IS NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
-- What is open is told here by completed_at, never by status: where a query that has the id also names the status, the planner
-- would read a whole index of open payouts, which it remembers as small from a quiet hour, instead of the primary key.
CREATE INDEX ix_payouts_due       ON payouts (network, due_at) WHERE completed_at IS NULL;
CREATE INDEX ix_payouts_user      ON payouts (user_id, requested_at DESC, id DESC);
CREATE INDEX ix_payouts_requested ON payouts (requested_at DESC, id DESC);
CREATE INDEX ix_payouts_open      ON payouts (requested_at) WHERE completed_at IS NULL;

ALTER TABLE ledger_transfers ADD CONSTRAINT transfer_payout_exists FOREIGN KEY (payout_id) REFERENCES payouts;

-- History and audit. Each change of status has exactly one row here with its version: who, what, why, with what evidence.
CREATE TABLE payout_events (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payout_id   uuid        NOT NULL REFERENCES payouts,
  version     int         NOT NULL CHECK (version > 0),
  action      text        NOT NULL CHECK (action IN ('requested', 'processing', 'sent', 'failed', 'cancelled',
                                                     'parked', 'refund_released', 'conflict',
                                                     'held', 'released', 'requeued', 'approved', 'checked',
                                                     'speed_up_asked', 'cancel_asked')),
  actor       text        NOT NULL CHECK (actor ~ '^(user|worker|operator|system)(:.{1,200})?$'),
  reason      text,
  evidence    jsonb,
  request_id  text,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  -- Which transaction wrote it. Rows of a transaction that is older than every running one are all there, while a lower id may still
  -- be committed after a higher one: whoever reads on from where they were reads in this order.
  recorded_in bigint      NOT NULL DEFAULT pg_current_xact_id()::text::bigint
);
CREATE INDEX ix_events_recorded ON payout_events (recorded_in, id);
CREATE UNIQUE INDEX ux_events_one_per_version ON payout_events (payout_id, version)
  WHERE action IN ('requested', 'processing', 'sent', 'failed', 'cancelled');
CREATE INDEX ix_events_payout ON payout_events (payout_id, id);

-- History tells what is so: an event speaks of the payout's present version, and of what that version is.
CREATE FUNCTION guard_event() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id AND p.version = NEW.version AND
                   CASE NEW.action
                     WHEN 'parked'          THEN p.park_reason IS NOT NULL
                     WHEN 'refund_released' THEN p.status = 'failed' AND NOT p.refund_held AND p.conflict_at IS NULL
                     WHEN 'conflict'        THEN p.conflict_at IS NOT NULL
                     WHEN 'held'            THEN p.held_at IS NOT NULL
                     WHEN 'released'        THEN p.held_at IS NULL AND p.completed_at IS NULL
                     WHEN 'requeued'        THEN p.park_reason IS NULL AND p.completed_at IS NULL AND p.due_at <= now()
                     WHEN 'approved'        THEN p.approved_at IS NOT NULL
                     WHEN 'speed_up_asked'  THEN EXISTS (SELECT FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
                                                          WHERE r.payout_id = p.id AND r.outcome IS NULL AND t.asked = 'speed_up')
                     WHEN 'cancel_asked'    THEN EXISTS (SELECT FROM transaction_payouts r
                                                          WHERE r.payout_id = p.id AND r.outcome IS NULL AND r.cancel_asked_by IS NOT NULL)
                     WHEN 'checked'         THEN EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = p.id AND r.outcome IS NULL)
                     ELSE p.status = NEW.action
                   END) THEN
    RAISE EXCEPTION 'payout %: version % is not %', NEW.payout_id, NEW.version, NEW.action USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_event BEFORE INSERT ON payout_events FOR EACH ROW EXECUTE FUNCTION guard_event();
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON payout_events FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON payout_events FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- A scope is 'all' or the name of a network. While a row stands, no new transaction is opened there; requests are still accepted.
CREATE TABLE pauses (
  scope     text        NOT NULL CHECK (scope ~ '^[a-z0-9-]{1,32}$'),
  cause     text        NOT NULL CHECK (cause IN ('operator', 'audit')),  -- an operator's resume does not lift the audit's freeze
  reason    text        NOT NULL,
  paused_by text        NOT NULL,
  paused_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, cause)
);

-- Operator actions that concern no single payout.
CREATE TABLE audit_log (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor       text        NOT NULL,
  action      text        NOT NULL,
  target      text        NOT NULL,
  reason      text,
  detail      jsonb,
  request_id  text,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER audit_log_is_never_truncated BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION forbid();

CREATE TRIGGER payouts_are_kept BEFORE DELETE ON payouts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER payouts_are_never_truncated BEFORE TRUNCATE ON payouts FOR EACH STATEMENT EXECUTE FUNCTION forbid();

CREATE FUNCTION guard_new_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NEW.status <> 'requested' OR NEW.version <> 1 OR NEW.lease_token <> 0 OR NEW.failed_rides <> 0 OR NEW.take_ups <> 0 THEN
    RAISE EXCEPTION 'a payout starts as requested' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NOT EXISTS (SELECT FROM accounts a WHERE a.id = NEW.account_id AND a.kind IN ('user', 'affiliate')
                                          AND a.user_id = NEW.user_id AND a.asset = NEW.asset) THEN
    RAISE EXCEPTION 'payout %: account % is not this user''s account of the asset', NEW.id, NEW.account_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new_payout BEFORE INSERT ON payouts FOR EACH ROW EXECUTE FUNCTION guard_new_payout();

CREATE FUNCTION payout_has_its_reserve() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger_transfers t WHERE t.payout_id = NEW.id AND t.kind = 'reserve'
                   AND t.amount_micro = NEW.amount_micro AND t.debit_account_id = NEW.account_id) THEN
    RAISE EXCEPTION 'payout % was stored without its reserve', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_has_its_reserve AFTER INSERT ON payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_has_its_reserve();

CREATE FUNCTION status_has_its_event() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.version = NEW.version AND e.action = NEW.status) THEN
    RAISE EXCEPTION 'payout % became % without its event', NEW.id, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER status_has_its_event AFTER INSERT OR UPDATE OF status ON payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION status_has_its_event();

CREATE FUNCTION refund_has_its_event() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.action IN ('refund_released', 'conflict')) THEN
    RAISE EXCEPTION 'payout %: its held refund was decided without an event', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_has_its_event AFTER UPDATE OF refund_held ON payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.refund_held AND NOT NEW.refund_held) EXECUTE FUNCTION refund_has_its_event();

-- The reserve is resolved as the payout ended, and only then: nobody books one without the other.
CREATE FUNCTION resolution_follows_status() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id AND NOT p.refund_held AND
                   CASE NEW.kind WHEN 'settle' THEN p.status = 'sent' OR p.conflict_at IS NOT NULL
                                 ELSE p.status IN ('failed', 'cancelled') AND p.conflict_at IS NULL END) THEN
    RAISE EXCEPTION 'payout %: % does not follow from its status', NEW.payout_id, NEW.kind USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER resolution_follows_status AFTER INSERT ON ledger_transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reserve_id IS NOT NULL) EXECUTE FUNCTION resolution_follows_status();

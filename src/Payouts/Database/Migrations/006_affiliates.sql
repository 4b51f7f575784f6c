-- Affiliates: what partners earn in cents, gathered into one payout for a period, approved, and paid outside of here.
--
-- Writers: the functions at the end only; each takes the lock of the affiliate's account first, so that of two that come
-- together one waits for the other. Nothing here touches the ledger of the referral rewards.
--
-- Money is in cents as bigint and never negative: the kind of an entry says which way it counts. Periods are [start, end).

-- What one affiliate earns in one currency. The row is the lock of everything that concerns it.
CREATE TABLE affiliate_accounts (
  affiliate_id text NOT NULL CHECK (length(affiliate_id) BETWEEN 1 AND 200),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  payee_id     uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,   -- stands for the affiliate in the ledger: see affiliate_chain_payouts
  PRIMARY KEY (affiliate_id, currency)
);

-- reversal = what is taken off: reversals in this payout, and what earlier payouts left owed (those with recovered_by = id).
-- amount is what must be transferred; recovery_owed is what the affiliate owes and the next payout takes off.
CREATE TABLE affiliate_payouts (
  id                    uuid        PRIMARY KEY,
  affiliate_id          text        NOT NULL,
  currency              text        NOT NULL,
  period_start          timestamptz NOT NULL,
  period_end            timestamptz NOT NULL,
  status                text        NOT NULL DEFAULT 'pending'
                        CHECK (status IN ('pending', 'approved', 'paid', 'void', 'recovery_owed', 'recovered', 'written_off')),
  version               int         NOT NULL DEFAULT 1,          -- +1 with each change of anything
  gross_amount_cents    bigint      NOT NULL DEFAULT 0,
  reversal_amount_cents bigint      NOT NULL DEFAULT 0,
  amount_cents          bigint      NOT NULL DEFAULT 0,
  recovery_owed_cents   bigint      NOT NULL DEFAULT 0,
  approved_at           timestamptz,
  approved_by           text,
  paid_at               timestamptz,
  external_ref          text,
  recovered_by          uuid        REFERENCES affiliate_payouts,
  created_at            timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (affiliate_id, currency) REFERENCES affiliate_accounts,
  CONSTRAINT period_ends_after_it_starts CHECK (period_end > period_start),
  CONSTRAINT cents_are_never_negative
    CHECK (least(gross_amount_cents, reversal_amount_cents, amount_cents, recovery_owed_cents) >= 0),
  CONSTRAINT net_is_paid_or_owed
    CHECK (gross_amount_cents - reversal_amount_cents = amount_cents - recovery_owed_cents),
  CONSTRAINT never_both_paid_and_owed CHECK (amount_cents = 0 OR recovery_owed_cents = 0),
  CONSTRAINT who_owes_is_not_paid CHECK ((status IN ('recovery_owed', 'recovered', 'written_off')) = (recovery_owed_cents > 0)),
  CONSTRAINT approved_by_somebody
    CHECK ((status IN ('approved', 'paid')) = (approved_at IS NOT NULL) AND (approved_at IS NULL) = (approved_by IS NULL)),
  CONSTRAINT paid_with_a_reference
    CHECK ((status = 'paid') = (paid_at IS NOT NULL) AND (paid_at IS NULL) = (external_ref IS NULL)),
  CONSTRAINT external_ref_says_something CHECK (length(btrim(external_ref)) BETWEEN 1 AND 500),
  CONSTRAINT recovered_by_another
    CHECK ((status = 'recovered') = (recovered_by IS NOT NULL) AND recovered_by IS DISTINCT FROM id)
);
CREATE UNIQUE INDEX ux_affiliate_payouts_live ON affiliate_payouts (affiliate_id, currency, period_start, period_end)
  WHERE status <> 'void';
CREATE INDEX ix_affiliate_payouts_status    ON affiliate_payouts (status, created_at DESC, id DESC);
CREATE INDEX ix_affiliate_payouts_affiliate ON affiliate_payouts (affiliate_id, created_at DESC, id DESC);
CREATE INDEX ix_affiliate_payouts_reference ON affiliate_payouts (external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX ix_affiliate_payouts_recovered ON affiliate_payouts (recovered_by) WHERE recovered_by IS NOT NULL;

-- A commission, or the reversal of one. A commission that is reversed before its payout is approved drops out (reversed_at);
-- one that is reversed later stays as it is, and an entry of kind reversal takes it off the next payout. A person may end its
-- hold early (approved_at), hold it for as long as it takes (held_at), or refuse it for ever (rejected_at).
CREATE TABLE commissions (
  id              uuid        PRIMARY KEY,
  affiliate_id    text        NOT NULL,
  currency        text        NOT NULL,
  kind            text        NOT NULL CHECK (kind IN ('commission', 'reversal')),
  amount_cents    bigint      NOT NULL CHECK (amount_cents BETWEEN 1 AND 100000000000),  -- 1,000,000,000.00: more is a wrong unit
  source_event_id text        CHECK (length(source_event_id) BETWEEN 1 AND 200),
  reverses_id     uuid,
  reverses_kind   text        GENERATED ALWAYS AS (CASE WHEN reverses_id IS NULL THEN NULL ELSE 'commission' END) STORED,
  earned_at       timestamptz NOT NULL,
  hold_until      timestamptz NOT NULL,
  payout_id       uuid        REFERENCES affiliate_payouts,
  approved_at     timestamptz,
  held_at         timestamptz,
  rejected_at     timestamptz,
  reversed_at     timestamptz,
  reason          text,
  recorded_by     text        NOT NULL,
  request_id      text,
  recorded_at     timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (affiliate_id, currency) REFERENCES affiliate_accounts,
  CONSTRAINT commission_names_its_event  CHECK ((kind = 'commission') = (source_event_id IS NOT NULL)),
  CONSTRAINT reversal_names_its_original CHECK ((kind = 'reversal') = (reverses_id IS NOT NULL)),
  CONSTRAINT dropped_out_is_not_paid     CHECK (payout_id IS NULL OR num_nonnulls(held_at, rejected_at, reversed_at) = 0),
  CONSTRAINT out_for_one_reason          CHECK (num_nonnulls(held_at, rejected_at, reversed_at) <= 1),
  CONSTRAINT nobody_judges_a_reversal
    CHECK (kind = 'commission' OR num_nonnulls(approved_at, held_at, rejected_at, reversed_at) = 0),
  CONSTRAINT commission_identity UNIQUE (id, kind, affiliate_id, currency, amount_cents),
  -- A reversal repeats its original's affiliate, currency and amount, and what it names is a commission.
  CONSTRAINT reversal_equals_its_original FOREIGN KEY (reverses_id, reverses_kind, affiliate_id, currency, amount_cents)
    REFERENCES commissions (id, kind, affiliate_id, currency, amount_cents)
);
CREATE UNIQUE INDEX ux_commissions_source_event ON commissions (source_event_id);                               -- an event counts once
CREATE UNIQUE INDEX ux_commissions_one_reversal ON commissions (reverses_id) WHERE reverses_id IS NOT NULL;     -- taken off once
CREATE INDEX ix_commissions_payout ON commissions (payout_id) WHERE payout_id IS NOT NULL;
CREATE INDEX ix_commissions_open   ON commissions (affiliate_id, currency, earned_at)
  WHERE payout_id IS NULL AND reversed_at IS NULL AND rejected_at IS NULL;
CREATE INDEX ix_commissions_recorded  ON commissions (recorded_at DESC, id DESC);
CREATE INDEX ix_commissions_affiliate ON commissions (affiliate_id, recorded_at DESC, id DESC);

CREATE TRIGGER commissions_are_kept BEFORE DELETE ON commissions FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER commissions_are_never_truncated BEFORE TRUNCATE ON commissions FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER affiliate_payouts_are_kept BEFORE DELETE ON affiliate_payouts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER affiliate_payouts_are_never_truncated BEFORE TRUNCATE ON affiliate_payouts
  FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- What was earned never changes; into which payout it goes changes only while that payout is pending.
CREATE FUNCTION guard_commission() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
DECLARE
  -- reverses_kind follows from reverses_id, and has no value before the row is written.
  c_movable CONSTANT text[] := '{payout_id,approved_at,held_at,rejected_at,reversed_at,reverses_kind}';
BEGIN
  IF to_jsonb(NEW) - c_movable <> to_jsonb(OLD) - c_movable THEN
    RAISE EXCEPTION 'commission % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.reversed_at IS NOT NULL OR OLD.rejected_at IS NOT NULL THEN
    RAISE EXCEPTION 'commission % has dropped out', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at THEN
    RAISE EXCEPTION 'commission % is approved already', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.payout_id IS NOT NULL AND OLD.payout_id IS NULL AND NEW.approved_at IS NULL AND NEW.hold_until > now() THEN
    RAISE EXCEPTION 'commission % is inside its hold', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.payout_id IS DISTINCT FROM OLD.payout_id
     AND EXISTS (SELECT FROM affiliate_payouts WHERE id IN (OLD.payout_id, NEW.payout_id) AND status <> 'pending') THEN
    RAISE EXCEPTION 'the payout of commission % is frozen', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_commission BEFORE UPDATE ON commissions FOR EACH ROW EXECUTE FUNCTION guard_commission();

CREATE FUNCTION guard_new_affiliate_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 1 THEN
    RAISE EXCEPTION 'a payout starts as pending' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new_affiliate_payout BEFORE INSERT ON affiliate_payouts
  FOR EACH ROW EXECUTE FUNCTION guard_new_affiliate_payout();

CREATE FUNCTION guard_affiliate_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF OLD.status = 'paid' THEN
    RAISE EXCEPTION 'payout % is paid, for ever', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF (NEW.id, NEW.affiliate_id, NEW.currency, NEW.period_start, NEW.period_end, NEW.created_at, NEW.version)
     IS DISTINCT FROM (OLD.id, OLD.affiliate_id, OLD.currency, OLD.period_start, OLD.period_end, OLD.created_at, OLD.version) THEN
    RAISE EXCEPTION 'payout % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
       ('pending', 'approved'), ('pending', 'void'), ('pending', 'recovery_owed'), ('approved', 'pending'), ('approved', 'paid'),
       ('recovery_owed', 'recovered'), ('recovered', 'recovery_owed'), ('recovery_owed', 'written_off')) THEN
    RAISE EXCEPTION 'payout % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.status <> 'pending'
     AND (NEW.gross_amount_cents, NEW.reversal_amount_cents, NEW.amount_cents, NEW.recovery_owed_cents)
         <> (OLD.gross_amount_cents, OLD.reversal_amount_cents, OLD.amount_cents, OLD.recovery_owed_cents) THEN
    RAISE EXCEPTION 'the amounts of payout % are frozen', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.status = 'approved' AND NEW.status <> 'pending'
     AND (NEW.approved_at, NEW.approved_by) IS DISTINCT FROM (OLD.approved_at, OLD.approved_by) THEN
    RAISE EXCEPTION 'payout % is approved already', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- While a payout on a chain may pay it nothing else does; and what the chain paid is told by the chain's own hash.
  IF OLD.status = 'approved' AND NEW.status <> 'approved'
     AND EXISTS (SELECT FROM affiliate_chain_payouts c JOIN payouts p ON p.id = c.payout_id
                  WHERE c.affiliate_payout_id = NEW.id
                    AND (c.outcome IS NULL
                         OR c.outcome = 'paid' AND (NEW.status <> 'paid' OR NEW.external_ref IS DISTINCT FROM p.tx_hash))) THEN
    RAISE EXCEPTION 'payout % is paid on a chain, or may be', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- What is owed is taken off one pending payout of the same account, and comes back only while that is pending.
  IF NEW.recovered_by IS DISTINCT FROM OLD.recovered_by
     AND (SELECT count(*) FROM affiliate_payouts p
           WHERE p.id IN (OLD.recovered_by, NEW.recovered_by) AND p.status = 'pending'
             AND (p.affiliate_id, p.currency) = (NEW.affiliate_id, NEW.currency))
         <> num_nonnulls(OLD.recovered_by, NEW.recovered_by) THEN
    RAISE EXCEPTION 'what payout % is owed cannot be taken off that one', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_affiliate_payout BEFORE UPDATE ON affiliate_payouts FOR EACH ROW EXECUTE FUNCTION guard_affiliate_payout();

-- What a payout's entries add up to.
CREATE FUNCTION affiliate_payout_sums(p_payout uuid, OUT gross bigint, OUT reversal bigint, OUT entries bigint)
LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'commission'), 0)::bigint,
         (coalesce(sum(amount_cents) FILTER (WHERE kind = 'reversal'), 0)
          + (SELECT coalesce(sum(o.recovery_owed_cents), 0) FROM affiliate_payouts o WHERE o.recovered_by = p_payout))::bigint,
         count(*)
    FROM commissions WHERE payout_id = p_payout
$$;

-- At commit a payout says exactly what its entries say, and they are its affiliate's own.
CREATE FUNCTION check_affiliate_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_payouts uuid[]; v_bad uuid;
BEGIN
  IF TG_TABLE_NAME = 'commissions' THEN
    v_payouts := ARRAY[NEW.payout_id];
    IF TG_OP = 'UPDATE' THEN v_payouts := v_payouts || OLD.payout_id; END IF;
  ELSE
    v_payouts := ARRAY[NEW.id, NEW.recovered_by];
    IF TG_OP = 'UPDATE' THEN v_payouts := v_payouts || OLD.recovered_by; END IF;
  END IF;
  SELECT p.id INTO v_bad FROM affiliate_payouts p, affiliate_payout_sums(p.id) s
   WHERE p.id = ANY (v_payouts)
     AND ((p.gross_amount_cents, p.reversal_amount_cents) <> (s.gross, s.reversal)
          OR EXISTS (SELECT FROM commissions c WHERE c.payout_id = p.id
                                                 AND (c.affiliate_id, c.currency) <> (p.affiliate_id, p.currency)))
   LIMIT 1;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'payout % does not add up', v_bad USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER affiliate_payout_adds_up AFTER INSERT OR UPDATE ON affiliate_payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_affiliate_payout();
CREATE CONSTRAINT TRIGGER commission_is_counted AFTER INSERT OR UPDATE ON commissions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_affiliate_payout();

-- Records what an affiliate earned, once per source event.
-- outcome: created | replay | mismatch (the same event with other values; nothing was written)
CREATE FUNCTION ingest_commission(p_id uuid, p_affiliate text, p_currency text, p_amount bigint, p_source_event text,
                                  p_earned_at timestamptz, p_hold_until timestamptz, p_actor text, p_request_id text,
                                  p_usual_hold interval DEFAULT '0', OUT outcome text, OUT commission_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_seen record;
BEGIN
  INSERT INTO affiliate_accounts (affiliate_id, currency) VALUES (p_affiliate, p_currency) ON CONFLICT DO NOTHING;
  INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, source_event_id, earned_at, hold_until, recorded_by, request_id)
  VALUES (p_id, p_affiliate, p_currency, 'commission', p_amount, p_source_event, coalesce(p_earned_at, now()),
          coalesce(p_hold_until, coalesce(p_earned_at, now()) + p_usual_hold), p_actor, p_request_id)
  ON CONFLICT (source_event_id) DO NOTHING;
  IF FOUND THEN outcome := 'created'; commission_id := p_id; RETURN; END IF;
  SELECT * INTO STRICT v_seen FROM commissions c WHERE c.source_event_id = p_source_event;
  commission_id := v_seen.id;
  outcome := CASE WHEN (v_seen.affiliate_id, v_seen.currency, v_seen.amount_cents) = (p_affiliate, p_currency, p_amount)
                   AND (p_earned_at IS NULL OR v_seen.earned_at = p_earned_at)
                   AND (p_hold_until IS NULL OR v_seen.hold_until = p_hold_until) THEN 'replay' ELSE 'mismatch' END;
END $$;

-- Writes the sums of a pending payout; one that nothing is left in is void, and what it was to recover is owed again.
-- The caller holds the account's lock.
CREATE FUNCTION recount_affiliate_payout(p_payout uuid, p_actor text, p_request_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_sums record;
BEGIN
  SELECT * INTO v_sums FROM affiliate_payout_sums(p_payout);
  IF v_sums.entries = 0 THEN
    UPDATE affiliate_payouts SET status = 'recovery_owed', recovered_by = NULL WHERE recovered_by = p_payout;
    v_sums.reversal := 0;
    INSERT INTO audit_log (actor, action, target, request_id) VALUES (p_actor, 'affiliate_payout_void', p_payout, p_request_id);
  END IF;
  UPDATE affiliate_payouts
     SET gross_amount_cents = v_sums.gross, reversal_amount_cents = v_sums.reversal,
         amount_cents        = greatest(0, v_sums.gross - v_sums.reversal),
         recovery_owed_cents = greatest(0, v_sums.reversal - v_sums.gross),
         status = CASE WHEN v_sums.entries = 0 THEN 'void'
                       WHEN v_sums.reversal > v_sums.gross THEN 'recovery_owed' ELSE 'pending' END
   WHERE id = p_payout;
END $$;

-- Takes a commission back: out of a payout that is not approved yet, else off the next one.
-- outcome: dropped | entered | replay | missing | not_reversible (it is a reversal itself)
CREATE FUNCTION reverse_commission(p_id uuid, p_reversal uuid, p_reason text, p_actor text, p_request_id text,
                                   OUT outcome text, OUT reversal_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_commission commissions; v_payout text;
BEGIN
  PERFORM FROM affiliate_accounts a JOIN commissions c USING (affiliate_id, currency) WHERE c.id = p_id FOR NO KEY UPDATE OF a;
  SELECT * INTO v_commission FROM commissions WHERE id = p_id;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  IF v_commission.kind = 'reversal' THEN outcome := 'not_reversible'; RETURN; END IF;
  SELECT c.id INTO reversal_id FROM commissions c WHERE c.reverses_id = p_id;
  -- What was rejected is never paid: there is nothing to take back.
  IF num_nonnulls(v_commission.reversed_at, v_commission.rejected_at, reversal_id) > 0 THEN outcome := 'replay'; RETURN; END IF;

  INSERT INTO audit_log (actor, action, target, reason, request_id)
  VALUES (p_actor, 'commission_reversed', p_id, p_reason, p_request_id);
  SELECT status INTO v_payout FROM affiliate_payouts WHERE id = v_commission.payout_id;
  IF coalesce(v_payout, 'pending') = 'pending' THEN
    UPDATE commissions SET payout_id = NULL, held_at = NULL, reversed_at = now() WHERE id = p_id;
    IF v_payout IS NOT NULL THEN
      PERFORM recount_affiliate_payout(v_commission.payout_id, p_actor, p_request_id);
    END IF;
    outcome := 'dropped';
    RETURN;
  END IF;
  INSERT INTO commissions (id, affiliate_id, currency, kind, amount_cents, reverses_id, earned_at, hold_until, reason, recorded_by, request_id)
  VALUES (p_reversal, v_commission.affiliate_id, v_commission.currency, 'reversal', v_commission.amount_cents, p_id, now(), now(),
          p_reason, p_actor, p_request_id);
  outcome := 'entered'; reversal_id := p_reversal;
END $$;

-- Gathers what an affiliate earned in a period into a payout. It takes what was earned in it, what came too late for an earlier
-- period's payout, every reversal so far, and what earlier payouts left owed.
-- outcome: created | exists | nothing (no payout was made)
CREATE FUNCTION create_affiliate_payout(p_id uuid, p_affiliate text, p_currency text, p_start timestamptz, p_end timestamptz,
                                        p_actor text, p_request_id text, OUT outcome text, OUT payout_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_ids uuid[];
BEGIN
  PERFORM FROM affiliate_accounts a WHERE a.affiliate_id = p_affiliate AND a.currency = p_currency FOR NO KEY UPDATE;
  SELECT p.id INTO payout_id FROM affiliate_payouts p
   WHERE (p.affiliate_id, p.currency, p.period_start, p.period_end) = (p_affiliate, p_currency, p_start, p_end) AND p.status <> 'void';
  IF FOUND THEN outcome := 'exists'; RETURN; END IF;

  SELECT array_agg(c.id) INTO v_ids FROM commissions c
   WHERE c.affiliate_id = p_affiliate AND c.currency = p_currency AND c.payout_id IS NULL
     AND num_nonnulls(c.held_at, c.rejected_at, c.reversed_at) = 0 AND (c.hold_until <= now() OR c.approved_at IS NOT NULL)
     AND (c.kind = 'reversal'
          OR c.earned_at >= p_start AND c.earned_at < p_end
          OR c.earned_at < p_start AND EXISTS (
               SELECT FROM affiliate_payouts o
                WHERE o.affiliate_id = p_affiliate AND o.currency = p_currency AND o.status <> 'void'
                  AND c.earned_at >= o.period_start AND c.earned_at < o.period_end));
  IF v_ids IS NULL THEN outcome := 'nothing'; RETURN; END IF;

  INSERT INTO affiliate_payouts (id, affiliate_id, currency, period_start, period_end) VALUES (p_id, p_affiliate, p_currency, p_start, p_end);
  UPDATE commissions c SET payout_id = p_id WHERE c.id = ANY (v_ids);
  UPDATE affiliate_payouts SET status = 'recovered', recovered_by = p_id
   WHERE affiliate_id = p_affiliate AND currency = p_currency AND status = 'recovery_owed';
  -- It is created before it is found to be owed: so history and webhooks tell it.
  INSERT INTO audit_log (actor, action, target, request_id) VALUES (p_actor, 'affiliate_payout_created', p_id, p_request_id);
  PERFORM recount_affiliate_payout(p_id, p_actor, p_request_id);
  outcome := 'created'; payout_id := p_id;
END $$;

-- Approves a payout, takes the approval back, voids it, records that it was paid, or forgives what is owed. Saying the same
-- twice changes nothing.
-- outcome: moved | unchanged | refused (its status does not allow it) | stale (it is no longer at p_version)
--          in_flight (chain_payout may still pay it) | missing
-- status and external_ref are those afterwards, version is the one before.
CREATE FUNCTION move_affiliate_payout(p_id uuid, p_becomes text, p_external_ref text, p_actor text, p_request_id text,
                                      p_version int DEFAULT NULL, p_reason text DEFAULT NULL,
                                      OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_payout affiliate_payouts;
BEGIN
  PERFORM FROM affiliate_accounts a JOIN affiliate_payouts p USING (affiliate_id, currency) WHERE p.id = p_id FOR NO KEY UPDATE OF a;
  SELECT * INTO v_payout FROM affiliate_payouts p WHERE p.id = p_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  status := v_payout.status; external_ref := v_payout.external_ref; version := v_payout.version;
  -- Before the version: whoever repeats a request that succeeded names the version before it.
  IF status = p_becomes THEN
    outcome := CASE WHEN external_ref IS DISTINCT FROM p_external_ref THEN 'refused' ELSE 'unchanged' END;
    RETURN;
  END IF;
  IF v_payout.version <> p_version THEN outcome := 'stale'; RETURN; END IF;
  IF (status, p_becomes) NOT IN (('pending', 'approved'), ('approved', 'pending'), ('approved', 'paid'), ('pending', 'void'),
                                 ('recovery_owed', 'written_off')) THEN
    outcome := 'refused';
    RETURN;
  END IF;

  SELECT c.payout_id INTO chain_payout FROM affiliate_chain_payouts c WHERE c.affiliate_payout_id = p_id AND c.outcome IS NULL;
  IF FOUND THEN outcome := 'in_flight'; RETURN; END IF;

  IF p_becomes = 'void' THEN
    UPDATE commissions SET payout_id = NULL WHERE payout_id = p_id;
    PERFORM recount_affiliate_payout(p_id, p_actor, p_request_id);
  ELSE
    -- One transfer may pay many payouts; that it did is worth seeing.
    INSERT INTO audit_log (actor, action, target, reason, detail, request_id)
    VALUES (p_actor, 'affiliate_payout_' || p_becomes, p_id, p_reason,
            jsonb_build_object('was', status, 'external_ref', p_external_ref, 'also_paid',
              (SELECT count(*) FROM affiliate_payouts o WHERE o.external_ref = p_external_ref)), p_request_id);
    UPDATE affiliate_payouts p
       SET status       = p_becomes,
           approved_at  = CASE p_becomes WHEN 'approved' THEN now() WHEN 'paid' THEN p.approved_at END,
           approved_by  = CASE p_becomes WHEN 'approved' THEN p_actor WHEN 'paid' THEN p.approved_by END,
           paid_at      = CASE p_becomes WHEN 'paid' THEN now() END,
           external_ref = p_external_ref
     WHERE p.id = p_id;
  END IF;
  outcome := 'moved'; status := p_becomes; external_ref := p_external_ref;
END $$;

REVOKE EXECUTE ON FUNCTION guard_commission, guard_new_affiliate_payout, guard_affiliate_payout, affiliate_payout_sums,
  check_affiliate_payout, ingest_commission, recount_affiliate_payout, reverse_commission,
  create_affiliate_payout, move_affiliate_payout FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_commission, reverse_commission, create_affiliate_payout, move_affiliate_payout TO settlement_app;
GRANT SELECT ON affiliate_accounts, affiliate_payouts, commissions TO settlement_app, settlement_auditor;

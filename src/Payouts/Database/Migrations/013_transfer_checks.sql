-- An operator says that somebody else's transaction paid a payout, and wants the chain's word for it. The API reaches no node: the
-- question is a row, and a worker of the payout's network answers it. Unknown is an answer, and never a no.
--
-- Writers. transfer_checks: TransferChecks (the API asks, a worker answers). paid_transfers: FinalizePayout, in the commit that ends
-- the payout.

CREATE TABLE transfer_checks (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payout_id      uuid        NOT NULL REFERENCES payouts,
  tx_hash        text        NOT NULL CHECK (length(tx_hash) BETWEEN 1 AND 256),   -- as it was asked
  asked_by       text        NOT NULL,
  request_id     text,
  asked_at       timestamptz NOT NULL DEFAULT now(),
  taken_at       timestamptz,                                      -- a worker looks; after a while another may
  -- made: final, and exactly this transfer is in it. Then transaction_id is the network's own spelling, and each place one transfer.
  answer         text        CHECK (answer IN ('made', 'other_amount', 'other_destination', 'other_asset', 'failed',
                                               'not_final', 'not_found', 'unknown')),
  detail         text,
  transaction_id text,
  places         text[],
  evidence       jsonb,
  answered_by    text,
  answered_at    timestamptz,
  CONSTRAINT answered_by_somebody CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)),
  CONSTRAINT made_in_some_place CHECK ((answer IS NOT DISTINCT FROM 'made') = (coalesce(cardinality(places), 0) > 0)
                                   AND (answer IS NOT DISTINCT FROM 'made') = (transaction_id IS NOT NULL)),
  CONSTRAINT final_answer_has_evidence
    CHECK (evidence IS NOT NULL OR coalesce(answer, 'unknown') IN ('not_final', 'not_found', 'unknown'))
);
CREATE UNIQUE INDEX ux_transfer_checks_waiting ON transfer_checks (payout_id, tx_hash) WHERE answer IS NULL;
CREATE INDEX ix_transfer_checks_payout ON transfer_checks (payout_id, id DESC);

-- The question stays as it was asked, and is answered once.
CREATE FUNCTION guard_transfer_check() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.payout_id, NEW.tx_hash, NEW.asked_by, NEW.request_id, NEW.asked_at)
     IS DISTINCT FROM (OLD.id, OLD.payout_id, OLD.tx_hash, OLD.asked_by, OLD.request_id, OLD.asked_at) OR OLD.answer IS NOT NULL THEN
    RAISE EXCEPTION 'check %: it is answered or immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_transfer_check BEFORE UPDATE ON transfer_checks FOR EACH ROW EXECUTE FUNCTION guard_transfer_check();
CREATE TRIGGER checks_are_kept BEFORE DELETE ON transfer_checks FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER checks_are_never_truncated BEFORE TRUNCATE ON transfer_checks FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- Which transfer of which transaction paid which payout, as the chain showed it. A transaction may hold many; each pays once.
CREATE TABLE paid_transfers (
  network     text        NOT NULL,
  tx_hash     text        NOT NULL,
  place       text        NOT NULL,
  payout_id   uuid        NOT NULL REFERENCES payouts,
  check_id    bigint      NOT NULL REFERENCES transfer_checks,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (network, tx_hash, place)
);
CREATE UNIQUE INDEX ux_paid_transfers_payout ON paid_transfers (payout_id);
CREATE TRIGGER paid_transfers_never_change BEFORE UPDATE OR DELETE ON paid_transfers FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER paid_transfers_are_never_truncated BEFORE TRUNCATE ON paid_transfers FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- It stands for what was answered about this payout, which has ended with it. What our own transactions hold is counted already.
CREATE FUNCTION guard_paid_transfer() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM transfer_checks c JOIN payouts p ON p.id = c.payout_id
                  WHERE c.id = NEW.check_id AND c.payout_id = NEW.payout_id AND c.answer = 'made'
                    AND c.transaction_id = NEW.tx_hash AND NEW.place = ANY (c.places)
                    AND p.network = NEW.network AND p.status = 'sent' AND p.settled_by = 'operator' AND p.tx_hash = NEW.tx_hash)
     OR EXISTS (SELECT FROM attempts a WHERE a.network = NEW.network AND a.hash = NEW.tx_hash) THEN
    RAISE EXCEPTION 'payout %: no answer shows that % of % paid it', NEW.payout_id, NEW.place, NEW.tx_hash
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_paid_transfer BEFORE INSERT ON paid_transfers FOR EACH ROW EXECUTE FUNCTION guard_paid_transfer();

REVOKE EXECUTE ON FUNCTION guard_transfer_check, guard_paid_transfer FROM PUBLIC;
GRANT SELECT ON transfer_checks, paid_transfers TO settlement_app, settlement_auditor;
GRANT INSERT (payout_id, tx_hash, asked_by, request_id) ON transfer_checks TO settlement_app;
GRANT UPDATE (taken_at, answer, detail, transaction_id, places, evidence, answered_by, answered_at) ON transfer_checks TO settlement_app;
GRANT INSERT (network, tx_hash, place, payout_id, check_id) ON paid_transfers TO settlement_app;

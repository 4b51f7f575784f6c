-- What a look finds and nobody did: a payout takes too long, a hot wallet runs low. A row stands while it is so. Whichever worker is
-- first to write it tells other systems, in the same commit; when it has got well the row goes, and the next time is told again.
--
-- Writers: StuckPayouts, LowFunds. Nothing here moves money, and nothing is decided by it.

CREATE TABLE stuck_payouts (
  payout_id uuid        PRIMARY KEY REFERENCES payouts,
  found_at  timestamptz NOT NULL DEFAULT now()
);

-- The payout's row is locked, as by everything else that is told of it: nothing may be told after its end.
CREATE FUNCTION guard_stuck_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  PERFORM FROM payouts p WHERE p.id = NEW.payout_id AND p.completed_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND AND EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id) THEN
    RAISE EXCEPTION 'payout %: it has ended, so it is not stuck', NEW.payout_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_stuck_payout BEFORE INSERT ON stuck_payouts FOR EACH ROW EXECUTE FUNCTION guard_stuck_payout();

-- Below a mark of the configuration. Another mark is another crossing.
CREATE TABLE low_funds (
  network         text          NOT NULL,
  sender          text          NOT NULL,
  coin            text          NOT NULL CHECK (btrim(coin) <> ''),  -- the asset's address, or native
  mark_base_units numeric(39,0) NOT NULL,
  held_base_units numeric(39,0) NOT NULL,                            -- when it was found
  found_at        timestamptz   NOT NULL DEFAULT now(),
  PRIMARY KEY (network, sender, coin, mark_base_units),
  FOREIGN KEY (network, sender) REFERENCES wallets (network, address),
  CONSTRAINT low_is_below_the_mark CHECK (held_base_units >= 0 AND held_base_units < mark_base_units)
);

-- As it is at this moment: the event that says why it waits, or else its newest, says how far it is.
CREATE FUNCTION note_stuck_payouts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.stuck', p.id, (SELECT max(e.id) FROM payout_events e
                                   WHERE e.payout_id = p.id AND (p.park_reason IS NULL OR e.action = 'parked')), a.found_at
      FROM added a JOIN payouts p ON p.id = a.payout_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_stuck_payouts AFTER INSERT ON stuck_payouts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_stuck_payouts();

-- A wallet has no id of its own: what is told of it is numbered under one that its names always give.
CREATE FUNCTION note_low_funds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, data, occurred_at)
    SELECT 'treasury.low', md5(format('treasury/%s/%s', a.network, a.sender))::uuid,
           json_build_object('wallet', json_build_object('network', a.network, 'sender', a.sender, 'coin', a.coin,
             'held_base_units', a.held_base_units::text, 'mark_base_units', a.mark_base_units::text)), a.found_at
      FROM added a;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_low_funds AFTER INSERT ON low_funds
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_low_funds();

REVOKE EXECUTE ON FUNCTION guard_stuck_payout, note_stuck_payouts, note_low_funds FROM PUBLIC;
GRANT SELECT ON stuck_payouts, low_funds TO settlement_app, settlement_auditor;
GRANT INSERT (payout_id), DELETE ON stuck_payouts TO settlement_app;
GRANT INSERT (network, sender, coin, mark_base_units, held_base_units), DELETE ON low_funds TO settlement_app;

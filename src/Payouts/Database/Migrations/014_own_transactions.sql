-- What was signed with the keys of the hot wallets, and by whom: how far it is accounted for, and what nobody here has signed.
--
-- Writers. wallet_watch and foreign_transactions: CheckOwnTransactions. adoptions: adopt_transaction(), by an operator's word.
-- foreign_transactions and adoptions are append-only for ever.

-- Which database this is. A dump that was restored, a copy, a standby that was promoted is another one, and may be older than the chain.
CREATE FUNCTION this_database() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_own text := (SELECT d.oid::text FROM pg_database d WHERE d.datname = current_database());
BEGIN
  RETURN (SELECT s.system_identifier FROM pg_control_system() s) || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) || '/' || v_own;
EXCEPTION WHEN insufficient_privilege THEN RETURN v_own;    -- not every provider lets one ask
END $$;

CREATE TABLE wallet_watch (
  network    text NOT NULL,
  address    text NOT NULL,
  cursor     text,            -- the adapter's own words: all before it is accounted for
  checked_at timestamptz,     -- when all was accounted for last
  checked_in text,            -- and in which database
  PRIMARY KEY (network, address),
  FOREIGN KEY (network, address) REFERENCES wallets
);

-- Final, signed with our key, and not by us; or by us, in what a restored database has forgotten.
CREATE TABLE foreign_transactions (
  id             bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  network        text          NOT NULL,
  sender         text          NOT NULL,
  transaction_id text,                                            -- null: no node could say which transaction used the nonce
  nonce          numeric(20,0),                                   -- EVM
  transfers      jsonb         NOT NULL,                          -- [{"to", "baseUnits"}] of the asset; empty: none, or not known
  facts          jsonb         NOT NULL,
  found_at       timestamptz   NOT NULL DEFAULT now(),
  CONSTRAINT foreign_is_in_a_place     CHECK (num_nonnulls(transaction_id, nonce) > 0),
  CONSTRAINT foreign_transfers_a_list  CHECK (jsonb_typeof(transfers) = 'array'),
  CONSTRAINT foreign_wallet_is_known   FOREIGN KEY (network, sender) REFERENCES wallets,
  CONSTRAINT foreign_is_found_once     UNIQUE (network, transaction_id),
  CONSTRAINT foreign_nonce_found_once  UNIQUE (network, sender, nonce)
);
CREATE TRIGGER foreign_is_append_only BEFORE UPDATE OR DELETE ON foreign_transactions FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER foreign_is_never_truncated BEFORE TRUNCATE ON foreign_transactions FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- An operator has accounted for it.
CREATE TABLE adoptions (
  foreign_id bigint      PRIMARY KEY REFERENCES foreign_transactions,
  actor      text        NOT NULL CONSTRAINT an_operator_adopts CHECK (actor ~ '^operator(:.{1,200})?$'),
  reason     text        NOT NULL CONSTRAINT adoption_has_a_reason CHECK (btrim(reason) <> ''),
  adopted_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER adoptions_are_append_only BEFORE UPDATE OR DELETE ON adoptions FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER adoptions_are_never_truncated BEFORE TRUNCATE ON adoptions FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- A wallet opens transactions again only when somebody has accounted for everything that was found.
CREATE FUNCTION guard_thaw() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM foreign_transactions f WHERE f.network = NEW.network AND f.sender = NEW.address
                AND NOT EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = f.id)) THEN
    RAISE EXCEPTION 'wallet % %: a transaction that this database does not know of is not accounted for', NEW.network, NEW.address
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_thaw BEFORE UPDATE OF frozen ON wallets FOR EACH ROW WHEN (OLD.frozen AND NOT NEW.frozen) EXECUTE FUNCTION guard_thaw();

-- The payouts without an end that it has probably paid: the same destination, and no less (what two payouts brought to one place is told
-- as one sum on Solana; to hold too many is safe). Where nobody knows what it did, it may have paid any that was asked for before it was found.
CREATE FUNCTION probably_paid_by(p_foreign bigint) RETURNS SETOF payouts
LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT p.* FROM foreign_transactions f JOIN payouts p ON p.network = f.network AND p.completed_at IS NULL AND p.requested_at < f.found_at
   WHERE f.id = p_foreign
     AND (f.transaction_id IS NULL
          OR EXISTS (SELECT FROM jsonb_array_elements(f.transfers) t
                      WHERE lower(t ->> 'to') = lower(p.address)
                        AND (t ->> 'baseUnits')::numeric >= p.amount_micro * 10::numeric ^ (p.asset_decimals - 6)))
   ORDER BY p.number
$$;

-- The final transaction that has paid this open payout, as far as this database knows: one of our wallet's that no payout boarded and
-- that made exactly this transfer more often than payouts say; or the one that the vault names for its number (VaultPreflight).
CREATE FUNCTION paid_elsewhere(p_id uuid) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = settlement, pg_temp AS $$
DECLARE p payouts;
BEGIN
  SELECT * INTO p FROM payouts q WHERE q.id = p_id AND q.completed_at IS NULL;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN coalesce(
    (SELECT f.transaction_id FROM foreign_transactions f
      WHERE f.network = p.network AND f.transaction_id IS NOT NULL AND p.requested_at < f.found_at
        AND (SELECT count(*) FROM jsonb_array_elements(f.transfers) t
              WHERE comparable_address(t ->> 'to') = comparable_address(p.address)
                AND (t ->> 'baseUnits')::numeric = p.amount_micro * 10::numeric ^ (p.asset_decimals - 6))
            > (SELECT count(*) FROM payouts o
                WHERE o.settled_by = 'operator' AND comparable_address(o.tx_hash) = comparable_address(f.transaction_id) AND o.network = p.network
                  AND o.status = 'sent' AND o.amount_micro = p.amount_micro AND comparable_address(o.address) = comparable_address(p.address))
      ORDER BY f.id LIMIT 1),
    CASE WHEN p.park_detail LIKE 'The vault % has paid number ' || p.number || ' before: exactly this transfer, in transaction %'
         THEN substring(p.park_detail FROM '0x[0-9A-Fa-f]{64}') END);
END $$;

-- An operator accounts for a transaction that this database does not know of. What it has probably paid goes on hold: `sent` names it,
-- `release` pays it (again). On EVM the wallet's next nonce goes on behind it.
-- outcome: adopted | not_found | adopted_before | not_frozen | riding (one of those payouts may still be paid by a transaction of ours; nothing was written)
CREATE FUNCTION adopt_transaction(p_id bigint, p_actor text, p_reason text, p_request_id text, OUT outcome text, OUT payout_ids uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v foreign_transactions; v_hold text;
BEGIN
  SELECT * INTO v FROM foreign_transactions f WHERE f.id = p_id;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  PERFORM FROM wallets w WHERE w.network = v.network AND w.address = v.sender AND w.frozen FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'not_frozen'; RETURN; END IF;
  IF EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = p_id) THEN outcome := 'adopted_before'; RETURN; END IF;

  SELECT array_agg(p.id) INTO payout_ids FROM (
    SELECT p.id FROM payouts p WHERE p.id IN (SELECT q.id FROM probably_paid_by(p_id) q) ORDER BY p.id FOR NO KEY UPDATE) p;
  payout_ids := coalesce(payout_ids, '{}');
  IF EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = ANY (payout_ids) AND r.outcome IS NULL) THEN outcome := 'riding'; RETURN; END IF;

  v_hold := 'Probably paid by ' || coalesce(v.transaction_id, 'the unknown transaction with nonce ' || v.nonce)
            || ', which this database does not know of: say sent with its hash, or release to pay.';
  WITH held AS (
    UPDATE payouts p SET held_at = now(), held_by = principal_of(p_actor), hold_reason = v_hold, lease_token = p.lease_token + 1
     WHERE p.id = ANY (payout_ids) AND p.held_at IS NULL AND p.completed_at IS NULL
    RETURNING p.id, p.version)
  INSERT INTO payout_events (payout_id, version, action, actor, reason, request_id)
  SELECT id, version, 'held', p_actor, v_hold, p_request_id FROM held;

  INSERT INTO adoptions (foreign_id, actor, reason) VALUES (p_id, p_actor, p_reason);
  LOOP
    UPDATE wallets w SET next_nonce = w.next_nonce + 1
     WHERE w.network = v.network AND w.address = v.sender
       AND EXISTS (SELECT FROM adoptions a JOIN foreign_transactions f ON f.id = a.foreign_id
                    WHERE f.network = w.network AND f.sender = w.address AND f.nonce = w.next_nonce);
    EXIT WHEN NOT FOUND;
  END LOOP;
  INSERT INTO audit_log (actor, action, target, reason, detail, request_id)
  VALUES (p_actor, 'transaction_adopted', v.network || ':' || v.sender, p_reason,
          jsonb_build_object('transactionId', v.transaction_id, 'nonce', v.nonce, 'transfers', v.transfers, 'held', to_jsonb(payout_ids)), p_request_id);
  outcome := 'adopted';
END $$;

REVOKE EXECUTE ON FUNCTION this_database, guard_thaw, probably_paid_by, paid_elsewhere, adopt_transaction FROM PUBLIC;
GRANT EXECUTE ON FUNCTION this_database, probably_paid_by, paid_elsewhere, adopt_transaction TO settlement_app;
GRANT SELECT ON wallet_watch, foreign_transactions, adoptions TO settlement_app, settlement_auditor;
GRANT INSERT (network, address, cursor, checked_at, checked_in), UPDATE (cursor, checked_at, checked_in) ON wallet_watch TO settlement_app;
GRANT INSERT (network, sender, transaction_id, nonce, transfers, facts) ON foreign_transactions TO settlement_app;

-- What users do with what they earned besides asking for payouts, and where they may be paid.
--
-- Writers. invoices: register_invoice() and close_invoice(). A spend in the ledger: spend_on_invoice(). A retry: accept_payout().
-- payout_addresses: AddressBook.

-- An invoice that a user's balance may cover: once, in full, and only by whom it was made out to. Billing registers it, and closes
-- it when it was paid otherwise. Whether it is covered is not written here: the ledger says so.
CREATE TABLE invoices (
  id           text        PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9._:-]{1,200}$'),
  account_id   bigint      NOT NULL REFERENCES accounts,
  amount_micro bigint      NOT NULL CHECK (amount_micro BETWEEN 1 AND 1000000000000000),
  recorded_by  text        NOT NULL,
  request_id   text,
  recorded_at  timestamptz NOT NULL DEFAULT now(),
  closed_at    timestamptz,
  CONSTRAINT invoice_identity UNIQUE (id, amount_micro, account_id)
);
CREATE INDEX ix_invoices_account ON invoices (account_id);
-- A spend is of its invoice's amount and from its invoice's account; ux_transfers_reference lets it happen once.
ALTER TABLE ledger_transfers ADD CONSTRAINT spend_equals_its_invoice
  FOREIGN KEY (reference, amount_micro, debit_account_id) REFERENCES invoices (id, amount_micro, account_id);

CREATE FUNCTION spend_covers_an_open_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  -- The lock keeps the invoice open until the spend is committed.
  PERFORM FROM invoices i WHERE i.id = NEW.reference AND i.closed_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'invoice % is not open', NEW.reference USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER spend_covers_an_open_invoice AFTER INSERT ON ledger_transfers
  FOR EACH ROW WHEN (NEW.kind = 'spend') EXECUTE FUNCTION spend_covers_an_open_invoice();

CREATE FUNCTION guard_invoice() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.account_id, NEW.amount_micro, NEW.recorded_by, NEW.request_id, NEW.recorded_at)
     IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.amount_micro, OLD.recorded_by, OLD.request_id, OLD.recorded_at)
     OR OLD.closed_at IS NOT NULL
  THEN RAISE EXCEPTION 'invoice % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  IF NEW.closed_at IS NOT NULL AND EXISTS (SELECT FROM ledger_transfers t WHERE t.reference = OLD.id) THEN
    RAISE EXCEPTION 'invoice % is covered', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_invoice BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION guard_invoice();
CREATE TRIGGER invoices_are_kept BEFORE DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER invoices_are_never_truncated BEFORE TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- Tells of an invoice, once.
-- outcome: created | replay | mismatch (the same invoice with other values; nothing was written)
CREATE FUNCTION register_invoice(p_invoice text, p_user uuid, p_amount bigint, p_actor text, p_request_id text, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_account bigint;
BEGIN
  INSERT INTO accounts (kind, user_id, asset) VALUES ('user', p_user, 'USDC') ON CONFLICT (user_id, asset) WHERE kind = 'user' DO NOTHING;
  SELECT id INTO STRICT v_account FROM accounts WHERE user_id = p_user AND asset = 'USDC' AND kind = 'user';
  INSERT INTO invoices (id, account_id, amount_micro, recorded_by, request_id)
  VALUES (p_invoice, v_account, p_amount, p_actor, p_request_id) ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN outcome := 'created'; RETURN; END IF;
  SELECT CASE WHEN (i.account_id, i.amount_micro) = (v_account, p_amount) THEN 'replay' ELSE 'mismatch' END
    INTO STRICT outcome FROM invoices i WHERE i.id = p_invoice;
END $$;

-- An invoice was paid otherwise, or is void: no balance may cover it any more.
-- outcome: closed | unchanged (it was) | covered (nothing was written) | missing
CREATE FUNCTION close_invoice(p_invoice text, p_actor text, p_request_id text, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_closed_at timestamptz;
BEGIN
  SELECT closed_at INTO v_closed_at FROM invoices WHERE id = p_invoice FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  IF v_closed_at IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  IF EXISTS (SELECT FROM ledger_transfers t WHERE t.reference = p_invoice) THEN outcome := 'covered'; RETURN; END IF;
  UPDATE invoices SET closed_at = now() WHERE id = p_invoice;
  INSERT INTO audit_log (actor, action, target, request_id) VALUES (p_actor, 'invoice_closed', p_invoice, p_request_id);
  outcome := 'closed';
END $$;

-- Covers an invoice with the user's balance, under the lock that payouts take.
-- outcome: spent | replay (this user has covered it with this amount) | missing (or another user's) | closed | covered | mismatch |
--          insufficient (nothing was written unless spent)
CREATE FUNCTION spend_on_invoice(p_user uuid, p_invoice text, p_amount bigint, p_request_id text,
                                 OUT outcome text, OUT available_micro bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_account bigint; v_spent bigint; v_invoice invoices; v_covered boolean;
BEGIN
  SELECT id INTO v_account FROM accounts WHERE user_id = p_user AND asset = 'USDC' AND kind = 'user' FOR NO KEY UPDATE;
  SELECT * INTO v_invoice FROM invoices i WHERE i.id = p_invoice AND i.account_id = v_account FOR SHARE;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  v_covered := EXISTS (SELECT FROM ledger_transfers t WHERE t.reference = p_invoice);
  outcome := CASE WHEN v_covered AND v_invoice.amount_micro = p_amount THEN 'replay'
                  WHEN v_covered THEN 'covered'
                  WHEN v_invoice.closed_at IS NOT NULL THEN 'closed'
                  WHEN v_invoice.amount_micro <> p_amount THEN 'mismatch' END;
  IF outcome IS NOT NULL THEN RETURN; END IF;

  PERFORM settle_account(v_account);
  SELECT posted_micro - reserved_micro INTO available_micro FROM accounts WHERE id = v_account;
  IF available_micro < p_amount THEN outcome := 'insufficient'; RETURN; END IF;
  SELECT id INTO STRICT v_spent FROM accounts WHERE kind = 'spent' AND asset = 'USDC';
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
  VALUES ('spend', v_account, v_spent, p_amount, p_invoice);
  INSERT INTO audit_log (actor, action, target, request_id) VALUES ('user:' || p_user, 'invoice_covered', p_invoice, p_request_id);
  outcome := 'spent'; available_micro := available_micro - p_amount;
END $$;

-- A failed payout is asked for again at most once, unless that was called off; when that fails too, it is the one to be asked for.
CREATE UNIQUE INDEX ux_payouts_one_live_retry ON payouts (retry_of) WHERE retry_of IS NOT NULL AND status <> 'cancelled';

-- A destination that cannot receive will not receive the next time either.
CREATE FUNCTION failure_is_retryable(p_code text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = settlement, pg_temp AS $$
  SELECT p_code NOT LIKE 'destination\_%'
$$;

-- Why a user's payout cannot be asked for again: not_failed | paid_after_all | refund_held | failure_is_final | retried (by other_id);
-- null when it can. A payout of nobody or of another user is not_failed.
CREATE FUNCTION why_not_retry(p_user uuid, p_payout uuid, OUT reason text, OUT other_id uuid)
LANGUAGE sql STABLE SET search_path = settlement, pg_temp AS $$
  SELECT CASE WHEN f.id IS NULL OR f.status <> 'failed' THEN 'not_failed'
              WHEN f.conflict_at IS NOT NULL THEN 'paid_after_all'
              WHEN f.refund_held THEN 'refund_held'
              WHEN NOT failure_is_retryable(f.failure_code) THEN 'failure_is_final'
              WHEN r.id IS NOT NULL THEN 'retried' END,
         r.id
    FROM (SELECT) AS always
    LEFT JOIN payouts f ON f.id = p_payout AND f.user_id = p_user
    LEFT JOIN payouts r ON r.retry_of = f.id AND r.status <> 'cancelled'
$$;

CREATE FUNCTION guard_retry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts f WHERE f.id = NEW.retry_of AND f.status = 'failed' AND NOT f.refund_held AND f.conflict_at IS NULL
                   AND failure_is_retryable(f.failure_code)
                   AND (f.user_id, f.amount_micro, f.network, f.address, f.asset)
                     = (NEW.user_id, NEW.amount_micro, NEW.network, NEW.address, NEW.asset)) THEN
    RAISE EXCEPTION 'payout % does not ask for % again', NEW.id, NEW.retry_of USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_retry BEFORE INSERT ON payouts FOR EACH ROW WHEN (NEW.retry_of IS NOT NULL) EXECUTE FUNCTION guard_retry();

-- Hexadecimal addresses are the same in any case, all others are not; base58 has no digit 0.
CREATE FUNCTION comparable_address(p_address text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = settlement, pg_temp AS $$
BEGIN
  RETURN CASE WHEN p_address LIKE '0x%' OR p_address LIKE '0X%' THEN lower(p_address) ELSE p_address END;
END $$;

-- Where a user wants to be paid. Nothing is forgotten: what a user removes stays, and so does a block.
CREATE TABLE payout_addresses (
  id             uuid        PRIMARY KEY,
  user_id        uuid        NOT NULL,
  label          text        NOT NULL CHECK (length(label) BETWEEN 1 AND 64),
  network        text        NOT NULL CHECK (network ~ '^[a-z0-9-]{1,32}$'),
  address        text        NOT NULL CHECK (length(address) BETWEEN 20 AND 128),
  comparable     text        GENERATED ALWAYS AS (comparable_address(address)) STORED,
  added_at       timestamptz NOT NULL DEFAULT now(),
  active_at      timestamptz NOT NULL,
  removed_at     timestamptz,
  blocked_at     timestamptz,
  blocked_reason text,                                           -- for operators
  CONSTRAINT address_waits_from_when_it_is_known CHECK (active_at >= added_at),
  CONSTRAINT blocked_has_a_reason CHECK ((blocked_at IS NULL) = (blocked_reason IS NULL))
);
CREATE UNIQUE INDEX ux_payout_addresses_once ON payout_addresses (user_id, network, comparable) WHERE removed_at IS NULL;
CREATE INDEX ix_payout_addresses_user    ON payout_addresses (user_id, added_at DESC, id DESC) WHERE removed_at IS NULL;
CREATE INDEX ix_payout_addresses_blocked ON payout_addresses (user_id, comparable) WHERE blocked_at IS NOT NULL;

CREATE FUNCTION guard_address() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.label, NEW.network, NEW.address, NEW.added_at, NEW.active_at)
     IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.label, OLD.network, OLD.address, OLD.added_at, OLD.active_at)
     OR (OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at)
  THEN RAISE EXCEPTION 'address % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_address BEFORE UPDATE ON payout_addresses FOR EACH ROW EXECUTE FUNCTION guard_address();
CREATE TRIGGER addresses_are_kept BEFORE DELETE ON payout_addresses FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER addresses_are_never_truncated BEFORE TRUNCATE ON payout_addresses FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- Why a user cannot be paid at an address: blocked | unknown (not in the book, or no longer) | pending (until active_at); null when
-- they can. A block holds for every network, and whether or not the address is still in the book.
-- The lock keeps the answer true until the caller commits.
CREATE FUNCTION judge_address(p_user uuid, p_network text, p_address text, p_address_id uuid, p_only_known boolean,
                              OUT reason text, OUT active_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_comparable text := comparable_address(p_address);
BEGIN
  IF EXISTS (SELECT FROM payout_addresses a WHERE a.user_id = p_user AND a.comparable = v_comparable AND a.blocked_at IS NOT NULL) THEN
    reason := 'blocked';
    RETURN;
  END IF;
  IF p_address_id IS NULL AND NOT p_only_known THEN RETURN; END IF;
  SELECT a.active_at INTO active_at FROM payout_addresses a
   WHERE a.user_id = p_user AND a.network = p_network AND a.comparable = v_comparable AND a.removed_at IS NULL
     AND (p_address_id IS NULL OR a.id = p_address_id)
     FOR SHARE;
  IF NOT FOUND THEN reason := 'unknown';
  ELSIF p_only_known AND active_at > now() THEN reason := 'pending';
  ELSE active_at := NULL;
  END IF;
END $$;

GRANT SELECT ON payout_addresses TO settlement_app, settlement_auditor;
GRANT INSERT (id, user_id, label, network, address, active_at) ON payout_addresses TO settlement_app;
GRANT UPDATE (removed_at, blocked_at, blocked_reason) ON payout_addresses TO settlement_app;

REVOKE EXECUTE ON FUNCTION comparable_address, guard_address, judge_address, failure_is_retryable, why_not_retry, guard_retry, spend_covers_an_open_invoice, guard_invoice, register_invoice, close_invoice, spend_on_invoice FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_invoice, close_invoice, spend_on_invoice, judge_address, comparable_address TO settlement_app;
GRANT SELECT ON invoices TO settlement_app, settlement_auditor;

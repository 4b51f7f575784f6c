-- The ledger: who owns how much, and every movement of money.
--
-- Writers. accounts: the trigger on ledger_transfers only. ledger_transfers: the functions and triggers of
-- this folder only. rewards: ingest_reward() and settle_account() only. No role but the owner may write here.
--
-- Money is in micro-units (1,000,000 = 1.00) as bigint. Times are the database's own.
--
-- Every function below names pg_temp last in its search_path: left out, it is searched first, and a temporary table with
-- the name of one of ours would be believed (CVE-2018-1058). Every refusal carries the name of the law as its constraint.
--
-- What writes elsewhere is an AFTER trigger: a BEFORE trigger also runs for a row that ON CONFLICT then leaves out.

CREATE TABLE assets (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{2,12}$')
);
INSERT INTO assets VALUES ('USDC');

-- posted and reserved are kept for users and affiliates only: system accounts would be hot rows, so reports sum them instead.
-- An affiliate's account holds what is under way to that affiliate on a chain, and nothing else: see 010_affiliates_paying.sql.
CREATE TABLE accounts (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind           text   NOT NULL CHECK (kind IN ('user', 'affiliate', 'rewards', 'commissions', 'paid', 'spent')),
  user_id        uuid,
  asset          text   NOT NULL REFERENCES assets,
  posted_micro   bigint NOT NULL DEFAULT 0,
  reserved_micro bigint NOT NULL DEFAULT 0,
  CONSTRAINT user_account_has_user CHECK ((kind IN ('user', 'affiliate')) = (user_id IS NOT NULL)),
  CONSTRAINT balance_never_negative CHECK (reserved_micro >= 0 AND posted_micro >= reserved_micro),
  CONSTRAINT system_account_is_not_kept CHECK (kind IN ('user', 'affiliate') OR (posted_micro = 0 AND reserved_micro = 0))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX ux_accounts_user      ON accounts (user_id, asset) WHERE kind = 'user';
CREATE UNIQUE INDEX ux_accounts_affiliate ON accounts (user_id, asset) WHERE kind = 'affiliate';
CREATE UNIQUE INDEX ux_accounts_system    ON accounts (kind, asset)    WHERE user_id IS NULL;
INSERT INTO accounts (kind, asset) VALUES ('rewards', 'USDC'), ('commissions', 'USDC'), ('paid', 'USDC'), ('spent', 'USDC');

-- What a user earned. It becomes money when it is posted: at unlock_at or later, under the user's lock.
-- A reversal takes money back; what the free balance cannot cover stays owed (amount - recovered) and is netted later.
CREATE TABLE rewards (
  id              uuid        PRIMARY KEY,
  account_id      bigint      NOT NULL REFERENCES accounts,
  kind            text        NOT NULL CHECK (kind IN ('reward', 'adjustment', 'reversal')),
  amount_micro    bigint      NOT NULL CHECK (amount_micro BETWEEN 1 AND 1000000000000000),  -- 1,000,000,000.00: more is a wrong unit
  source_event_id text        NOT NULL CHECK (length(source_event_id) BETWEEN 1 AND 200),
  unlock_at       timestamptz NOT NULL,
  note            text,
  recorded_by     text        NOT NULL,
  request_id      text,
  recorded_at     timestamptz NOT NULL DEFAULT now(),
  posted_at       timestamptz,
  recovered_micro bigint      NOT NULL DEFAULT 0,
  CONSTRAINT reversal_recovers_at_most_itself CHECK (recovered_micro BETWEEN 0 AND amount_micro),
  CONSTRAINT only_a_reversal_recovers CHECK (kind = 'reversal' OR recovered_micro = 0),
  CONSTRAINT posted_reversal_is_recovered CHECK (kind <> 'reversal' OR (posted_at IS NOT NULL) = (recovered_micro = amount_micro))
);
CREATE UNIQUE INDEX ux_rewards_source_event ON rewards (source_event_id);       -- an event credits once
CREATE INDEX ix_rewards_unposted ON rewards (account_id, unlock_at) WHERE posted_at IS NULL;
CREATE INDEX ix_rewards_account  ON rewards (account_id, recorded_at DESC, id DESC);

-- One row is one balanced double entry: a debit and a credit of the same amount. Append-only.
CREATE TABLE ledger_transfers (
  id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind              text        NOT NULL CHECK (kind IN ('reward', 'reversal', 'spend', 'fund', 'unfund', 'reserve', 'settle', 'release')),
  debit_account_id  bigint      NOT NULL REFERENCES accounts,
  credit_account_id bigint      NOT NULL REFERENCES accounts,
  amount_micro      bigint      NOT NULL CHECK (amount_micro > 0),
  reward_id         uuid        REFERENCES rewards,
  payout_id         uuid,                                    -- foreign key added with the payouts table
  reserve_id        bigint,
  reserve_kind      text        GENERATED ALWAYS AS (CASE WHEN reserve_id IS NULL THEN NULL ELSE 'reserve' END) STORED,
  reference         text,
  recorded_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT transfer_has_two_sides       CHECK (debit_account_id <> credit_account_id),
  CONSTRAINT reward_kinds_name_a_reward   CHECK ((kind IN ('reward', 'reversal')) = (reward_id IS NOT NULL)),
  CONSTRAINT payout_kinds_name_a_payout   CHECK ((kind IN ('fund', 'unfund', 'reserve', 'settle', 'release')) = (payout_id IS NOT NULL)),
  CONSTRAINT resolution_names_its_reserve CHECK ((kind IN ('settle', 'release')) = (reserve_id IS NOT NULL)),
  CONSTRAINT spend_names_its_invoice      CHECK ((kind = 'spend') = (reference IS NOT NULL)),
  CONSTRAINT transfer_identity UNIQUE (id, kind, payout_id, amount_micro, debit_account_id, credit_account_id),
  -- A resolution repeats its reserve's payout, amount and accounts, and what it names is a reserve.
  CONSTRAINT resolution_equals_its_reserve
    FOREIGN KEY (reserve_id, reserve_kind, payout_id, amount_micro, debit_account_id, credit_account_id)
    REFERENCES ledger_transfers (id, kind, payout_id, amount_micro, debit_account_id, credit_account_id)
);
CREATE UNIQUE INDEX ux_transfers_one_reserve    ON ledger_transfers (payout_id)  WHERE kind = 'reserve';
CREATE UNIQUE INDEX ux_transfers_one_resolution ON ledger_transfers (reserve_id) WHERE reserve_id IS NOT NULL; -- settle XOR release
CREATE UNIQUE INDEX ux_transfers_one_fund       ON ledger_transfers (payout_id)  WHERE kind = 'fund';
CREATE UNIQUE INDEX ux_transfers_one_unfund     ON ledger_transfers (payout_id)  WHERE kind = 'unfund';
CREATE UNIQUE INDEX ux_transfers_reward_once    ON ledger_transfers (reward_id)  WHERE kind = 'reward';
CREATE UNIQUE INDEX ux_transfers_reference      ON ledger_transfers (reference)  WHERE reference IS NOT NULL;
CREATE INDEX ix_transfers_debit  ON ledger_transfers (debit_account_id, id);
CREATE INDEX ix_transfers_credit ON ledger_transfers (credit_account_id, id);

-- Balances move here and nowhere else. A CHECK on accounts refuses what would make one negative.
CREATE FUNCTION apply_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE
  v_debit_kind text; v_credit_kind text; v_debit_asset text; v_credit_asset text;
  v_reward record; v_rows int;
BEGIN
  SELECT kind, asset INTO v_debit_kind,  v_debit_asset  FROM accounts WHERE id = NEW.debit_account_id;
  SELECT kind, asset INTO v_credit_kind, v_credit_asset FROM accounts WHERE id = NEW.credit_account_id;
  IF v_debit_asset IS DISTINCT FROM v_credit_asset
     OR (NEW.kind = 'reward'   AND (v_debit_kind, v_credit_kind) IS DISTINCT FROM ('rewards', 'user'))
     OR (NEW.kind = 'reversal' AND (v_debit_kind, v_credit_kind) IS DISTINCT FROM ('user', 'rewards'))
     OR (NEW.kind = 'spend'    AND (v_debit_kind, v_credit_kind) IS DISTINCT FROM ('user', 'spent'))
     OR (NEW.kind = 'fund'     AND (v_debit_kind, v_credit_kind) IS DISTINCT FROM ('commissions', 'affiliate'))
     OR (NEW.kind = 'unfund'   AND (v_debit_kind, v_credit_kind) IS DISTINCT FROM ('affiliate', 'commissions'))
     OR (NEW.kind IN ('reserve', 'settle', 'release')
         AND (v_debit_kind NOT IN ('user', 'affiliate') OR v_credit_kind IS DISTINCT FROM 'paid'))
  THEN RAISE EXCEPTION 'transfer % joins the wrong accounts', NEW.kind USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;

  IF NEW.kind IN ('fund', 'unfund') AND NOT EXISTS (
       SELECT FROM payouts p WHERE p.id = NEW.payout_id AND p.amount_micro = NEW.amount_micro
          AND p.account_id = CASE NEW.kind WHEN 'fund' THEN NEW.credit_account_id ELSE NEW.debit_account_id END)
  THEN RAISE EXCEPTION 'transfer % does not match payout %', NEW.kind, NEW.payout_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;

  IF NEW.reward_id IS NOT NULL THEN
    SELECT kind, account_id, amount_micro, unlock_at INTO v_reward FROM rewards WHERE id = NEW.reward_id;
    IF v_reward.unlock_at > now()
    OR (NEW.kind = 'reward'   AND (v_reward.kind = 'reversal' OR v_reward.account_id <> NEW.credit_account_id OR v_reward.amount_micro <> NEW.amount_micro))
    OR (NEW.kind = 'reversal' AND (v_reward.kind <> 'reversal' OR v_reward.account_id <> NEW.debit_account_id))
    THEN RAISE EXCEPTION 'transfer % does not match reward %', NEW.kind, NEW.reward_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;
  END IF;

  IF NEW.kind IN ('reward', 'fund') THEN
    UPDATE accounts SET posted_micro = posted_micro + NEW.amount_micro WHERE id = NEW.credit_account_id;
  ELSIF NEW.kind = 'reserve' THEN
    UPDATE accounts SET reserved_micro = reserved_micro + NEW.amount_micro WHERE id = NEW.debit_account_id;
  ELSIF NEW.kind = 'release' THEN
    UPDATE accounts SET reserved_micro = reserved_micro - NEW.amount_micro WHERE id = NEW.debit_account_id;
  ELSIF NEW.kind = 'settle' THEN
    UPDATE accounts SET posted_micro = posted_micro - NEW.amount_micro, reserved_micro = reserved_micro - NEW.amount_micro
     WHERE id = NEW.debit_account_id;
  ELSE -- reversal, spend, unfund
    UPDATE accounts SET posted_micro = posted_micro - NEW.amount_micro WHERE id = NEW.debit_account_id;
  END IF;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows <> 1 THEN RAISE EXCEPTION 'transfer % must move exactly one user account', NEW.kind USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;

  IF NEW.kind = 'reversal' THEN
    UPDATE rewards SET recovered_micro = recovered_micro + NEW.amount_micro,
                       posted_at = CASE WHEN recovered_micro + NEW.amount_micro = amount_micro THEN now() END
     WHERE id = NEW.reward_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER apply_transfer AFTER INSERT ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION apply_transfer();

CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on %.% is forbidden', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER transfers_are_append_only BEFORE UPDATE OR DELETE ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER transfers_are_never_truncated BEFORE TRUNCATE ON ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER accounts_are_kept BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER accounts_are_never_truncated BEFORE TRUNCATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER rewards_are_kept BEFORE DELETE ON rewards FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER rewards_are_never_truncated BEFORE TRUNCATE ON rewards FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- A balance moves only inside apply_transfer, that is one trigger deep; nobody edits it by hand.
CREATE FUNCTION guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.user_id, NEW.asset) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.user_id, OLD.asset) THEN
    RAISE EXCEPTION 'account % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'the balance of account % moves only by a ledger transfer', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_account BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION guard_account();

CREATE FUNCTION guard_new_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.posted_micro <> 0 OR NEW.reserved_micro <> 0 THEN
    RAISE EXCEPTION 'a new account starts empty' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new_account BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION guard_new_account();

-- posted_at is set once, and only together with the ledger row that it speaks of (checked at commit).
CREATE FUNCTION guard_reward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.account_id, NEW.kind, NEW.amount_micro, NEW.source_event_id, NEW.unlock_at, NEW.note, NEW.recorded_by,
      NEW.request_id, NEW.recorded_at)
     IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.kind, OLD.amount_micro, OLD.source_event_id, OLD.unlock_at, OLD.note,
      OLD.recorded_by, OLD.request_id, OLD.recorded_at)
     OR (OLD.posted_at IS NOT NULL AND NEW.posted_at IS DISTINCT FROM OLD.posted_at)
  THEN RAISE EXCEPTION 'reward % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  IF NEW.recovered_micro <> OLD.recovered_micro AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'reward %: recovered only by a ledger transfer', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_reward BEFORE UPDATE ON rewards FOR EACH ROW EXECUTE FUNCTION guard_reward();

CREATE FUNCTION posted_reward_has_transfer() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NEW.posted_at IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_transfers t WHERE t.reward_id = NEW.id) THEN
    RAISE EXCEPTION 'reward % is marked posted without its ledger transfer', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posted_reward_has_transfer AFTER INSERT OR UPDATE OF posted_at ON rewards
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posted_reward_has_transfer();

-- The other direction: money that was posted is marked so, or it would be posted again.
CREATE FUNCTION reward_transfer_is_marked() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM rewards r WHERE r.id = NEW.reward_id AND r.posted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'reward % was posted but is not marked so', NEW.reward_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER reward_transfer_is_marked AFTER INSERT ON ledger_transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'reward') EXECUTE FUNCTION reward_transfer_is_marked();

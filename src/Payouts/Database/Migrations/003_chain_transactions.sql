-- What is on its way to a network.
--
-- A chain transaction is one place where at most one attempt can ever land: on EVM (sender, nonce), on Solana one signed
-- message. Many payouts may ride on it. Writers: StoreTransaction and StoreAttempt insert; FollowTransactions,
-- FinalizePayout and AskReplacement update. attempts and broadcast_notes are append-only for ever.

CREATE TABLE wallets (
  network       text        NOT NULL CHECK (network ~ '^[a-z0-9-]{1,32}$'),
  address       text        NOT NULL,
  next_nonce    numeric(20,0) CHECK (next_nonce BETWEEN 0 AND 18446744073709551615),  -- null where the network has no nonces
  frozen        boolean     NOT NULL DEFAULT false,               -- no new transaction until an operator has looked
  frozen_reason text,
  frozen_at     timestamptz,
  registered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (network, address),
  CONSTRAINT frozen_has_a_reason CHECK (frozen = (frozen_reason IS NOT NULL) AND frozen = (frozen_at IS NOT NULL))
);
-- One wallet under two spellings would have two next nonces. Where there are no nonces, case tells addresses apart.
CREATE UNIQUE INDEX ux_wallets_one_spelling ON wallets (network, lower(address)) WHERE next_nonce IS NOT NULL;

CREATE TABLE chain_transactions (
  id                      bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  network                 text          NOT NULL,
  sender                  text          NOT NULL,
  nonce                   numeric(20,0) CHECK (nonce >= 0),       -- EVM
  last_valid_block_height bigint        CHECK (last_valid_block_height > 0),  -- Solana
  state                   text          NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'landed', 'dead')),
  landed_hash             text,
  proof                   jsonb,
  opened_at               timestamptz   NOT NULL DEFAULT now(),
  safe_after              timestamptz,                            -- an estimate for people; the proof decides
  decided_at              timestamptz,
  decided_by              text,                                   -- a person, where the chain contradicted itself; null: the proof

  due_at                  timestamptz   NOT NULL,                 -- when to look next
  lease_token             bigint        NOT NULL DEFAULT 1,       -- fencing token, +1 each time somebody takes it up
  lease_owner             text,
  observations            int           NOT NULL DEFAULT 0,
  included                boolean       NOT NULL DEFAULT false,   -- in a block, not final: no node's pool has to hold it
  last_observation        text,
  observed_at             timestamptz,                            -- when that was

  -- What is to be signed next at this place. speed_up, cancel: a person asked. fill: no node takes the payment, and those behind it wait.
  asked                   text          CHECK (asked IN ('speed_up', 'cancel', 'fill')),
  asked_at                timestamptz,
  asked_by                text,

  CONSTRAINT wallet_is_known FOREIGN KEY (network, sender) REFERENCES wallets,
  CONSTRAINT one_kind_of_place CHECK ((nonce IS NULL) <> (last_valid_block_height IS NULL)),
  CONSTRAINT proof_is_an_object CHECK (jsonb_typeof(proof) = 'object'),
  CONSTRAINT decided_has_proof CHECK ((state <> 'open') = (proof IS NOT NULL) AND (state <> 'open') = (decided_at IS NOT NULL)),
  CONSTRAINT landed_has_hash   CHECK ((state = 'landed') = (landed_hash IS NOT NULL)),
  CONSTRAINT ask_is_whole      CHECK ((asked IS NULL) = (asked_at IS NULL) AND (asked IS NULL) = (asked_by IS NULL)),
  CONSTRAINT ask_needs_a_nonce CHECK (asked IS NULL OR nonce IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX ux_transactions_nonce ON chain_transactions (network, sender, nonce) WHERE nonce IS NOT NULL;
-- The highest final block that a verdict rests on: whoever is behind it is not believed, also after a restart.
CREATE INDEX ix_transactions_final ON chain_transactions (network, ((proof #>> '{agreement,final,block}')::numeric))
  WHERE proof #>> '{agreement,final,block}' IS NOT NULL;
CREATE INDEX ix_transactions_due ON chain_transactions (network, due_at) WHERE decided_at IS NULL; -- not state: see ix_payouts_due

CREATE TABLE transaction_payouts (
  transaction_id bigint NOT NULL REFERENCES chain_transactions,
  position       int    NOT NULL CHECK (position >= 0),
  payout_id      uuid   NOT NULL REFERENCES payouts,
  payout_token   bigint NOT NULL,                                 -- the fencing token under which it was put here
  outcome        text   CHECK (outcome IN ('paid', 'not_paid')),  -- null: it may still be paid
  evidence       jsonb  CONSTRAINT evidence_is_an_object CHECK (jsonb_typeof(evidence) = 'object'),
  cancel_asked_by text,                                           -- who wants the payout called off, if the chain lets it
  cancel_note    text   CONSTRAINT note_needs_an_asker CHECK (cancel_note IS NULL OR cancel_asked_by IS NOT NULL),
  PRIMARY KEY (transaction_id, position)
) WITH (fillfactor = 80);
-- The law against paying twice: a payout rides on one live transaction at most, and never again once it was paid.
CREATE UNIQUE INDEX ux_payout_rides_once ON transaction_payouts (payout_id) WHERE outcome IS NULL OR outcome = 'paid';
CREATE INDEX ix_transaction_payouts_payout ON transaction_payouts (payout_id);

-- Signed bytes, committed before the first of them leaves the process.
CREATE TABLE attempts (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id bigint      NOT NULL REFERENCES chain_transactions,
  sequence       int         NOT NULL CHECK (sequence > 0),
  network        text        NOT NULL,
  hash           text        NOT NULL CHECK (length(hash) BETWEEN 20 AND 128),
  bytes          bytea       NOT NULL CHECK (octet_length(bytes) > 0),
  nonce          numeric(20,0),                                   -- that of its transaction; null where the network has none
  kind           text        NOT NULL DEFAULT 'payment' CHECK (kind IN ('payment', 'cancel')),  -- cancel: pays nobody, uses up the nonce
  max_fee        numeric(39,0) CHECK (max_fee > 0),               -- EVM: wei a unit of gas at most
  tip            numeric(39,0) CHECK (tip >= 0),                  -- EVM: wei a unit of gas for the proposer
  lease_token    bigint      NOT NULL,                            -- the fencing token under which it was stored
  terms          jsonb       NOT NULL,                            -- fees, limits, blockhash: what was signed, for people
  signed_by      text        NOT NULL,
  stored_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT attempt_sequence UNIQUE (transaction_id, sequence)
);
CREATE UNIQUE INDEX ux_attempts_hash ON attempts (network, hash);
CREATE UNIQUE INDEX ux_attempts_one_without_nonce ON attempts (transaction_id) WHERE nonce IS NULL;
CREATE TRIGGER attempts_are_append_only BEFORE UPDATE OR DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER attempts_are_never_truncated BEFORE TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- What nodes said about a send, where it was not simply "taken".
CREATE TABLE broadcast_notes (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id bigint      NOT NULL REFERENCES chain_transactions,
  hash           text        NOT NULL,
  outcome        text        NOT NULL CHECK (outcome IN ('refused', 'unknown')),
  reason         text        NOT NULL,
  noted_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_broadcast_notes_transaction ON broadcast_notes (transaction_id, id);
CREATE TRIGGER broadcast_notes_are_append_only BEFORE UPDATE OR DELETE ON broadcast_notes FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER broadcast_notes_are_never_truncated BEFORE TRUNCATE ON broadcast_notes FOR EACH STATEMENT EXECUTE FUNCTION forbid();

CREATE TRIGGER wallets_are_kept BEFORE DELETE ON wallets FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER wallets_are_never_truncated BEFORE TRUNCATE ON wallets FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER transactions_are_kept BEFORE DELETE ON chain_transactions FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER transactions_are_never_truncated BEFORE TRUNCATE ON chain_transactions FOR EACH STATEMENT EXECUTE FUNCTION forbid();
CREATE TRIGGER rides_are_kept BEFORE DELETE ON transaction_payouts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER rides_are_never_truncated BEFORE TRUNCATE ON transaction_payouts FOR EACH STATEMENT EXECUTE FUNCTION forbid();

CREATE FUNCTION guard_wallet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.network, NEW.address, NEW.registered_at) IS DISTINCT FROM (OLD.network, OLD.address, OLD.registered_at) THEN
    RAISE EXCEPTION 'wallet % % is immutable', OLD.network, OLD.address USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  -- Never lowered, never jumped: it moves by one, inside the insert that uses it, or behind a transaction that was used without us and
  -- that an operator has accounted for (014_own_transactions.sql).
  IF NEW.next_nonce IS DISTINCT FROM OLD.next_nonce
     AND (NEW.next_nonce <> OLD.next_nonce + 1
          OR pg_trigger_depth() < 2 AND NOT EXISTS (
               SELECT FROM adoptions a JOIN foreign_transactions f ON f.id = a.foreign_id
                WHERE f.network = OLD.network AND f.sender = OLD.address AND f.nonce = OLD.next_nonce)) THEN
    RAISE EXCEPTION 'wallet % %: a nonce is taken only by the transaction that uses it', OLD.network, OLD.address USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_wallet BEFORE UPDATE ON wallets FOR EACH ROW EXECUTE FUNCTION guard_wallet();

CREATE FUNCTION guard_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' OR NEW.lease_token <> 1 OR NEW.observations <> 0 OR NEW.due_at > now() + interval '7 days' THEN
      RAISE EXCEPTION 'a transaction starts open, with token 1, and is looked at soon' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    IF NEW.nonce IS NULL THEN
      PERFORM FROM wallets w WHERE w.network = NEW.network AND w.address = NEW.sender AND w.next_nonce IS NULL AND NOT w.frozen;
    ELSE
      -- The lock makes a twin wait here, and then find that the nonce is no longer the next.
      PERFORM FROM wallets w
        WHERE w.network = NEW.network AND w.address = NEW.sender AND w.next_nonce = NEW.nonce AND NOT w.frozen FOR NO KEY UPDATE;
    END IF;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'wallet % %: frozen, unknown, or nonce % is not the next', NEW.network, NEW.sender, NEW.nonce
        USING ERRCODE = 'ST001', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.network, NEW.sender, NEW.nonce, NEW.last_valid_block_height, NEW.opened_at, NEW.safe_after)
     IS DISTINCT FROM (OLD.id, OLD.network, OLD.sender, OLD.nonce, OLD.last_valid_block_height, OLD.opened_at, OLD.safe_after)
     OR OLD.state <> 'open'
  THEN RAISE EXCEPTION 'transaction % is decided or immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  IF NEW.state = 'open' AND NEW.due_at > now() + interval '7 days' THEN
    RAISE EXCEPTION 'transaction %: it would never be looked at again', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- One step at a time: a counter that is driven to its end stops the work for ever.
  IF NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) OR NEW.observations NOT IN (OLD.observations, OLD.observations + 1) THEN
    RAISE EXCEPTION 'transaction %: fencing token or count of observations went back or jumped', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- What paid somebody is a payment: a cancel that landed is the death of the transaction.
  IF NEW.state = 'landed' AND NOT EXISTS (SELECT FROM attempts a WHERE a.transaction_id = NEW.id AND a.hash = NEW.landed_hash AND a.kind = 'payment') THEN
    RAISE EXCEPTION 'transaction %: % is not one of its payments', NEW.id, NEW.landed_hash USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- Bytes that were sent cannot be called back, and neither can the wish for them.
  IF (OLD.asked = 'cancel' AND NEW.asked IS DISTINCT FROM 'cancel') OR (OLD.asked = 'fill' AND coalesce(NEW.asked, 'none') NOT IN ('fill', 'cancel')) THEN
    RAISE EXCEPTION 'transaction %: % is not taken back', OLD.id, OLD.asked USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_transaction BEFORE INSERT OR UPDATE ON chain_transactions FOR EACH ROW EXECUTE FUNCTION guard_transaction();

-- The nonce is taken in the commit that stores its use, so there can be no gap.
CREATE FUNCTION take_nonce() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  UPDATE wallets w SET next_nonce = w.next_nonce + 1 WHERE w.network = NEW.network AND w.address = NEW.sender;
  RETURN NULL;
END $$;
CREATE TRIGGER take_nonce AFTER INSERT ON chain_transactions FOR EACH ROW WHEN (NEW.nonce IS NOT NULL) EXECUTE FUNCTION take_nonce();

CREATE FUNCTION guard_ride() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_state text; v_network text; v_asked text;
BEGIN
  SELECT t.state, t.network, t.asked INTO v_state, v_network, v_asked FROM chain_transactions t WHERE t.id = NEW.transaction_id;
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM payouts p
      WHERE p.id = NEW.payout_id AND p.status = 'processing' AND p.network = v_network AND p.lease_token = NEW.payout_token;
    IF NOT FOUND OR v_state <> 'open' OR NEW.outcome IS NOT NULL THEN
      RAISE EXCEPTION 'payout %: stale token %, or not to be paid', NEW.payout_id, NEW.payout_token USING ERRCODE = 'ST002', CONSTRAINT = TG_NAME;
    END IF;
    -- The signed bytes come last: whoever boards after them is not paid by them.
    IF EXISTS (SELECT FROM attempts a WHERE a.transaction_id = NEW.transaction_id) THEN
      RAISE EXCEPTION 'payout %: transaction % is signed already', NEW.payout_id, NEW.transaction_id
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.transaction_id, NEW.position, NEW.payout_id, NEW.payout_token)
     IS DISTINCT FROM (OLD.transaction_id, OLD.position, OLD.payout_id, OLD.payout_token)
     OR OLD.outcome IS NOT NULL OR NEW.outcome IS NULL AND (NEW.evidence IS NOT NULL OR NEW.cancel_asked_by IS NULL)
     OR OLD.cancel_asked_by IS NOT NULL AND (NEW.cancel_asked_by, NEW.cancel_note) IS DISTINCT FROM (OLD.cancel_asked_by, OLD.cancel_note)
  THEN RAISE EXCEPTION 'ride %/% is decided or immutable', OLD.transaction_id, OLD.position USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  -- Called off is what may still be stopped: a cancel is under way or asked for at this nonce.
  IF NEW.cancel_asked_by IS NOT NULL AND OLD.cancel_asked_by IS NULL AND (v_state <> 'open' OR v_asked IS DISTINCT FROM 'cancel') THEN
    RAISE EXCEPTION 'ride %/%: no cancel was asked for', OLD.transaction_id, OLD.position USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.outcome IS NULL THEN RETURN NEW; END IF;
  IF v_state = 'open' OR (NEW.outcome = 'paid' AND v_state <> 'landed') THEN
    RAISE EXCEPTION 'ride %/%: % while its transaction is %', OLD.transaction_id, OLD.position, NEW.outcome, v_state USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.outcome = 'paid' AND NEW.evidence IS NULL THEN
    RAISE EXCEPTION 'ride %/%: paid without evidence', OLD.transaction_id, OLD.position USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.outcome = 'not_paid' THEN
    -- Proven never: back in the queue.
    UPDATE payouts p SET due_at = now() WHERE p.id = NEW.payout_id AND p.status = 'processing';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_ride BEFORE INSERT OR UPDATE ON transaction_payouts FOR EACH ROW EXECUTE FUNCTION guard_ride();

-- Writes the payout's row, so that an operator's word and a new ride exclude each other. While it rides it is not due: its
-- transaction is.
CREATE FUNCTION board() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  UPDATE payouts p SET due_at = 'infinity', take_ups = 0, park_reason = NULL, park_detail = NULL, parked_at = NULL
   WHERE p.id = NEW.payout_id AND p.status = 'processing' AND p.lease_token = NEW.payout_token
     AND p.held_at IS NULL AND (p.approved_at IS NOT NULL OR p.amount_micro <= approval_threshold(p.network));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'payout %: stale token %, held, not approved, or not to be paid', NEW.payout_id, NEW.payout_token
      USING ERRCODE = 'ST002', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER board AFTER INSERT ON transaction_payouts FOR EACH ROW EXECUTE FUNCTION board();

-- At commit: a decided ride has reached its payout. What was paid has ended, and so has what was called off; what was not paid
-- holds no refund back.
CREATE FUNCTION decided_ride_reaches_its_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id AND NOT p.refund_held
                    AND (NEW.outcome <> 'paid' OR p.status = 'sent' OR p.conflict_at IS NOT NULL)
                    AND (NEW.outcome = 'paid' OR NEW.cancel_asked_by IS NULL OR p.completed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'payout % is % by transaction %, and does not say so', NEW.payout_id, NEW.outcome, NEW.transaction_id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decided_ride_reaches_its_payout AFTER UPDATE OF outcome ON transaction_payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION decided_ride_reaches_its_payout();

-- The attempt law: at its transaction's place, under its lease. Nodes take a replacement only when both of its fees are a tenth
-- higher; a payment never follows a cancel, or nobody could say what was asked for; and nobody is cancelled unasked.
CREATE FUNCTION guard_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_asked text;
BEGIN
  SELECT t.asked INTO v_asked FROM chain_transactions t
    WHERE t.id = NEW.transaction_id AND t.state = 'open' AND t.network = NEW.network
      AND t.lease_token = NEW.lease_token AND t.sender = NEW.signed_by AND t.nonce IS NOT DISTINCT FROM NEW.nonce FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'transaction %: stale token %, decided, of another place, or signed by another', NEW.transaction_id, NEW.lease_token
      USING ERRCODE = 'ST002', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.sequence > 1 AND NEW.nonce IS NOT NULL AND NOT EXISTS (SELECT FROM attempts p WHERE p.transaction_id = NEW.transaction_id AND p.sequence = NEW.sequence - 1
         AND NEW.max_fee > p.max_fee AND NEW.max_fee * 10 >= p.max_fee * 11 AND NEW.tip > p.tip AND NEW.tip * 10 >= p.tip * 11) THEN
    RAISE EXCEPTION 'transaction %: attempt % does not follow the one before it at a price that is a tenth higher', NEW.transaction_id, NEW.sequence
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.kind = 'cancel' AND (NEW.sequence = 1 OR v_asked IS NULL OR v_asked = 'speed_up') THEN
    RAISE EXCEPTION 'transaction %: nobody asked to cancel it', NEW.transaction_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.kind = 'payment' AND EXISTS (SELECT FROM attempts p WHERE p.transaction_id = NEW.transaction_id AND p.kind = 'cancel') THEN
    RAISE EXCEPTION 'transaction %: a payment after a cancel', NEW.transaction_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_attempt BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION guard_attempt();

-- At commit: an open transaction has signed bytes and carries somebody; a decided one leaves nobody undecided. Positions
-- are 0, 1, 2, …: they are the places of the signed transfers, by which results find their riders.
CREATE FUNCTION transaction_is_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
DECLARE v_state text;
BEGIN
  SELECT t.state INTO v_state FROM chain_transactions t WHERE t.id = NEW.id;
  IF NOT EXISTS (SELECT FROM attempts a WHERE a.transaction_id = NEW.id)
     OR NOT EXISTS (SELECT FROM transaction_payouts r WHERE r.transaction_id = NEW.id) THEN
    RAISE EXCEPTION 'transaction % was stored without signed bytes or without payouts', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF (SELECT max(r.position) + 1 <> count(*) FROM transaction_payouts r WHERE r.transaction_id = NEW.id) THEN
    RAISE EXCEPTION 'transaction % has a seat that nobody takes', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF v_state <> 'open' AND EXISTS (SELECT FROM transaction_payouts r WHERE r.transaction_id = NEW.id AND r.outcome IS NULL) THEN
    RAISE EXCEPTION 'transaction % is % but a payout on it is undecided', NEW.id, v_state USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transaction_is_whole AFTER INSERT OR UPDATE OF state ON chain_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION transaction_is_whole();

-- The law of a payout's life. Money moves with the status, or neither does.
CREATE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_live boolean; v_paid_hash text; v_by_person boolean; v_resolution text;
BEGIN
  IF (NEW.id, NEW.number, NEW.user_id, NEW.account_id, NEW.amount_micro, NEW.network, NEW.address, NEW.asset, NEW.asset_address,
      NEW.asset_decimals, NEW.client_reference, NEW.retry_of, NEW.requested_at)
     IS DISTINCT FROM (OLD.id, OLD.number, OLD.user_id, OLD.account_id, OLD.amount_micro, OLD.network, OLD.address, OLD.asset,
      OLD.asset_address, OLD.asset_decimals, OLD.client_reference, OLD.retry_of, OLD.requested_at)
  THEN RAISE EXCEPTION 'payout % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  -- One step at a time: a counter that is driven to its end stops the work for ever.
  -- Zero again: a person has mended the cause.
  IF NEW.lease_token NOT IN (OLD.lease_token, OLD.lease_token + 1) OR NEW.failed_rides NOT IN (0, OLD.failed_rides, OLD.failed_rides + 1)
     OR NEW.take_ups NOT IN (0, OLD.take_ups - 1, OLD.take_ups, OLD.take_ups + 1) THEN
    RAISE EXCEPTION 'payout %: fencing token or a count went back or jumped', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  -- Only a ride keeps a payout out of the queue (board). By hand it comes back, or it would be lost.
  IF NEW.status IN ('requested', 'processing') AND NEW.due_at IS DISTINCT FROM OLD.due_at AND NEW.due_at > now() + interval '7 days'
     AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'payout %: it would never be due again', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF NEW.version <> OLD.version THEN RAISE EXCEPTION 'payout %: version is not yours to set', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;

  IF NEW.status = OLD.status AND NOT OLD.refund_held THEN
    IF (NEW.settled_by, NEW.tx_hash, NEW.failure_code, NEW.note, NEW.completed_at, NEW.refund_held, NEW.conflict_at)
       IS DISTINCT FROM (OLD.settled_by, OLD.tx_hash, OLD.failure_code, OLD.note, OLD.completed_at, OLD.refund_held, OLD.conflict_at)
    THEN RAISE EXCEPTION 'payout %: its outcome is written with its status, once', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
    RETURN NEW;
  END IF;

  v_live := EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = NEW.id AND r.outcome IS NULL);
  SELECT t.landed_hash, t.decided_by IS NOT NULL INTO v_paid_hash, v_by_person
    FROM transaction_payouts r JOIN chain_transactions t ON t.id = r.transaction_id
   WHERE r.payout_id = NEW.id AND r.outcome = 'paid';

  IF NEW.status <> OLD.status THEN
    IF (OLD.status, NEW.status) NOT IN (('requested', 'processing'), ('requested', 'sent'), ('requested', 'failed'),
         ('requested', 'cancelled'), ('processing', 'sent'), ('processing', 'failed'), ('processing', 'cancelled'))
    THEN RAISE EXCEPTION 'payout %: % -> % is not a legal move', OLD.id, OLD.status, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;
    NEW.version := OLD.version + 1;
    IF NEW.status = 'processing' THEN
      IF NEW.lease_token <> OLD.lease_token + 1 THEN
        RAISE EXCEPTION 'payout %: taken up without a new fencing token', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      RETURN NEW;
    END IF;
    IF NEW.status = 'sent' THEN
      IF v_live OR (NEW.settled_by = 'chain' AND v_paid_hash IS NULL)
                OR (v_paid_hash IS NOT NULL AND (NEW.tx_hash IS DISTINCT FROM v_paid_hash OR (NEW.settled_by = 'operator') <> v_by_person))
                OR NEW.settled_by NOT IN ('chain', 'operator') THEN
        RAISE EXCEPTION 'payout %: sent needs a landed transfer, or an operator''s word with nothing of ours live', OLD.id
          USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      v_resolution := 'settle';
    ELSE
      IF v_paid_hash IS NOT NULL THEN
        RAISE EXCEPTION 'payout %: % although it was paid', OLD.id, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      IF v_live AND NOT (NEW.refund_held AND NEW.status = 'failed' AND NEW.settled_by = 'operator') THEN
        RAISE EXCEPTION 'payout %: % while a signed transaction may still land', OLD.id, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      IF NEW.refund_held AND NOT v_live THEN
        RAISE EXCEPTION 'payout %: nothing is live, so there is no refund to hold', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      v_resolution := CASE WHEN NEW.refund_held THEN NULL ELSE 'release' END;
    END IF;
  ELSE
    -- A forced failure waits for the chain: dead -> the refund is released; landed -> the ledger closes as paid, with a conflict.
    IF (NEW.settled_by, NEW.completed_at, NEW.failure_code, NEW.note) IS DISTINCT FROM
       (OLD.settled_by, OLD.completed_at, OLD.failure_code, OLD.note)
    THEN RAISE EXCEPTION 'payout %: its outcome is written with its status, once', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
    IF NOT NEW.refund_held THEN
      IF v_live OR (v_paid_hash IS NOT NULL) <> (NEW.conflict_at IS NOT NULL) OR NEW.tx_hash IS DISTINCT FROM v_paid_hash THEN
        RAISE EXCEPTION 'payout %: the held refund is decided by the chain', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
      END IF;
      v_resolution := CASE WHEN v_paid_hash IS NULL THEN 'release' ELSE 'settle' END;
    END IF;
  END IF;

  IF v_resolution IS NOT NULL THEN
    INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id, reserve_id)
    SELECT v_resolution, r.debit_account_id, r.credit_account_id, r.amount_micro, r.payout_id, r.id
      FROM ledger_transfers r WHERE r.payout_id = NEW.id AND r.kind = 'reserve';
    IF NOT FOUND THEN RAISE EXCEPTION 'payout % has no reserve', OLD.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME; END IF;
    -- What came for this one payout of an affiliate goes back where it came from.
    INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
    SELECT 'unfund', f.credit_account_id, f.debit_account_id, f.amount_micro, f.payout_id
      FROM ledger_transfers f WHERE f.payout_id = NEW.id AND f.kind = 'fund' AND v_resolution = 'release';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_payout BEFORE UPDATE ON payouts FOR EACH ROW EXECUTE FUNCTION guard_payout();

-- The doors through which money enters and payouts are asked for, and who may ask.
--
-- These are functions because each must take one lock, look, and write in one round trip, and because the application
-- role may not write the ledger.

CREATE TABLE sessions (
  token_hash bytea       PRIMARY KEY CHECK (octet_length(token_hash) = 32),   -- SHA-256; the token itself is never stored
  user_id    uuid        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT session_expires_after_it_starts CHECK (expires_at > created_at)
);
CREATE INDEX ix_sessions_user ON sessions (user_id);

CREATE TABLE idempotency_keys (
  principal    text        NOT NULL,
  route        text        NOT NULL,
  key          text        NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea       NOT NULL CHECK (octet_length(request_hash) = 32),
  payout_id    uuid        REFERENCES payouts,       -- create: the answer is rebuilt from what was asked
  status_code  int,                                  -- other routes: the stored answer
  body         text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (principal, route, key),
  CONSTRAINT an_answer_or_a_payout CHECK ((payout_id IS NULL) = (status_code IS NOT NULL) AND (payout_id IS NULL OR body IS NULL))
);
CREATE INDEX ix_idempotency_keys_age ON idempotency_keys (created_at);

-- Brings one account up to date: posts rewards that are due, then takes back what is owed, oldest first.
-- The caller holds the account's lock.
CREATE FUNCTION settle_account(p_account bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_rewards bigint; v_free bigint; v_reversal record; v_take bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM rewards WHERE account_id = p_account AND posted_at IS NULL AND unlock_at <= now()) THEN RETURN; END IF;
  SELECT r.id INTO STRICT v_rewards FROM accounts a JOIN accounts r ON r.asset = a.asset AND r.kind = 'rewards' WHERE a.id = p_account;

  WITH due AS (
    UPDATE rewards SET posted_at = now()
     WHERE account_id = p_account AND posted_at IS NULL AND unlock_at <= now() AND kind <> 'reversal'
    RETURNING id, amount_micro)
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
  SELECT 'reward', v_rewards, p_account, amount_micro, id FROM due;

  FOR v_reversal IN SELECT id, amount_micro - recovered_micro AS owed FROM rewards
                     WHERE account_id = p_account AND posted_at IS NULL AND kind = 'reversal' AND unlock_at <= now()
                     ORDER BY recorded_at, id LOOP
    SELECT posted_micro - reserved_micro INTO v_free FROM accounts WHERE id = p_account;
    v_take := least(v_free, v_reversal.owed);
    EXIT WHEN v_take <= 0;
    INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reward_id)
    VALUES ('reversal', p_account, v_rewards, v_take, v_reversal.id);
  END LOOP;
END $$;

-- Records what a user earned, or a reversal, once per source event.
-- outcome: created | replay | mismatch (the same event with other values; nothing was written)
CREATE FUNCTION ingest_reward(p_id uuid, p_user uuid, p_amount bigint, p_kind text, p_source_event text, p_unlock_at timestamptz,
                              p_note text, p_actor text, p_request_id text, OUT outcome text, OUT reward_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE v_account bigint; v_seen record;
BEGIN
  INSERT INTO accounts (kind, user_id, asset) VALUES ('user', p_user, 'USDC') ON CONFLICT (user_id, asset) WHERE kind = 'user' DO NOTHING;
  SELECT id INTO STRICT v_account FROM accounts WHERE user_id = p_user AND asset = 'USDC' AND kind = 'user' FOR NO KEY UPDATE;

  INSERT INTO rewards (id, account_id, kind, amount_micro, source_event_id, unlock_at, note, recorded_by, request_id)
  VALUES (p_id, v_account, p_kind, p_amount, p_source_event, coalesce(p_unlock_at, now()), p_note, p_actor, p_request_id)
  ON CONFLICT (source_event_id) DO NOTHING;
  IF FOUND THEN
    PERFORM settle_account(v_account);
    outcome := 'created'; reward_id := p_id;
    RETURN;
  END IF;
  SELECT * INTO STRICT v_seen FROM rewards r WHERE r.source_event_id = p_source_event;
  reward_id := v_seen.id;
  outcome := CASE WHEN v_seen.account_id = v_account AND v_seen.kind = p_kind AND v_seen.amount_micro = p_amount
                   AND (p_unlock_at IS NULL OR v_seen.unlock_at = p_unlock_at) THEN 'replay' ELSE 'mismatch' END;
END $$;

-- Accepts a payout request: key, lock this user's account, key again, check, insert, reserve. One round trip.
-- p_retry_of: a failed payout of this user that is asked for again. reason and other_id say why it may not be.
-- p_only_known: only an address of the user's book that is active may be paid. p_address_id: of that book, and still in it.
-- outcome: accepted | replay | key_reused | not_retryable | address_not_active (reason, active_at) | above_limit (available_micro: the most
-- that one payout may be; see 015_spend_limits.sql) | insufficient (nothing was written unless accepted)
CREATE FUNCTION accept_payout(p_id uuid, p_user uuid, p_amount bigint, p_network text, p_address text, p_asset text,
                              p_asset_address text, p_asset_decimals smallint, p_client_reference text,
                              p_key text, p_request_hash bytea, p_request_id text, p_retry_of uuid DEFAULT NULL,
                              p_address_id uuid DEFAULT NULL, p_only_known boolean DEFAULT false,
                              OUT outcome text, OUT payout_id uuid, OUT number bigint, OUT requested_at timestamptz,
                              OUT available_micro bigint, OUT reason text, OUT other_id uuid, OUT active_at timestamptz, OUT needs_approval boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
DECLARE
  v_route text := CASE WHEN p_retry_of IS NULL THEN 'POST /v1/referrals/payouts' ELSE 'POST /v1/referrals/payouts/{id}/retry' END;
  v_principal text := 'user:' || p_user; v_account bigint; v_hash bytea; v_paid bigint;
BEGIN
  needs_approval := EXISTS (SELECT FROM approval_thresholds) AND p_amount > approval_threshold(p_network);
  FOR look IN 1 .. 2 LOOP
    IF p_key IS NOT NULL THEN
      SELECT k.request_hash, k.payout_id INTO v_hash, payout_id FROM idempotency_keys k
       WHERE k.principal = v_principal AND k.route = v_route AND k.key = p_key;
      IF FOUND THEN
        outcome := CASE WHEN v_hash = p_request_hash THEN 'replay' ELSE 'key_reused' END;
        SELECT p.number, p.requested_at INTO number, requested_at FROM payouts p WHERE p.id = payout_id;
        RETURN;
      END IF;
    END IF;
    EXIT WHEN look = 2;
    -- Serialises this user's requests. A twin with the same key may have committed while we waited: hence the second look,
    -- without which the twin would be told that its money is gone.
    SELECT id INTO v_account FROM accounts WHERE user_id = p_user AND asset = p_asset AND kind = 'user' FOR NO KEY UPDATE;
    IF NOT FOUND THEN outcome := 'insufficient'; available_micro := 0; RETURN; END IF;
  END LOOP;

  IF p_retry_of IS NOT NULL THEN
    SELECT w.reason, w.other_id INTO reason, other_id FROM why_not_retry(p_user, p_retry_of) w;
    IF reason IS NOT NULL THEN outcome := 'not_retryable'; RETURN; END IF;
  END IF;
  SELECT j.reason, j.active_at INTO reason, active_at FROM judge_address(p_user, p_network, p_address, p_address_id, p_only_known) j;
  IF reason IS NOT NULL THEN outcome := 'address_not_active'; RETURN; END IF;
  IF EXISTS (SELECT FROM spend_limits) AND p_amount > spend_maximum(p_network) THEN
    outcome := 'above_limit'; available_micro := spend_maximum(p_network); RETURN;
  END IF;
  PERFORM settle_account(v_account);
  SELECT posted_micro - reserved_micro INTO available_micro FROM accounts WHERE id = v_account;
  IF available_micro < p_amount THEN outcome := 'insufficient'; RETURN; END IF;

  INSERT INTO payouts AS p (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals, client_reference,
                            retry_of)
  VALUES (p_id, p_user, v_account, p_amount, p_network, p_address, p_asset, p_asset_address, p_asset_decimals, p_client_reference, p_retry_of)
  RETURNING p.number, p.requested_at INTO number, requested_at;
  INSERT INTO payout_events (payout_id, version, action, actor, request_id) VALUES (p_id, 1, 'requested', v_principal, p_request_id);
  SELECT id INTO STRICT v_paid FROM accounts WHERE kind = 'paid' AND asset = p_asset;
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  VALUES ('reserve', v_account, v_paid, p_amount, p_id);
  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency_keys (principal, route, key, request_hash, payout_id) VALUES (v_principal, v_route, p_key, p_request_hash, p_id);
  END IF;
  outcome := 'accepted'; payout_id := p_id; available_micro := available_micro - p_amount;
END $$;

-- Locks accounts in one order, before a statement that moves the money of many: two such statements cannot deadlock.
-- In plpgsql, which keeps the plan; a function in SQL is planned at each call.
CREATE FUNCTION lock_accounts_of(p_payouts uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  PERFORM FROM accounts WHERE id IN (SELECT account_id FROM payouts WHERE id = ANY (p_payouts)) ORDER BY id FOR NO KEY UPDATE;
END $$;

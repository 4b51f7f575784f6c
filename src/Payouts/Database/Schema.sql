-- What the migrations add up to. Written by dev/schema-snapshot; a test keeps it so. Read it, do not run it.

CREATE SCHEMA quartz;

CREATE SCHEMA settlement;

CREATE FUNCTION settlement.accept_payout(p_id uuid, p_user uuid, p_amount bigint, p_network text, p_address text, p_asset text, p_asset_address text, p_asset_decimals smallint, p_client_reference text, p_key text, p_request_hash bytea, p_request_id text, p_retry_of uuid DEFAULT NULL::uuid, p_address_id uuid DEFAULT NULL::uuid, p_only_known boolean DEFAULT false, OUT outcome text, OUT payout_id uuid, OUT number bigint, OUT requested_at timestamp with time zone, OUT available_micro bigint, OUT reason text, OUT other_id uuid, OUT active_at timestamp with time zone, OUT needs_approval boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.adopt_transaction(p_id bigint, p_actor text, p_reason text, p_request_id text, OUT outcome text, OUT payout_ids uuid[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.affiliate_payout_sums(p_payout uuid, OUT gross bigint, OUT reversal bigint, OUT entries bigint) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'commission'), 0)::bigint,
         (coalesce(sum(amount_cents) FILTER (WHERE kind = 'reversal'), 0)
          + (SELECT coalesce(sum(o.recovery_owed_cents), 0) FROM affiliate_payouts o WHERE o.recovered_by = p_payout))::bigint,
         count(*)
    FROM commissions WHERE payout_id = p_payout
$$;

CREATE FUNCTION settlement.apply_transfer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.approval_threshold(p_network text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  RETURN coalesce((SELECT coalesce(t.above_micro, 9223372036854775807) FROM approval_thresholds t WHERE t.scope IN (p_network, 'all')
                    ORDER BY t.scope = 'all' LIMIT 1), 9223372036854775807);
END $$;

CREATE FUNCTION settlement.board() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.chain_payout_reaches_its_affiliate() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM affiliate_payouts a WHERE a.id = NEW.affiliate_payout_id AND a.status = 'paid') THEN
    RAISE EXCEPTION 'payout % of an affiliate was paid on a chain, and does not say so', NEW.affiliate_payout_id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.check_affiliate_payout() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.close_invoice(p_invoice text, p_actor text, p_request_id text, OUT outcome text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.comparable_address(p_address text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE WHEN p_address LIKE '0x%' OR p_address LIKE '0X%' THEN lower(p_address) ELSE p_address END;
END $$;

CREATE FUNCTION settlement.conclude_chain_payout() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_ended affiliate_chain_payouts;
BEGIN
  UPDATE affiliate_chain_payouts c
     SET outcome = CASE WHEN NEW.status = 'sent' OR NEW.conflict_at IS NOT NULL THEN 'paid' ELSE 'not_paid' END
   WHERE c.payout_id = NEW.id RETURNING * INTO v_ended;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_ended.outcome = 'paid' THEN
    UPDATE affiliate_payouts SET status = 'paid', paid_at = now(), external_ref = NEW.tx_hash WHERE id = v_ended.affiliate_payout_id;
  END IF;
  INSERT INTO audit_log (actor, action, target, detail)
  VALUES (NEW.settled_by, CASE v_ended.outcome WHEN 'paid' THEN 'affiliate_payout_paid' ELSE 'affiliate_payout_not_paid' END,
          v_ended.affiliate_payout_id, jsonb_build_object('chain_payout', NEW.id, 'status', NEW.status, 'external_ref', NEW.tx_hash));
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.create_affiliate_payout(p_id uuid, p_affiliate text, p_currency text, p_start timestamp with time zone, p_end timestamp with time zone, p_actor text, p_request_id text, OUT outcome text, OUT payout_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.decided_ride_reaches_its_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id AND NOT p.refund_held
                    AND (NEW.outcome <> 'paid' OR p.status = 'sent' OR p.conflict_at IS NOT NULL)
                    AND (NEW.outcome = 'paid' OR NEW.cancel_asked_by IS NULL OR p.completed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'payout % is % by transaction %, and does not say so', NEW.payout_id, NEW.outcome, NEW.transaction_id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.failure_is_retryable(p_code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT p_code NOT LIKE 'destination\_%'
$$;

CREATE FUNCTION settlement.fan_out_webhooks(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.forbid() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% on %.% is forbidden', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
END $$;

CREATE FUNCTION settlement.fund_has_its_affiliate() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM affiliate_chain_payouts c WHERE c.payout_id = NEW.payout_id) THEN
    RAISE EXCEPTION 'payout % was funded, and pays no affiliate', NEW.payout_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.give_back_spend() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  UPDATE spend_counters c SET spent_micro = greatest(c.spent_micro - p.amount_micro, 0)
    FROM payouts p, chain_transactions t
   WHERE p.id = NEW.payout_id AND t.id = NEW.transaction_id AND c.scope IN ('all', p.network)
     AND c.key = spend_key(c.kind, p) AND c.since = date_trunc(c.per, t.opened_at, 'UTC');
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.guard_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.user_id, NEW.asset) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.user_id, OLD.asset) THEN
    RAISE EXCEPTION 'account % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'the balance of account % moves only by a ledger transfer', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_address() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF (NEW.id, NEW.user_id, NEW.label, NEW.network, NEW.address, NEW.added_at, NEW.active_at)
     IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.label, OLD.network, OLD.address, OLD.added_at, OLD.active_at)
     OR (OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at)
  THEN RAISE EXCEPTION 'address % is immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_affiliate_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_attempt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_chain_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.outcome IS NOT NULL OR NOT EXISTS (
         SELECT FROM affiliate_payouts a JOIN affiliate_accounts w USING (affiliate_id, currency), payouts p JOIN accounts l ON l.id = p.account_id
          WHERE a.id = NEW.affiliate_payout_id AND a.status = 'approved' AND a.currency = 'USD'
            AND p.id = NEW.payout_id AND p.status = 'requested' AND p.asset = 'USDC' AND p.amount_micro = a.amount_cents * 10000
            AND l.kind = 'affiliate' AND l.user_id = w.payee_id) THEN
      RAISE EXCEPTION 'payout % cannot pay payout % of an affiliate', NEW.payout_id, NEW.affiliate_payout_id
        USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.payout_id, NEW.affiliate_payout_id, NEW.asked_by, NEW.asked_at)
     IS DISTINCT FROM (OLD.payout_id, OLD.affiliate_payout_id, OLD.asked_by, OLD.asked_at) OR OLD.outcome IS NOT NULL THEN
    RAISE EXCEPTION 'payout %: what it pays is decided or immutable', OLD.payout_id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  IF NOT EXISTS (SELECT FROM payouts p
                  WHERE p.id = NEW.payout_id AND p.completed_at IS NOT NULL AND NOT p.refund_held
                    AND NEW.outcome = CASE WHEN p.status = 'sent' OR p.conflict_at IS NOT NULL THEN 'paid' ELSE 'not_paid' END) THEN
    RAISE EXCEPTION 'payout % has not ended as %', NEW.payout_id, NEW.outcome USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_commission() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_invoice() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_new_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.posted_micro <> 0 OR NEW.reserved_micro <> 0 THEN
    RAISE EXCEPTION 'a new account starts empty' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_new_affiliate_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NEW.status <> 'pending' OR NEW.version <> 1 THEN
    RAISE EXCEPTION 'a payout starts as pending' USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_new_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_paid_transfer() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_payout() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_retry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts f WHERE f.id = NEW.retry_of AND f.status = 'failed' AND NOT f.refund_held AND f.conflict_at IS NULL
                   AND failure_is_retryable(f.failure_code)
                   AND (f.user_id, f.amount_micro, f.network, f.address, f.asset)
                     = (NEW.user_id, NEW.amount_micro, NEW.network, NEW.address, NEW.asset)) THEN
    RAISE EXCEPTION 'payout % does not ask for % again', NEW.id, NEW.retry_of USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_reward() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION settlement.guard_ride() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_stuck_payout() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM payouts p WHERE p.id = NEW.payout_id AND p.completed_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND AND EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id) THEN
    RAISE EXCEPTION 'payout %: it has ended, so it is not stuck', NEW.payout_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_thaw() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM foreign_transactions f WHERE f.network = NEW.network AND f.sender = NEW.address
                AND NOT EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = f.id)) THEN
    RAISE EXCEPTION 'wallet % %: a transaction that this database does not know of is not accounted for', NEW.network, NEW.address
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_transaction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.guard_transfer_check() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF (NEW.id, NEW.payout_id, NEW.tx_hash, NEW.asked_by, NEW.request_id, NEW.asked_at)
     IS DISTINCT FROM (OLD.id, OLD.payout_id, OLD.tx_hash, OLD.asked_by, OLD.request_id, OLD.asked_at) OR OLD.answer IS NOT NULL THEN
    RAISE EXCEPTION 'check %: it is answered or immutable', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_verdict() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NEW.decided_by IS NOT NULL AND (NEW.state = 'open' OR OLD.last_observation IS NULL OR OLD.last_observation NOT LIKE 'contradiction: %') THEN
    RAISE EXCEPTION 'transaction %: the chain does not contradict it, so nobody decides it but the chain', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.guard_wallet() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION settlement.guard_word() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF OLD.held_at IS NULL AND NEW.held_at IS NOT NULL
     AND (NEW.lease_token <> OLD.lease_token + 1
          OR EXISTS (SELECT FROM transaction_payouts r WHERE r.payout_id = NEW.id AND r.outcome IS NULL)) THEN
    RAISE EXCEPTION 'payout %: held without a new fencing token, or while a transaction may land', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  IF OLD.approved_at IS NOT NULL AND (NEW.approved_at, NEW.approved_by) IS DISTINCT FROM (OLD.approved_at, OLD.approved_by) THEN
    RAISE EXCEPTION 'payout %: an approval is given once', OLD.id USING ERRCODE = '42501', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.ingest_commission(p_id uuid, p_affiliate text, p_currency text, p_amount bigint, p_source_event text, p_earned_at timestamp with time zone, p_hold_until timestamp with time zone, p_actor text, p_request_id text, p_usual_hold interval DEFAULT '00:00:00'::interval, OUT outcome text, OUT commission_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.ingest_reward(p_id uuid, p_user uuid, p_amount bigint, p_kind text, p_source_event text, p_unlock_at timestamp with time zone, p_note text, p_actor text, p_request_id text, OUT outcome text, OUT reward_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.judge_address(p_user uuid, p_network text, p_address text, p_address_id uuid, p_only_known boolean, OUT reason text, OUT active_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.judge_commission(p_id uuid, p_becomes text, p_reason text, p_actor text, p_request_id text, OUT outcome text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_commission commissions; v_payout text; v_leaves boolean := p_becomes IN ('held', 'rejected');
BEGIN
  PERFORM FROM affiliate_accounts a JOIN commissions c USING (affiliate_id, currency) WHERE c.id = p_id FOR NO KEY UPDATE OF a;
  SELECT * INTO v_commission FROM commissions WHERE id = p_id;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  IF p_becomes = 'rejected' AND v_commission.rejected_at IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  IF v_commission.kind = 'reversal' OR num_nonnulls(v_commission.reversed_at, v_commission.rejected_at) > 0 THEN
    outcome := 'refused';
    RETURN;
  END IF;
  IF (p_becomes = 'approved' AND v_commission.approved_at IS NOT NULL AND v_commission.held_at IS NULL)
     OR (p_becomes = 'held' AND v_commission.held_at IS NOT NULL) OR (p_becomes = 'released' AND v_commission.held_at IS NULL) THEN
    outcome := 'unchanged';
    RETURN;
  END IF;
  SELECT status INTO v_payout FROM affiliate_payouts WHERE id = v_commission.payout_id;
  IF v_payout <> 'pending' THEN outcome := 'refused'; RETURN; END IF;

  UPDATE commissions
     SET approved_at = CASE p_becomes WHEN 'approved' THEN coalesce(approved_at, now()) ELSE approved_at END,
         held_at     = CASE p_becomes WHEN 'held' THEN now() END,
         rejected_at = CASE p_becomes WHEN 'rejected' THEN now() END,
         payout_id   = CASE WHEN NOT v_leaves THEN payout_id END
   WHERE id = p_id;
  IF v_leaves AND v_payout IS NOT NULL THEN
    PERFORM recount_affiliate_payout(v_commission.payout_id, p_actor, p_request_id);
  END IF;
  INSERT INTO audit_log (actor, action, target, reason, request_id)
  VALUES (p_actor, 'commission_' || p_becomes, p_id, p_reason, p_request_id);
  outcome := 'moved';
END $$;

CREATE FUNCTION settlement.lock_accounts_of(p_payouts uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM accounts WHERE id IN (SELECT account_id FROM payouts WHERE id = ANY (p_payouts)) ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION settlement.move_affiliate_payout(p_id uuid, p_becomes text, p_external_ref text, p_actor text, p_request_id text, p_version integer DEFAULT NULL::integer, p_reason text DEFAULT NULL::text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.note_affiliates() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $_$
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
END $_$;

CREATE FUNCTION settlement.note_broadcasts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.broadcast', r.payout_id, a.id, a.stored_at
      FROM added a JOIN transaction_payouts r ON r.transaction_id = a.transaction_id ORDER BY a.id, r.position;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.note_low_funds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.note_payout_events() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.' || CASE action WHEN 'conflict' THEN 'settlement_conflict' ELSE action END, payout_id, id, recorded_at
      FROM added ORDER BY id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.note_recoveries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, data, occurred_at)
    SELECT 'affiliate_payout.' || p.status, p.id, webhook_affiliate_payout(p), now()
      FROM affiliate_payouts p WHERE p.id = NEW.id AND p.status = NEW.status;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.note_stuck_payouts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM webhook_endpoints WHERE enabled) THEN
    INSERT INTO webhook_outbox (type, subject_id, source_id, occurred_at)
    SELECT 'payout.stuck', p.id, (SELECT max(e.id) FROM payout_events e
                                   WHERE e.payout_id = p.id AND (p.park_reason IS NULL OR e.action = 'parked')), a.found_at
      FROM added a JOIN payouts p ON p.id = a.payout_id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.override_has_two_people() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF (NEW.action = 'sent' OR coalesce(NEW.evidence ? 'forced', false)) AND EXISTS (
       SELECT FROM payouts p WHERE p.id = NEW.payout_id AND p.amount_micro > approval_threshold(p.network)
                               AND (p.approved_by IS NULL OR p.approved_by = principal_of(NEW.actor))) THEN
    RAISE EXCEPTION 'payout %: % needs the approval of somebody else', NEW.payout_id, NEW.action USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION settlement.paid_elsewhere(p_id uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.pay_affiliate_payout(p_id uuid, p_payout uuid, p_network text, p_address text, p_asset_address text, p_asset_decimals smallint, p_version integer, p_actor text, p_request_id text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_payee uuid; v_account bigint; v_payout affiliate_payouts; v_micro bigint;
BEGIN
  SELECT a.payee_id INTO v_payee FROM affiliate_payouts p JOIN affiliate_accounts a USING (affiliate_id, currency) WHERE p.id = p_id;
  IF NOT FOUND THEN outcome := 'missing'; RETURN; END IF;
  INSERT INTO accounts (kind, user_id, asset) VALUES ('affiliate', v_payee, 'USDC')
  ON CONFLICT (user_id, asset) WHERE kind = 'affiliate' DO NOTHING;
  -- In the order of FinalizePayout: the ledger's account, then what is the affiliate's.
  SELECT id INTO STRICT v_account FROM accounts WHERE user_id = v_payee AND asset = 'USDC' AND kind = 'affiliate' FOR NO KEY UPDATE;
  PERFORM FROM affiliate_accounts a WHERE a.payee_id = v_payee FOR NO KEY UPDATE;
  SELECT * INTO STRICT v_payout FROM affiliate_payouts p WHERE p.id = p_id FOR NO KEY UPDATE;
  status := v_payout.status; external_ref := v_payout.external_ref; version := v_payout.version;
  SELECT c.payout_id INTO chain_payout FROM affiliate_chain_payouts c WHERE c.affiliate_payout_id = p_id AND c.outcome IS NULL;
  IF FOUND THEN outcome := 'in_flight'; RETURN; END IF;
  IF v_payout.version <> p_version THEN outcome := 'stale'; RETURN; END IF;
  IF status <> 'approved' OR v_payout.amount_cents = 0 THEN outcome := 'refused'; RETURN; END IF;
  IF v_payout.currency <> 'USD' THEN outcome := 'currency'; RETURN; END IF;
  IF p_network IS NULL THEN outcome := 'payable'; RETURN; END IF;

  v_micro := v_payout.amount_cents * 10000;
  INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals, client_reference)
  VALUES (p_payout, v_payee, v_account, v_micro, p_network, p_address, 'USDC', p_asset_address, p_asset_decimals, p_id);
  INSERT INTO payout_events (payout_id, version, action, actor, request_id) VALUES (p_payout, 1, 'requested', 'operator:' || p_actor, p_request_id);
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  SELECT 'fund', s.id, v_account, v_micro, p_payout FROM accounts s WHERE s.kind = 'commissions' AND s.asset = 'USDC';
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  SELECT 'reserve', v_account, s.id, v_micro, p_payout FROM accounts s WHERE s.kind = 'paid' AND s.asset = 'USDC';
  INSERT INTO affiliate_chain_payouts (payout_id, affiliate_payout_id, asked_by) VALUES (p_payout, p_id, p_actor);
  INSERT INTO audit_log (actor, action, target, detail, request_id)
  VALUES (p_actor, 'affiliate_payout_pay', p_id,
          jsonb_build_object('chain_payout', p_payout, 'network', p_network, 'address', p_address), p_request_id);
  outcome := 'accepted'; chain_payout := p_payout;
END $$;

CREATE FUNCTION settlement.payout_has_its_reserve() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger_transfers t WHERE t.payout_id = NEW.id AND t.kind = 'reserve'
                   AND t.amount_micro = NEW.amount_micro AND t.debit_account_id = NEW.account_id) THEN
    RAISE EXCEPTION 'payout % was stored without its reserve', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.posted_reward_has_transfer() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NEW.posted_at IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_transfers t WHERE t.reward_id = NEW.id) THEN
    RAISE EXCEPTION 'reward % is marked posted without its ledger transfer', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.principal_of(p_actor text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT CASE WHEN p_actor LIKE 'operator:% (unverified)' THEN 'operator' ELSE p_actor END
$$;

CREATE TABLE settlement.payouts (
    id uuid NOT NULL,
    number bigint NOT NULL,
    user_id uuid NOT NULL,
    account_id bigint NOT NULL,
    amount_micro bigint NOT NULL,
    network text NOT NULL,
    address text NOT NULL,
    asset text NOT NULL,
    asset_address text NOT NULL,
    asset_decimals smallint NOT NULL,
    client_reference text,
    retry_of uuid,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'requested'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    settled_by text,
    tx_hash text,
    failure_code text,
    note text,
    internal_note text,
    completed_at timestamp with time zone,
    refund_held boolean DEFAULT false NOT NULL,
    conflict_at timestamp with time zone,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_token bigint DEFAULT 0 NOT NULL,
    lease_owner text,
    failed_rides integer DEFAULT 0 NOT NULL,
    take_ups integer DEFAULT 0 NOT NULL,
    park_reason text,
    park_detail text,
    parked_at timestamp with time zone,
    held_at timestamp with time zone,
    held_by text,
    hold_reason text,
    approved_at timestamp with time zone,
    approved_by text,
    CONSTRAINT a_user_only_cancels CHECK (((settled_by <> 'user'::text) OR (status = 'cancelled'::text))),
    CONSTRAINT approval_has_a_name CHECK (((approved_at IS NULL) = (approved_by IS NULL))),
    CONSTRAINT failed_has_failure_code CHECK (((status = 'failed'::text) = (failure_code IS NOT NULL))),
    CONSTRAINT final_has_completed_at CHECK (((status = ANY (ARRAY['sent'::text, 'failed'::text, 'cancelled'::text])) = (completed_at IS NOT NULL))),
    CONSTRAINT final_has_settled_by CHECK (((status = ANY (ARRAY['sent'::text, 'failed'::text, 'cancelled'::text])) = (settled_by IS NOT NULL))),
    CONSTRAINT final_is_not_held CHECK (((held_at IS NULL) OR (completed_at IS NULL))),
    CONSTRAINT final_is_not_parked CHECK (((park_reason IS NULL) OR (completed_at IS NULL))),
    CONSTRAINT held_by_somebody_for_a_reason CHECK ((((held_at IS NULL) = (held_by IS NULL)) AND ((held_at IS NULL) = (hold_reason IS NULL)))),
    CONSTRAINT only_a_person_cancels CHECK (((status <> 'cancelled'::text) OR (settled_by <> 'chain'::text))),
    CONSTRAINT only_failed_has_a_conflict CHECK (((conflict_at IS NULL) OR ((status = 'failed'::text) AND (NOT refund_held)))),
    CONSTRAINT only_failed_holds_a_refund CHECK (((NOT refund_held) OR (status = 'failed'::text))),
    CONSTRAINT only_sent_has_tx_hash CHECK (((tx_hash IS NULL) OR (status = 'sent'::text) OR (conflict_at IS NOT NULL))),
    CONSTRAINT parked_has_parked_at CHECK (((park_reason IS NULL) = (parked_at IS NULL))),
    CONSTRAINT payouts_address_check CHECK (((length(address) >= 20) AND (length(address) <= 128))),
    CONSTRAINT payouts_amount_micro_check CHECK ((amount_micro > 0)),
    CONSTRAINT payouts_asset_decimals_check CHECK (((asset_decimals >= 6) AND (asset_decimals <= 30))),
    CONSTRAINT payouts_client_reference_check CHECK (((length(client_reference) >= 1) AND (length(client_reference) <= 64))),
    CONSTRAINT payouts_network_check CHECK ((network ~ '^[a-z0-9-]{1,32}$'::text)),
    CONSTRAINT payouts_settled_by_check CHECK ((settled_by = ANY (ARRAY['chain'::text, 'operator'::text, 'user'::text]))),
    CONSTRAINT payouts_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'processing'::text, 'sent'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT payouts_take_ups_check CHECK ((take_ups >= 0)),
    CONSTRAINT payouts_tx_hash_check CHECK (((length(tx_hash) >= 1) AND (length(tx_hash) <= 256))),
    CONSTRAINT sent_has_tx_hash CHECK (((status = 'sent'::text) <= ((tx_hash IS NOT NULL) AND (btrim(tx_hash) <> ''::text))))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02');

CREATE FUNCTION settlement.probably_paid_by(p_foreign bigint) RETURNS SETOF settlement.payouts
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT p.* FROM foreign_transactions f JOIN payouts p ON p.network = f.network AND p.completed_at IS NULL AND p.requested_at < f.found_at
   WHERE f.id = p_foreign
     AND (f.transaction_id IS NULL
          OR EXISTS (SELECT FROM jsonb_array_elements(f.transfers) t
                      WHERE lower(t ->> 'to') = lower(p.address)
                        AND (t ->> 'baseUnits')::numeric >= p.amount_micro * 10::numeric ^ (p.asset_decimals - 6)))
   ORDER BY p.number
$$;

CREATE FUNCTION settlement.prune_webhooks(p_keep interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_events uuid[];
BEGIN
  v_events := ARRAY(SELECT id FROM webhook_events WHERE stored_at < now() - p_keep LIMIT p_limit);
  DELETE FROM webhook_deliveries WHERE event_id = ANY (v_events);
  DELETE FROM webhook_events WHERE id = ANY (v_events);
  DELETE FROM webhook_hours WHERE hour < now() - interval '2 days';
  RETURN cardinality(v_events);
END $$;

CREATE FUNCTION settlement.recount_affiliate_payout(p_payout uuid, p_actor text, p_request_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.refund_has_its_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.action IN ('refund_released', 'conflict')) THEN
    RAISE EXCEPTION 'payout %: its held refund was decided without an event', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.register_invoice(p_invoice text, p_user uuid, p_amount bigint, p_actor text, p_request_id text, OUT outcome text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.resolution_follows_status() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payouts p WHERE p.id = NEW.payout_id AND NOT p.refund_held AND
                   CASE NEW.kind WHEN 'settle' THEN p.status = 'sent' OR p.conflict_at IS NOT NULL
                                 ELSE p.status IN ('failed', 'cancelled') AND p.conflict_at IS NULL END) THEN
    RAISE EXCEPTION 'payout %: % does not follow from its status', NEW.payout_id, NEW.kind USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.reverse_commission(p_id uuid, p_reversal uuid, p_reason text, p_actor text, p_request_id text, OUT outcome text, OUT reversal_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.reward_transfer_is_marked() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM rewards r WHERE r.id = NEW.reward_id AND r.posted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'reward % was posted but is not marked so', NEW.reward_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.set_spend_limit(p_scope text, p_kind text, p_per text, p_limit bigint, p_actor text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_was bigint;
BEGIN
  LOCK TABLE spend_limits IN SHARE ROW EXCLUSIVE MODE;
  SELECT l.limit_micro INTO v_was FROM spend_limits l WHERE (l.scope, l.kind, l.per) = (p_scope, p_kind, p_per);
  IF v_was IS NOT DISTINCT FROM p_limit THEN RETURN false; END IF;
  IF p_limit IS NULL THEN
    DELETE FROM spend_limits l WHERE (l.scope, l.kind, l.per) = (p_scope, p_kind, p_per);
    DELETE FROM spend_counters c WHERE (c.scope, c.kind, c.per) = (p_scope, p_kind, p_per);
  ELSE
    INSERT INTO spend_limits (scope, kind, per, limit_micro, set_by) VALUES (p_scope, p_kind, p_per, p_limit, p_actor)
    ON CONFLICT (scope, kind, per) DO UPDATE SET limit_micro = excluded.limit_micro, set_by = excluded.set_by, set_at = now();
  END IF;
  UPDATE payouts p SET due_at = now() WHERE p.park_reason = 'spend_limit' AND p.completed_at IS NULL AND p.due_at BETWEEN now() AND now() + interval '7 days';
  INSERT INTO audit_log (actor, action, target, reason, detail)
  VALUES (p_actor, 'spend_limit_set', p_scope, p_reason, jsonb_build_object('kind', p_kind, 'per', p_per, 'limit_micro', p_limit, 'was', v_was));
  RETURN true;
END $$;

CREATE FUNCTION settlement.settle_account(p_account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.spend_covers_an_open_invoice() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  -- The lock keeps the invoice open until the spend is committed.
  PERFORM FROM invoices i WHERE i.id = NEW.reference AND i.closed_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'invoice % is not open', NEW.reference USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.spend_key(p_kind text, p settlement.payouts) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT CASE p_kind WHEN 'payout' THEN p.id::text WHEN 'user' THEN p.user_id::text WHEN 'destination' THEN lower(p.address) ELSE '' END
$$;

CREATE FUNCTION settlement.spend_maximum(p_network text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT min(l.limit_micro) FROM spend_limits l WHERE l.scope IN ('all', p_network));
END $$;

CREATE FUNCTION settlement.spend_on_invoice(p_user uuid, p_invoice text, p_amount bigint, p_request_id text, OUT outcome text, OUT available_micro bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.spend_room(p_payouts uuid[]) RETURNS TABLE(payout_id uuid, amount_micro bigint, scope text, kind text, per text, key text, limit_micro bigint, spent_micro bigint, until timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM spend_limits) THEN RETURN; END IF;
  RETURN QUERY
  SELECT p.id, p.amount_micro, l.scope, l.kind, l.per, spend_key(l.kind, p), l.limit_micro,
         coalesce((SELECT c.spent_micro FROM spend_counters c
                    WHERE c.scope = l.scope AND c.kind = l.kind AND c.per = l.per AND c.key = spend_key(l.kind, p)
                      AND c.since >= date_trunc(l.per, now(), 'UTC')), 0),
         CASE WHEN l.per <> 'payout' THEN date_trunc(l.per, now(), 'UTC') + ('1 ' || l.per)::interval END
    FROM payouts p JOIN spend_limits l ON l.scope IN ('all', p.network)
   WHERE p.id = ANY (p_payouts);
END $$;

CREATE FUNCTION settlement.spend_within_limits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v record; v_since timestamptz; v_payouts uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM spend_limits) THEN RETURN NULL; END IF;
  -- As an array: of a transition table the planner thinks that it is large, and would read all payouts.
  v_payouts := ARRAY(SELECT b.payout_id FROM boarded b);
  FOR v IN
    SELECT l.scope, l.kind, l.per, spend_key(l.kind, p) AS key, l.limit_micro, sum(p.amount_micro)::bigint AS amount
      FROM payouts p JOIN spend_limits l ON l.scope IN ('all', p.network)
     WHERE p.id = ANY (v_payouts)
     GROUP BY l.scope, l.kind, l.per, spend_key(l.kind, p), l.limit_micro
     ORDER BY 1, 2, 3, 4
  LOOP
    IF v.amount <= v.limit_micro THEN
      CONTINUE WHEN v.kind = 'payout';
      v_since := date_trunc(v.per, now(), 'UTC');
      -- A transaction that began in the hour before is counted in the hour that another has begun since.
      INSERT INTO spend_counters AS c (scope, kind, per, key, since, spent_micro) VALUES (v.scope, v.kind, v.per, v.key, v_since, v.amount)
      ON CONFLICT (scope, kind, per, key) DO UPDATE
         SET since = greatest(c.since, excluded.since),
             spent_micro = CASE WHEN c.since >= excluded.since THEN c.spent_micro ELSE 0 END + excluded.spent_micro
       WHERE CASE WHEN c.since >= excluded.since THEN c.spent_micro ELSE 0 END + excluded.spent_micro <= v.limit_micro;
      CONTINUE WHEN FOUND;
    END IF;
    RAISE EXCEPTION 'the limit of % micro per % (%) of % does not leave room for %', v.limit_micro, v.per, v.kind, v.scope, v.amount
      USING ERRCODE = 'ST003', CONSTRAINT = TG_NAME;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.status_has_its_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.version = NEW.version AND e.action = NEW.status) THEN
    RAISE EXCEPTION 'payout % became % without its event', NEW.id, NEW.status USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.take_nonce() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  UPDATE wallets w SET next_nonce = w.next_nonce + 1 WHERE w.network = NEW.network AND w.address = NEW.sender;
  RETURN NULL;
END $$;

CREATE FUNCTION settlement.tell_affiliate_payee(p_affiliate text, p_name text, p_email text, p_network text, p_address text, p_actor text, p_request_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO affiliate_payees AS y (affiliate_id, name, email, network, address, told_by)
  VALUES (p_affiliate, p_name, p_email, p_network, p_address, p_actor)
  ON CONFLICT (affiliate_id) DO UPDATE
     SET name = p_name, email = p_email, network = p_network, address = p_address, told_by = p_actor, told_at = now();
  INSERT INTO audit_log (actor, action, target, detail, request_id)
  VALUES (p_actor, 'affiliate_payee', p_affiliate, jsonb_build_object('network', p_network, 'address', p_address), p_request_id);
END $$;

CREATE FUNCTION settlement.test_webhook(p_endpoint uuid, p_actor text, p_request_id text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.this_database() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
DECLARE v_own text := (SELECT d.oid::text FROM pg_database d WHERE d.datname = current_database());
BEGIN
  RETURN (SELECT s.system_identifier FROM pg_control_system() s) || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) || '/' || v_own;
EXCEPTION WHEN insufficient_privilege THEN RETURN v_own;    -- not every provider lets one ask
END $$;

CREATE FUNCTION settlement.transaction_is_whole() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE TABLE settlement.affiliate_payouts (
    id uuid NOT NULL,
    affiliate_id text NOT NULL,
    currency text NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    gross_amount_cents bigint DEFAULT 0 NOT NULL,
    reversal_amount_cents bigint DEFAULT 0 NOT NULL,
    amount_cents bigint DEFAULT 0 NOT NULL,
    recovery_owed_cents bigint DEFAULT 0 NOT NULL,
    approved_at timestamp with time zone,
    approved_by text,
    paid_at timestamp with time zone,
    external_ref text,
    recovered_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT affiliate_payouts_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'paid'::text, 'void'::text, 'recovery_owed'::text, 'recovered'::text, 'written_off'::text]))),
    CONSTRAINT approved_by_somebody CHECK ((((status = ANY (ARRAY['approved'::text, 'paid'::text])) = (approved_at IS NOT NULL)) AND ((approved_at IS NULL) = (approved_by IS NULL)))),
    CONSTRAINT cents_are_never_negative CHECK ((LEAST(gross_amount_cents, reversal_amount_cents, amount_cents, recovery_owed_cents) >= 0)),
    CONSTRAINT external_ref_says_something CHECK (((length(btrim(external_ref)) >= 1) AND (length(btrim(external_ref)) <= 500))),
    CONSTRAINT net_is_paid_or_owed CHECK (((gross_amount_cents - reversal_amount_cents) = (amount_cents - recovery_owed_cents))),
    CONSTRAINT never_both_paid_and_owed CHECK (((amount_cents = 0) OR (recovery_owed_cents = 0))),
    CONSTRAINT paid_with_a_reference CHECK ((((status = 'paid'::text) = (paid_at IS NOT NULL)) AND ((paid_at IS NULL) = (external_ref IS NULL)))),
    CONSTRAINT period_ends_after_it_starts CHECK ((period_end > period_start)),
    CONSTRAINT recovered_by_another CHECK ((((status = 'recovered'::text) = (recovered_by IS NOT NULL)) AND (recovered_by IS DISTINCT FROM id))),
    CONSTRAINT who_owes_is_not_paid CHECK (((status = ANY (ARRAY['recovery_owed'::text, 'recovered'::text, 'written_off'::text])) = (recovery_owed_cents > 0)))
);

CREATE FUNCTION settlement.webhook_affiliate_payout(p settlement.affiliate_payouts) RETURNS json
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT json_build_object('payout', json_build_object(
           'id', p.id, 'affiliate_id', p.affiliate_id, 'currency', p.currency, 'gross_amount_cents', p.gross_amount_cents::text,
           'reversal_amount_cents', p.reversal_amount_cents::text, 'amount_cents', p.amount_cents::text,
           'recovery_owed_cents', p.recovery_owed_cents::text,
           'commission_count', (SELECT count(*) FROM commissions c WHERE c.payout_id = p.id),
           'period_start', webhook_time(p.period_start), 'period_end', webhook_time(p.period_end), 'status', p.status,
           'approved_at', webhook_time(p.approved_at), 'approved_by', p.approved_by, 'paid_at', webhook_time(p.paid_at),
           'external_ref', p.external_ref, 'created_at', webhook_time(p.created_at)))
$$;

CREATE FUNCTION settlement.webhook_event_id() RETURNS uuid
    LANGUAGE sql
    AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
           PLACING substr(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 3) FROM 1), 52, 1), 53, 1), 'hex')::uuid
$$;

CREATE FUNCTION settlement.webhook_listeners(p_type text) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
  SELECT id FROM webhook_endpoints
   WHERE enabled AND event_types && ARRAY['*', split_part(p_type, '.', 1) || '.*', p_type]
$$;

CREATE FUNCTION settlement.webhook_message(p_type text, p_at timestamp with time zone, p_sequence bigint, p_data json) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT format('{"type":%s,"timestamp":%s,"data":{"sequence":%s,%s', to_json(p_type), to_json(webhook_time(p_at)), p_sequence,
                substr(ltrim(p_data::text), 2) || '}')
$$;

CREATE FUNCTION settlement.webhook_payout(p_type text, p_payout uuid, p_source bigint, p_at timestamp with time zone) RETURNS json
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.webhook_time(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')$$;

CREATE FUNCTION settlement.why_not_retry(p_user uuid, p_payout uuid, OUT reason text, OUT other_id uuid) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
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

CREATE FUNCTION settlement.word_has_its_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'settlement', 'pg_temp'
    AS $$
BEGIN
  IF (OLD.held_at IS DISTINCT FROM NEW.held_at AND NEW.completed_at IS NULL
      AND NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.recorded_at = now()
                         AND e.action = CASE WHEN NEW.held_at IS NULL THEN 'released' ELSE 'held' END))
  OR (OLD.approved_at IS DISTINCT FROM NEW.approved_at
      AND NOT EXISTS (SELECT FROM payout_events e WHERE e.payout_id = NEW.id AND e.recorded_at = now() AND e.action = 'approved'
                         AND principal_of(e.actor) = NEW.approved_by)) THEN
    RAISE EXCEPTION 'payout % was held, released or approved without its event', NEW.id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE settlement.accounts (
    id bigint NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    asset text NOT NULL,
    posted_micro bigint DEFAULT 0 NOT NULL,
    reserved_micro bigint DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'affiliate'::text, 'rewards'::text, 'commissions'::text, 'paid'::text, 'spent'::text]))),
    CONSTRAINT balance_never_negative CHECK (((reserved_micro >= 0) AND (posted_micro >= reserved_micro))),
    CONSTRAINT system_account_is_not_kept CHECK (((kind = ANY (ARRAY['user'::text, 'affiliate'::text])) OR ((posted_micro = 0) AND (reserved_micro = 0)))),
    CONSTRAINT user_account_has_user CHECK (((kind = ANY (ARRAY['user'::text, 'affiliate'::text])) = (user_id IS NOT NULL)))
)
WITH (fillfactor='50');

ALTER TABLE settlement.accounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.adoptions (
    foreign_id bigint NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    adopted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT adoption_has_a_reason CHECK ((btrim(reason) <> ''::text)),
    CONSTRAINT an_operator_adopts CHECK ((actor ~ '^operator(:.{1,200})?$'::text))
);

CREATE TABLE settlement.affiliate_accounts (
    affiliate_id text NOT NULL,
    currency text NOT NULL,
    payee_id uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT affiliate_accounts_affiliate_id_check CHECK (((length(affiliate_id) >= 1) AND (length(affiliate_id) <= 200))),
    CONSTRAINT affiliate_accounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

CREATE TABLE settlement.affiliate_chain_payouts (
    payout_id uuid NOT NULL,
    affiliate_payout_id uuid NOT NULL,
    outcome text,
    asked_by text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT affiliate_chain_payouts_outcome_check CHECK ((outcome = ANY (ARRAY['paid'::text, 'not_paid'::text])))
);

CREATE TABLE settlement.affiliate_payees (
    affiliate_id text NOT NULL,
    name text,
    email text,
    network text,
    address text,
    told_by text NOT NULL,
    told_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT affiliate_payees_address_check CHECK (((length(address) >= 20) AND (length(address) <= 128))),
    CONSTRAINT affiliate_payees_affiliate_id_check CHECK (((length(affiliate_id) >= 1) AND (length(affiliate_id) <= 200))),
    CONSTRAINT affiliate_payees_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT affiliate_payees_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT affiliate_payees_network_check CHECK ((network ~ '^[a-z0-9-]{1,32}$'::text)),
    CONSTRAINT wallet_is_whole CHECK (((network IS NULL) = (address IS NULL)))
);

CREATE TABLE settlement.api_tokens (
    token_hash bytea NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by text,
    CONSTRAINT api_tokens_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT token_expires_after_it_starts CHECK ((expires_at > created_at))
);

CREATE TABLE settlement.approval_thresholds (
    scope text NOT NULL,
    above_micro bigint,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT approval_thresholds_above_micro_check CHECK ((above_micro >= 0)),
    CONSTRAINT approval_thresholds_scope_check CHECK ((scope ~ '^[a-z0-9-]{1,32}$'::text))
);

CREATE TABLE settlement.assets (
    code text NOT NULL,
    CONSTRAINT assets_code_check CHECK ((code ~ '^[A-Z0-9]{2,12}$'::text))
);

CREATE TABLE settlement.attempts (
    id bigint NOT NULL,
    transaction_id bigint NOT NULL,
    sequence integer NOT NULL,
    network text NOT NULL,
    hash text NOT NULL,
    bytes bytea NOT NULL,
    nonce numeric(20,0),
    kind text DEFAULT 'payment'::text NOT NULL,
    max_fee numeric(39,0),
    tip numeric(39,0),
    lease_token bigint NOT NULL,
    terms jsonb NOT NULL,
    signed_by text NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT attempts_bytes_check CHECK ((octet_length(bytes) > 0)),
    CONSTRAINT attempts_hash_check CHECK (((length(hash) >= 20) AND (length(hash) <= 128))),
    CONSTRAINT attempts_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'cancel'::text]))),
    CONSTRAINT attempts_max_fee_check CHECK ((max_fee > (0)::numeric)),
    CONSTRAINT attempts_sequence_check CHECK ((sequence > 0)),
    CONSTRAINT attempts_tip_check CHECK ((tip >= (0)::numeric))
);

ALTER TABLE settlement.attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.audit_log (
    id bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    reason text,
    detail jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE settlement.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.broadcast_notes (
    id bigint NOT NULL,
    transaction_id bigint NOT NULL,
    hash text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    noted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT broadcast_notes_outcome_check CHECK ((outcome = ANY (ARRAY['refused'::text, 'unknown'::text])))
);

ALTER TABLE settlement.broadcast_notes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.broadcast_notes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.chain_transactions (
    id bigint NOT NULL,
    network text NOT NULL,
    sender text NOT NULL,
    nonce numeric(20,0),
    last_valid_block_height bigint,
    state text DEFAULT 'open'::text NOT NULL,
    landed_hash text,
    proof jsonb,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    safe_after timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by text,
    due_at timestamp with time zone NOT NULL,
    lease_token bigint DEFAULT 1 NOT NULL,
    lease_owner text,
    observations integer DEFAULT 0 NOT NULL,
    included boolean DEFAULT false NOT NULL,
    last_observation text,
    observed_at timestamp with time zone,
    asked text,
    asked_at timestamp with time zone,
    asked_by text,
    CONSTRAINT ask_is_whole CHECK ((((asked IS NULL) = (asked_at IS NULL)) AND ((asked IS NULL) = (asked_by IS NULL)))),
    CONSTRAINT ask_needs_a_nonce CHECK (((asked IS NULL) OR (nonce IS NOT NULL))),
    CONSTRAINT chain_transactions_asked_check CHECK ((asked = ANY (ARRAY['speed_up'::text, 'cancel'::text, 'fill'::text]))),
    CONSTRAINT chain_transactions_last_valid_block_height_check CHECK ((last_valid_block_height > 0)),
    CONSTRAINT chain_transactions_nonce_check CHECK ((nonce >= (0)::numeric)),
    CONSTRAINT chain_transactions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'landed'::text, 'dead'::text]))),
    CONSTRAINT decided_has_proof CHECK ((((state <> 'open'::text) = (proof IS NOT NULL)) AND ((state <> 'open'::text) = (decided_at IS NOT NULL)))),
    CONSTRAINT landed_has_hash CHECK (((state = 'landed'::text) = (landed_hash IS NOT NULL))),
    CONSTRAINT one_kind_of_place CHECK (((nonce IS NULL) <> (last_valid_block_height IS NULL))),
    CONSTRAINT proof_is_an_object CHECK ((jsonb_typeof(proof) = 'object'::text))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02');

ALTER TABLE settlement.chain_transactions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.chain_transactions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.commissions (
    id uuid NOT NULL,
    affiliate_id text NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL,
    amount_cents bigint NOT NULL,
    source_event_id text,
    reverses_id uuid,
    reverses_kind text GENERATED ALWAYS AS (
CASE
    WHEN (reverses_id IS NULL) THEN NULL::text
    ELSE 'commission'::text
END) STORED,
    earned_at timestamp with time zone NOT NULL,
    hold_until timestamp with time zone NOT NULL,
    payout_id uuid,
    approved_at timestamp with time zone,
    held_at timestamp with time zone,
    rejected_at timestamp with time zone,
    reversed_at timestamp with time zone,
    reason text,
    recorded_by text NOT NULL,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT commission_names_its_event CHECK (((kind = 'commission'::text) = (source_event_id IS NOT NULL))),
    CONSTRAINT commissions_amount_cents_check CHECK (((amount_cents >= 1) AND (amount_cents <= '100000000000'::bigint))),
    CONSTRAINT commissions_kind_check CHECK ((kind = ANY (ARRAY['commission'::text, 'reversal'::text]))),
    CONSTRAINT commissions_source_event_id_check CHECK (((length(source_event_id) >= 1) AND (length(source_event_id) <= 200))),
    CONSTRAINT dropped_out_is_not_paid CHECK (((payout_id IS NULL) OR (num_nonnulls(held_at, rejected_at, reversed_at) = 0))),
    CONSTRAINT nobody_judges_a_reversal CHECK (((kind = 'commission'::text) OR (num_nonnulls(approved_at, held_at, rejected_at, reversed_at) = 0))),
    CONSTRAINT out_for_one_reason CHECK ((num_nonnulls(held_at, rejected_at, reversed_at) <= 1)),
    CONSTRAINT reversal_names_its_original CHECK (((kind = 'reversal'::text) = (reverses_id IS NOT NULL)))
);

CREATE TABLE settlement.foreign_transactions (
    id bigint NOT NULL,
    network text NOT NULL,
    sender text NOT NULL,
    transaction_id text,
    nonce numeric(20,0),
    transfers jsonb NOT NULL,
    facts jsonb NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT foreign_is_in_a_place CHECK ((num_nonnulls(transaction_id, nonce) > 0)),
    CONSTRAINT foreign_transfers_a_list CHECK ((jsonb_typeof(transfers) = 'array'::text))
);

ALTER TABLE settlement.foreign_transactions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.foreign_transactions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.idempotency_keys (
    principal text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    payout_id uuid,
    status_code integer,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT an_answer_or_a_payout CHECK ((((payout_id IS NULL) = (status_code IS NOT NULL)) AND ((payout_id IS NULL) OR (body IS NULL)))),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_keys_request_hash_check CHECK ((octet_length(request_hash) = 32))
);

CREATE TABLE settlement.invoices (
    id text NOT NULL,
    account_id bigint NOT NULL,
    amount_micro bigint NOT NULL,
    recorded_by text NOT NULL,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT invoices_amount_micro_check CHECK (((amount_micro >= 1) AND (amount_micro <= '1000000000000000'::bigint))),
    CONSTRAINT invoices_id_check CHECK ((id ~ '^[A-Za-z0-9._:-]{1,200}$'::text))
);

CREATE TABLE settlement.ledger_transfers (
    id bigint NOT NULL,
    kind text NOT NULL,
    debit_account_id bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    amount_micro bigint NOT NULL,
    reward_id uuid,
    payout_id uuid,
    reserve_id bigint,
    reserve_kind text GENERATED ALWAYS AS (
CASE
    WHEN (reserve_id IS NULL) THEN NULL::text
    ELSE 'reserve'::text
END) STORED,
    reference text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ledger_transfers_amount_micro_check CHECK ((amount_micro > 0)),
    CONSTRAINT ledger_transfers_kind_check CHECK ((kind = ANY (ARRAY['reward'::text, 'reversal'::text, 'spend'::text, 'fund'::text, 'unfund'::text, 'reserve'::text, 'settle'::text, 'release'::text]))),
    CONSTRAINT payout_kinds_name_a_payout CHECK (((kind = ANY (ARRAY['fund'::text, 'unfund'::text, 'reserve'::text, 'settle'::text, 'release'::text])) = (payout_id IS NOT NULL))),
    CONSTRAINT resolution_names_its_reserve CHECK (((kind = ANY (ARRAY['settle'::text, 'release'::text])) = (reserve_id IS NOT NULL))),
    CONSTRAINT reward_kinds_name_a_reward CHECK (((kind = ANY (ARRAY['reward'::text, 'reversal'::text])) = (reward_id IS NOT NULL))),
    CONSTRAINT spend_names_its_invoice CHECK (((kind = 'spend'::text) = (reference IS NOT NULL))),
    CONSTRAINT transfer_has_two_sides CHECK ((debit_account_id <> credit_account_id))
);

ALTER TABLE settlement.ledger_transfers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.ledger_transfers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.low_funds (
    network text NOT NULL,
    sender text NOT NULL,
    coin text NOT NULL,
    mark_base_units numeric(39,0) NOT NULL,
    held_base_units numeric(39,0) NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT low_funds_coin_check CHECK ((btrim(coin) <> ''::text)),
    CONSTRAINT low_is_below_the_mark CHECK (((held_base_units >= (0)::numeric) AND (held_base_units < mark_base_units)))
);

CREATE TABLE settlement.paid_transfers (
    network text NOT NULL,
    tx_hash text NOT NULL,
    place text NOT NULL,
    payout_id uuid NOT NULL,
    check_id bigint NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE settlement.pauses (
    scope text NOT NULL,
    cause text NOT NULL,
    reason text NOT NULL,
    paused_by text NOT NULL,
    paused_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pauses_cause_check CHECK ((cause = ANY (ARRAY['operator'::text, 'audit'::text]))),
    CONSTRAINT pauses_scope_check CHECK ((scope ~ '^[a-z0-9-]{1,32}$'::text))
);

CREATE TABLE settlement.payout_addresses (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    label text NOT NULL,
    network text NOT NULL,
    address text NOT NULL,
    comparable text GENERATED ALWAYS AS (settlement.comparable_address(address)) STORED,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    active_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    blocked_at timestamp with time zone,
    blocked_reason text,
    CONSTRAINT address_waits_from_when_it_is_known CHECK ((active_at >= added_at)),
    CONSTRAINT blocked_has_a_reason CHECK (((blocked_at IS NULL) = (blocked_reason IS NULL))),
    CONSTRAINT payout_addresses_address_check CHECK (((length(address) >= 20) AND (length(address) <= 128))),
    CONSTRAINT payout_addresses_label_check CHECK (((length(label) >= 1) AND (length(label) <= 64))),
    CONSTRAINT payout_addresses_network_check CHECK ((network ~ '^[a-z0-9-]{1,32}$'::text))
);

CREATE TABLE settlement.payout_events (
    id bigint NOT NULL,
    payout_id uuid NOT NULL,
    version integer NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    reason text,
    evidence jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    recorded_in bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT payout_events_action_check CHECK ((action = ANY (ARRAY['requested'::text, 'processing'::text, 'sent'::text, 'failed'::text, 'cancelled'::text, 'parked'::text, 'refund_released'::text, 'conflict'::text, 'held'::text, 'released'::text, 'requeued'::text, 'approved'::text, 'checked'::text, 'speed_up_asked'::text, 'cancel_asked'::text]))),
    CONSTRAINT payout_events_actor_check CHECK ((actor ~ '^(user|worker|operator|system)(:.{1,200})?$'::text)),
    CONSTRAINT payout_events_version_check CHECK ((version > 0))
);

ALTER TABLE settlement.payout_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.payout_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE settlement.payouts ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.payouts_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.rewards (
    id uuid NOT NULL,
    account_id bigint NOT NULL,
    kind text NOT NULL,
    amount_micro bigint NOT NULL,
    source_event_id text NOT NULL,
    unlock_at timestamp with time zone NOT NULL,
    note text,
    recorded_by text NOT NULL,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    posted_at timestamp with time zone,
    recovered_micro bigint DEFAULT 0 NOT NULL,
    CONSTRAINT only_a_reversal_recovers CHECK (((kind = 'reversal'::text) OR (recovered_micro = 0))),
    CONSTRAINT posted_reversal_is_recovered CHECK (((kind <> 'reversal'::text) OR ((posted_at IS NOT NULL) = (recovered_micro = amount_micro)))),
    CONSTRAINT reversal_recovers_at_most_itself CHECK (((recovered_micro >= 0) AND (recovered_micro <= amount_micro))),
    CONSTRAINT rewards_amount_micro_check CHECK (((amount_micro >= 1) AND (amount_micro <= '1000000000000000'::bigint))),
    CONSTRAINT rewards_kind_check CHECK ((kind = ANY (ARRAY['reward'::text, 'adjustment'::text, 'reversal'::text]))),
    CONSTRAINT rewards_source_event_id_check CHECK (((length(source_event_id) >= 1) AND (length(source_event_id) <= 200)))
);

CREATE TABLE settlement.schema_migrations (
    name text NOT NULL,
    ran_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE settlement.sessions (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT session_expires_after_it_starts CHECK ((expires_at > created_at)),
    CONSTRAINT sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE settlement.spend_counters (
    scope text NOT NULL,
    kind text NOT NULL,
    per text NOT NULL,
    key text NOT NULL,
    since timestamp with time zone NOT NULL,
    spent_micro bigint NOT NULL,
    CONSTRAINT spent_is_not_negative CHECK ((spent_micro >= 0))
)
WITH (fillfactor='70');

CREATE TABLE settlement.spend_limits (
    scope text NOT NULL,
    kind text NOT NULL,
    per text NOT NULL,
    limit_micro bigint NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT limit_has_a_scope CHECK ((scope ~ '^[a-z0-9-]{1,32}$'::text)),
    CONSTRAINT limit_is_of_a_kind CHECK ((kind = ANY (ARRAY['payout'::text, 'user'::text, 'destination'::text, 'network'::text]))),
    CONSTRAINT limit_is_per_something CHECK ((per = ANY (ARRAY['payout'::text, 'hour'::text, 'day'::text]))),
    CONSTRAINT limit_is_positive CHECK ((limit_micro > 0)),
    CONSTRAINT one_payout_has_no_time CHECK (((kind = 'payout'::text) = (per = 'payout'::text)))
);

CREATE TABLE settlement.stuck_payouts (
    payout_id uuid NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE settlement.transaction_payouts (
    transaction_id bigint NOT NULL,
    "position" integer NOT NULL,
    payout_id uuid NOT NULL,
    payout_token bigint NOT NULL,
    outcome text,
    evidence jsonb,
    cancel_asked_by text,
    cancel_note text,
    CONSTRAINT evidence_is_an_object CHECK ((jsonb_typeof(evidence) = 'object'::text)),
    CONSTRAINT note_needs_an_asker CHECK (((cancel_note IS NULL) OR (cancel_asked_by IS NOT NULL))),
    CONSTRAINT transaction_payouts_outcome_check CHECK ((outcome = ANY (ARRAY['paid'::text, 'not_paid'::text]))),
    CONSTRAINT transaction_payouts_position_check CHECK (("position" >= 0))
)
WITH (fillfactor='80');

CREATE TABLE settlement.transfer_checks (
    id bigint NOT NULL,
    payout_id uuid NOT NULL,
    tx_hash text NOT NULL,
    asked_by text NOT NULL,
    request_id text,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    taken_at timestamp with time zone,
    answer text,
    detail text,
    transaction_id text,
    places text[],
    evidence jsonb,
    answered_by text,
    answered_at timestamp with time zone,
    CONSTRAINT answered_by_somebody CHECK ((((answer IS NULL) = (answered_by IS NULL)) AND ((answer IS NULL) = (answered_at IS NULL)))),
    CONSTRAINT final_answer_has_evidence CHECK (((evidence IS NOT NULL) OR (COALESCE(answer, 'unknown'::text) = ANY (ARRAY['not_final'::text, 'not_found'::text, 'unknown'::text])))),
    CONSTRAINT made_in_some_place CHECK ((((NOT (answer IS DISTINCT FROM 'made'::text)) = (COALESCE(cardinality(places), 0) > 0)) AND ((NOT (answer IS DISTINCT FROM 'made'::text)) = (transaction_id IS NOT NULL)))),
    CONSTRAINT transfer_checks_answer_check CHECK ((answer = ANY (ARRAY['made'::text, 'other_amount'::text, 'other_destination'::text, 'other_asset'::text, 'failed'::text, 'not_final'::text, 'not_found'::text, 'unknown'::text]))),
    CONSTRAINT transfer_checks_tx_hash_check CHECK (((length(tx_hash) >= 1) AND (length(tx_hash) <= 256)))
);

ALTER TABLE settlement.transfer_checks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.transfer_checks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.wallet_holdings (
    network text NOT NULL,
    sender text NOT NULL,
    asset_address text NOT NULL,
    asset_base_units numeric(39,0) NOT NULL,
    native_base_units numeric(39,0) NOT NULL,
    read_at timestamp with time zone DEFAULT now() NOT NULL,
    received_base_units numeric(39,0),
    missing_base_units numeric(39,0),
    missing_since timestamp with time zone,
    compared_at timestamp with time zone,
    CONSTRAINT missing_has_since CHECK (((missing_base_units IS NULL) = (missing_since IS NULL))),
    CONSTRAINT missing_was_compared CHECK (((missing_since IS NULL) OR (compared_at IS NOT NULL))),
    CONSTRAINT wallet_holdings_asset_address_check CHECK ((btrim(asset_address) <> ''::text)),
    CONSTRAINT wallet_holdings_asset_base_units_check CHECK ((asset_base_units >= (0)::numeric)),
    CONSTRAINT wallet_holdings_missing_base_units_check CHECK ((missing_base_units > (0)::numeric)),
    CONSTRAINT wallet_holdings_native_base_units_check CHECK ((native_base_units >= (0)::numeric)),
    CONSTRAINT wallet_holdings_received_base_units_check CHECK ((received_base_units >= (0)::numeric))
);

CREATE TABLE settlement.wallet_watch (
    network text NOT NULL,
    address text NOT NULL,
    cursor text,
    checked_at timestamp with time zone,
    checked_in text
);

CREATE TABLE settlement.wallets (
    network text NOT NULL,
    address text NOT NULL,
    next_nonce numeric(20,0),
    frozen boolean DEFAULT false NOT NULL,
    frozen_reason text,
    frozen_at timestamp with time zone,
    registered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT frozen_has_a_reason CHECK (((frozen = (frozen_reason IS NOT NULL)) AND (frozen = (frozen_at IS NOT NULL)))),
    CONSTRAINT wallets_network_check CHECK ((network ~ '^[a-z0-9-]{1,32}$'::text)),
    CONSTRAINT wallets_next_nonce_check CHECK (((next_nonce >= (0)::numeric) AND (next_nonce <= '18446744073709551615'::numeric)))
);

CREATE TABLE settlement.webhook_deliveries (
    id bigint NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    due_at timestamp with time zone DEFAULT now(),
    lease_token bigint DEFAULT 0 NOT NULL,
    lease_owner text,
    attempts integer DEFAULT 0 NOT NULL,
    retries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    attempted_at timestamp with time zone,
    delivered_at timestamp with time zone,
    response_status integer,
    response_body text,
    took_ms integer,
    error text,
    CONSTRAINT delivered_has_its_time CHECK (((status <> 'delivered'::text) OR (delivered_at IS NOT NULL))),
    CONSTRAINT pending_is_due CHECK (((status = 'pending'::text) = (due_at IS NOT NULL))),
    CONSTRAINT retries_are_attempts CHECK (((retries >= 0) AND (retries <= attempts))),
    CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02');

ALTER TABLE settlement.webhook_deliveries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.webhook_deliveries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.webhook_endpoints (
    id uuid NOT NULL,
    url text NOT NULL,
    description text,
    event_types text[] NOT NULL,
    secret bytea,
    previous_secret bytea,
    previous_until timestamp with time zone,
    enabled boolean DEFAULT true NOT NULL,
    disabled_reason text,
    disabled_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT deleted_is_disabled CHECK (((deleted_at IS NULL) OR (NOT enabled))),
    CONSTRAINT disabled_for_a_reason CHECK (((enabled = (disabled_reason IS NULL)) AND (enabled = (disabled_at IS NULL)))),
    CONSTRAINT failing_since_the_first CHECK (((failures >= 0) AND ((failures > 0) = (failing_since IS NOT NULL)))),
    CONSTRAINT previous_secret_ends CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
    CONSTRAINT secret_is_sealed CHECK ((('whsec_'::text <> encode(substr(secret, 1, 6), 'escape'::text)) AND ('whsec_'::text <> encode(substr(previous_secret, 1, 6), 'escape'::text)))),
    CONSTRAINT secret_unless_deleted CHECK (((deleted_at IS NULL) = (secret IS NOT NULL))),
    CONSTRAINT webhook_endpoints_description_check CHECK (((length(description) >= 1) AND (length(description) <= 200))),
    CONSTRAINT webhook_endpoints_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['operator'::text, 'gone'::text, 'failing'::text]))),
    CONSTRAINT webhook_endpoints_event_types_check CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 50))),
    CONSTRAINT webhook_endpoints_url_check CHECK (((url ~* '^https?://'::text) AND (length(url) <= 2000)))
);

CREATE TABLE settlement.webhook_events (
    id uuid NOT NULL,
    type text NOT NULL,
    subject_id uuid NOT NULL,
    sequence bigint NOT NULL,
    payload text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_events_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE settlement.webhook_hours (
    endpoint_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    delivered integer NOT NULL,
    failed integer NOT NULL,
    CONSTRAINT attempts_are_counted_up CHECK ((LEAST(delivered, failed) >= 0))
)
WITH (fillfactor='50');

CREATE TABLE settlement.webhook_outbox (
    id bigint NOT NULL,
    type text NOT NULL,
    subject_id uuid NOT NULL,
    source_id bigint,
    data json,
    occurred_at timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02');

ALTER TABLE settlement.webhook_outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement.webhook_outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE settlement.webhook_sequences (
    subject_id uuid NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT webhook_sequences_last_check CHECK ((last > 0))
)
WITH (fillfactor='80');

ALTER TABLE ONLY settlement.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.adoptions
    ADD CONSTRAINT adoptions_pkey PRIMARY KEY (foreign_id);

ALTER TABLE ONLY settlement.affiliate_accounts
    ADD CONSTRAINT affiliate_accounts_payee_id_key UNIQUE (payee_id);

ALTER TABLE ONLY settlement.affiliate_accounts
    ADD CONSTRAINT affiliate_accounts_pkey PRIMARY KEY (affiliate_id, currency);

ALTER TABLE ONLY settlement.affiliate_chain_payouts
    ADD CONSTRAINT affiliate_chain_payouts_pkey PRIMARY KEY (payout_id);

ALTER TABLE ONLY settlement.affiliate_payees
    ADD CONSTRAINT affiliate_payees_pkey PRIMARY KEY (affiliate_id);

ALTER TABLE ONLY settlement.affiliate_payouts
    ADD CONSTRAINT affiliate_payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY settlement.approval_thresholds
    ADD CONSTRAINT approval_thresholds_pkey PRIMARY KEY (scope);

ALTER TABLE ONLY settlement.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (code);

ALTER TABLE ONLY settlement.attempts
    ADD CONSTRAINT attempt_sequence UNIQUE (transaction_id, sequence);

ALTER TABLE ONLY settlement.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.broadcast_notes
    ADD CONSTRAINT broadcast_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.chain_transactions
    ADD CONSTRAINT chain_transactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.commissions
    ADD CONSTRAINT commission_identity UNIQUE (id, kind, affiliate_id, currency, amount_cents);

ALTER TABLE ONLY settlement.commissions
    ADD CONSTRAINT commissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.foreign_transactions
    ADD CONSTRAINT foreign_is_found_once UNIQUE (network, transaction_id);

ALTER TABLE ONLY settlement.foreign_transactions
    ADD CONSTRAINT foreign_nonce_found_once UNIQUE (network, sender, nonce);

ALTER TABLE ONLY settlement.foreign_transactions
    ADD CONSTRAINT foreign_transactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, route, key);

ALTER TABLE ONLY settlement.invoices
    ADD CONSTRAINT invoice_identity UNIQUE (id, amount_micro, account_id);

ALTER TABLE ONLY settlement.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT ledger_transfers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.low_funds
    ADD CONSTRAINT low_funds_pkey PRIMARY KEY (network, sender, coin, mark_base_units);

ALTER TABLE ONLY settlement.payouts
    ADD CONSTRAINT number_is_unique UNIQUE (number);

ALTER TABLE ONLY settlement.paid_transfers
    ADD CONSTRAINT paid_transfers_pkey PRIMARY KEY (network, tx_hash, place);

ALTER TABLE ONLY settlement.pauses
    ADD CONSTRAINT pauses_pkey PRIMARY KEY (scope, cause);

ALTER TABLE ONLY settlement.payout_addresses
    ADD CONSTRAINT payout_addresses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.payout_events
    ADD CONSTRAINT payout_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.payouts
    ADD CONSTRAINT payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.rewards
    ADD CONSTRAINT rewards_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY settlement.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY settlement.spend_counters
    ADD CONSTRAINT spend_counters_pkey PRIMARY KEY (scope, kind, per, key);

ALTER TABLE ONLY settlement.spend_limits
    ADD CONSTRAINT spend_limits_pkey PRIMARY KEY (scope, kind, per);

ALTER TABLE ONLY settlement.stuck_payouts
    ADD CONSTRAINT stuck_payouts_pkey PRIMARY KEY (payout_id);

ALTER TABLE ONLY settlement.api_tokens
    ADD CONSTRAINT token_id_is_unique UNIQUE (id);

ALTER TABLE ONLY settlement.transaction_payouts
    ADD CONSTRAINT transaction_payouts_pkey PRIMARY KEY (transaction_id, "position");

ALTER TABLE ONLY settlement.transfer_checks
    ADD CONSTRAINT transfer_checks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT transfer_identity UNIQUE (id, kind, payout_id, amount_micro, debit_account_id, credit_account_id);

ALTER TABLE ONLY settlement.wallet_holdings
    ADD CONSTRAINT wallet_holdings_pkey PRIMARY KEY (network, sender, asset_address);

ALTER TABLE ONLY settlement.wallet_watch
    ADD CONSTRAINT wallet_watch_pkey PRIMARY KEY (network, address);

ALTER TABLE ONLY settlement.wallets
    ADD CONSTRAINT wallets_pkey PRIMARY KEY (network, address);

ALTER TABLE ONLY settlement.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.webhook_hours
    ADD CONSTRAINT webhook_hours_pkey PRIMARY KEY (endpoint_id, hour);

ALTER TABLE ONLY settlement.webhook_outbox
    ADD CONSTRAINT webhook_outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY settlement.webhook_sequences
    ADD CONSTRAINT webhook_sequences_pkey PRIMARY KEY (subject_id);

CREATE INDEX ix_affiliate_chain_payouts ON settlement.affiliate_chain_payouts USING btree (affiliate_payout_id, asked_at);

CREATE INDEX ix_affiliate_payouts_affiliate ON settlement.affiliate_payouts USING btree (affiliate_id, created_at DESC, id DESC);

CREATE INDEX ix_affiliate_payouts_recovered ON settlement.affiliate_payouts USING btree (recovered_by) WHERE (recovered_by IS NOT NULL);

CREATE INDEX ix_affiliate_payouts_reference ON settlement.affiliate_payouts USING btree (external_ref) WHERE (external_ref IS NOT NULL);

CREATE INDEX ix_affiliate_payouts_status ON settlement.affiliate_payouts USING btree (status, created_at DESC, id DESC);

CREATE INDEX ix_audit_log_recorded ON settlement.audit_log USING btree (recorded_at DESC, id DESC);

CREATE INDEX ix_broadcast_notes_transaction ON settlement.broadcast_notes USING btree (transaction_id, id);

CREATE INDEX ix_commissions_affiliate ON settlement.commissions USING btree (affiliate_id, recorded_at DESC, id DESC);

CREATE INDEX ix_commissions_open ON settlement.commissions USING btree (affiliate_id, currency, earned_at) WHERE ((payout_id IS NULL) AND (reversed_at IS NULL) AND (rejected_at IS NULL));

CREATE INDEX ix_commissions_payout ON settlement.commissions USING btree (payout_id) WHERE (payout_id IS NOT NULL);

CREATE INDEX ix_commissions_recorded ON settlement.commissions USING btree (recorded_at DESC, id DESC);

CREATE INDEX ix_events_by_operators ON settlement.payout_events USING btree (recorded_at DESC, id DESC) WHERE (actor ~~ 'operator%'::text);

CREATE INDEX ix_events_payout ON settlement.payout_events USING btree (payout_id, id);

CREATE INDEX ix_events_recorded ON settlement.payout_events USING btree (recorded_in, id);

CREATE INDEX ix_idempotency_keys_age ON settlement.idempotency_keys USING btree (created_at);

CREATE INDEX ix_invoices_account ON settlement.invoices USING btree (account_id);

CREATE INDEX ix_payout_addresses_blocked ON settlement.payout_addresses USING btree (user_id, comparable) WHERE (blocked_at IS NOT NULL);

CREATE INDEX ix_payout_addresses_user ON settlement.payout_addresses USING btree (user_id, added_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX ix_payouts_address ON settlement.payouts USING btree (lower(address));

CREATE INDEX ix_payouts_due ON settlement.payouts USING btree (network, due_at) WHERE (completed_at IS NULL);

CREATE INDEX ix_payouts_open ON settlement.payouts USING btree (requested_at) WHERE (completed_at IS NULL);

CREATE INDEX ix_payouts_requested ON settlement.payouts USING btree (requested_at DESC, id DESC);

CREATE INDEX ix_payouts_tx_hash_by_hand ON settlement.payouts USING btree (tx_hash) WHERE (settled_by = 'operator'::text);

CREATE INDEX ix_payouts_user ON settlement.payouts USING btree (user_id, requested_at DESC, id DESC);

CREATE INDEX ix_rewards_account ON settlement.rewards USING btree (account_id, recorded_at DESC, id DESC);

CREATE INDEX ix_rewards_recorded ON settlement.rewards USING btree (recorded_at DESC, id DESC);

CREATE INDEX ix_rewards_unposted ON settlement.rewards USING btree (account_id, unlock_at) WHERE (posted_at IS NULL);

CREATE INDEX ix_sessions_user ON settlement.sessions USING btree (user_id);

CREATE INDEX ix_transaction_payouts_payout ON settlement.transaction_payouts USING btree (payout_id);

CREATE INDEX ix_transactions_due ON settlement.chain_transactions USING btree (network, due_at) WHERE (decided_at IS NULL);

CREATE INDEX ix_transactions_final ON settlement.chain_transactions USING btree (network, (((proof #>> '{agreement,final,block}'::text[]))::numeric)) WHERE ((proof #>> '{agreement,final,block}'::text[]) IS NOT NULL);

CREATE INDEX ix_transfer_checks_payout ON settlement.transfer_checks USING btree (payout_id, id DESC);

CREATE INDEX ix_transfers_credit ON settlement.ledger_transfers USING btree (credit_account_id, id);

CREATE INDEX ix_transfers_debit ON settlement.ledger_transfers USING btree (debit_account_id, id);

CREATE INDEX ix_webhook_deliveries_due ON settlement.webhook_deliveries USING btree (endpoint_id, due_at, id) WHERE (status = 'pending'::text);

CREATE INDEX ix_webhook_deliveries_list ON settlement.webhook_deliveries USING btree (endpoint_id, id DESC);

CREATE INDEX ix_webhook_events_age ON settlement.webhook_events USING brin (stored_at);

CREATE UNIQUE INDEX ux_accounts_affiliate ON settlement.accounts USING btree (user_id, asset) WHERE (kind = 'affiliate'::text);

CREATE UNIQUE INDEX ux_accounts_system ON settlement.accounts USING btree (kind, asset) WHERE (user_id IS NULL);

CREATE UNIQUE INDEX ux_accounts_user ON settlement.accounts USING btree (user_id, asset) WHERE (kind = 'user'::text);

CREATE UNIQUE INDEX ux_affiliate_payout_on_chain_once ON settlement.affiliate_chain_payouts USING btree (affiliate_payout_id) WHERE ((outcome IS NULL) OR (outcome = 'paid'::text));

CREATE UNIQUE INDEX ux_affiliate_payouts_live ON settlement.affiliate_payouts USING btree (affiliate_id, currency, period_start, period_end) WHERE (status <> 'void'::text);

CREATE UNIQUE INDEX ux_attempts_hash ON settlement.attempts USING btree (network, hash);

CREATE UNIQUE INDEX ux_attempts_one_without_nonce ON settlement.attempts USING btree (transaction_id) WHERE (nonce IS NULL);

CREATE UNIQUE INDEX ux_commissions_one_reversal ON settlement.commissions USING btree (reverses_id) WHERE (reverses_id IS NOT NULL);

CREATE UNIQUE INDEX ux_commissions_source_event ON settlement.commissions USING btree (source_event_id);

CREATE UNIQUE INDEX ux_events_one_per_version ON settlement.payout_events USING btree (payout_id, version) WHERE (action = ANY (ARRAY['requested'::text, 'processing'::text, 'sent'::text, 'failed'::text, 'cancelled'::text]));

CREATE UNIQUE INDEX ux_paid_transfers_payout ON settlement.paid_transfers USING btree (payout_id);

CREATE UNIQUE INDEX ux_payout_addresses_once ON settlement.payout_addresses USING btree (user_id, network, comparable) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX ux_payout_rides_once ON settlement.transaction_payouts USING btree (payout_id) WHERE ((outcome IS NULL) OR (outcome = 'paid'::text));

CREATE UNIQUE INDEX ux_payouts_one_live_retry ON settlement.payouts USING btree (retry_of) WHERE ((retry_of IS NOT NULL) AND (status <> 'cancelled'::text));

CREATE UNIQUE INDEX ux_rewards_source_event ON settlement.rewards USING btree (source_event_id);

CREATE UNIQUE INDEX ux_transactions_nonce ON settlement.chain_transactions USING btree (network, sender, nonce) WHERE (nonce IS NOT NULL);

CREATE UNIQUE INDEX ux_transfer_checks_waiting ON settlement.transfer_checks USING btree (payout_id, tx_hash) WHERE (answer IS NULL);

CREATE UNIQUE INDEX ux_transfers_one_fund ON settlement.ledger_transfers USING btree (payout_id) WHERE (kind = 'fund'::text);

CREATE UNIQUE INDEX ux_transfers_one_reserve ON settlement.ledger_transfers USING btree (payout_id) WHERE (kind = 'reserve'::text);

CREATE UNIQUE INDEX ux_transfers_one_resolution ON settlement.ledger_transfers USING btree (reserve_id) WHERE (reserve_id IS NOT NULL);

CREATE UNIQUE INDEX ux_transfers_one_unfund ON settlement.ledger_transfers USING btree (payout_id) WHERE (kind = 'unfund'::text);

CREATE UNIQUE INDEX ux_transfers_reference ON settlement.ledger_transfers USING btree (reference) WHERE (reference IS NOT NULL);

CREATE UNIQUE INDEX ux_transfers_reward_once ON settlement.ledger_transfers USING btree (reward_id) WHERE (kind = 'reward'::text);

CREATE UNIQUE INDEX ux_wallets_one_spelling ON settlement.wallets USING btree (network, lower(address)) WHERE (next_nonce IS NOT NULL);

CREATE UNIQUE INDEX ux_webhook_deliveries_once ON settlement.webhook_deliveries USING btree (event_id, endpoint_id);

CREATE UNIQUE INDEX ux_webhook_events_sequence ON settlement.webhook_events USING btree (subject_id, sequence);

CREATE TRIGGER accounts_are_kept BEFORE DELETE ON settlement.accounts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER accounts_are_never_truncated BEFORE TRUNCATE ON settlement.accounts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER addresses_are_kept BEFORE DELETE ON settlement.payout_addresses FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER addresses_are_never_truncated BEFORE TRUNCATE ON settlement.payout_addresses FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER adoptions_are_append_only BEFORE DELETE OR UPDATE ON settlement.adoptions FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER adoptions_are_never_truncated BEFORE TRUNCATE ON settlement.adoptions FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER affiliate_payout_adds_up AFTER INSERT OR UPDATE ON settlement.affiliate_payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.check_affiliate_payout();

CREATE TRIGGER affiliate_payouts_are_kept BEFORE DELETE ON settlement.affiliate_payouts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER affiliate_payouts_are_never_truncated BEFORE TRUNCATE ON settlement.affiliate_payouts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER apply_transfer AFTER INSERT ON settlement.ledger_transfers FOR EACH ROW EXECUTE FUNCTION settlement.apply_transfer();

CREATE TRIGGER attempts_are_append_only BEFORE DELETE OR UPDATE ON settlement.attempts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER attempts_are_never_truncated BEFORE TRUNCATE ON settlement.attempts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER audit_log_is_append_only BEFORE DELETE OR UPDATE ON settlement.audit_log FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER audit_log_is_never_truncated BEFORE TRUNCATE ON settlement.audit_log FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER board AFTER INSERT ON settlement.transaction_payouts FOR EACH ROW EXECUTE FUNCTION settlement.board();

CREATE TRIGGER broadcast_notes_are_append_only BEFORE DELETE OR UPDATE ON settlement.broadcast_notes FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER broadcast_notes_are_never_truncated BEFORE TRUNCATE ON settlement.broadcast_notes FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER chain_payout_reaches_its_affiliate AFTER UPDATE OF outcome ON settlement.affiliate_chain_payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.outcome = 'paid'::text)) EXECUTE FUNCTION settlement.chain_payout_reaches_its_affiliate();

CREATE TRIGGER chain_payouts_are_kept BEFORE DELETE ON settlement.affiliate_chain_payouts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER chain_payouts_are_never_truncated BEFORE TRUNCATE ON settlement.affiliate_chain_payouts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER checks_are_kept BEFORE DELETE ON settlement.transfer_checks FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER checks_are_never_truncated BEFORE TRUNCATE ON settlement.transfer_checks FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER commission_is_counted AFTER INSERT OR UPDATE ON settlement.commissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.check_affiliate_payout();

CREATE TRIGGER commissions_are_kept BEFORE DELETE ON settlement.commissions FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER commissions_are_never_truncated BEFORE TRUNCATE ON settlement.commissions FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER conclude_chain_payout AFTER UPDATE ON settlement.payouts FOR EACH ROW WHEN (((new.completed_at IS NOT NULL) AND (NOT new.refund_held) AND ((old.completed_at IS NULL) OR old.refund_held))) EXECUTE FUNCTION settlement.conclude_chain_payout();

CREATE CONSTRAINT TRIGGER decided_ride_reaches_its_payout AFTER UPDATE OF outcome ON settlement.transaction_payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.outcome IS NOT NULL)) EXECUTE FUNCTION settlement.decided_ride_reaches_its_payout();

CREATE TRIGGER events_are_append_only BEFORE DELETE OR UPDATE ON settlement.payout_events FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON settlement.payout_events FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER foreign_is_append_only BEFORE DELETE OR UPDATE ON settlement.foreign_transactions FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER foreign_is_never_truncated BEFORE TRUNCATE ON settlement.foreign_transactions FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER fund_has_its_affiliate AFTER INSERT ON settlement.ledger_transfers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'fund'::text)) EXECUTE FUNCTION settlement.fund_has_its_affiliate();

CREATE TRIGGER give_back_spend AFTER UPDATE OF outcome ON settlement.transaction_payouts FOR EACH ROW WHEN ((new.outcome = 'not_paid'::text)) EXECUTE FUNCTION settlement.give_back_spend();

CREATE TRIGGER guard_account BEFORE UPDATE ON settlement.accounts FOR EACH ROW EXECUTE FUNCTION settlement.guard_account();

CREATE TRIGGER guard_address BEFORE UPDATE ON settlement.payout_addresses FOR EACH ROW EXECUTE FUNCTION settlement.guard_address();

CREATE TRIGGER guard_affiliate_payout BEFORE UPDATE ON settlement.affiliate_payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_affiliate_payout();

CREATE TRIGGER guard_attempt BEFORE INSERT ON settlement.attempts FOR EACH ROW EXECUTE FUNCTION settlement.guard_attempt();

CREATE TRIGGER guard_chain_payout BEFORE INSERT OR UPDATE ON settlement.affiliate_chain_payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_chain_payout();

CREATE TRIGGER guard_commission BEFORE UPDATE ON settlement.commissions FOR EACH ROW EXECUTE FUNCTION settlement.guard_commission();

CREATE TRIGGER guard_event BEFORE INSERT ON settlement.payout_events FOR EACH ROW EXECUTE FUNCTION settlement.guard_event();

CREATE TRIGGER guard_invoice BEFORE UPDATE ON settlement.invoices FOR EACH ROW EXECUTE FUNCTION settlement.guard_invoice();

CREATE TRIGGER guard_new_account BEFORE INSERT ON settlement.accounts FOR EACH ROW EXECUTE FUNCTION settlement.guard_new_account();

CREATE TRIGGER guard_new_affiliate_payout BEFORE INSERT ON settlement.affiliate_payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_new_affiliate_payout();

CREATE TRIGGER guard_new_payout BEFORE INSERT ON settlement.payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_new_payout();

CREATE TRIGGER guard_paid_transfer BEFORE INSERT ON settlement.paid_transfers FOR EACH ROW EXECUTE FUNCTION settlement.guard_paid_transfer();

CREATE TRIGGER guard_payout BEFORE UPDATE ON settlement.payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_payout();

CREATE TRIGGER guard_retry BEFORE INSERT ON settlement.payouts FOR EACH ROW WHEN ((new.retry_of IS NOT NULL)) EXECUTE FUNCTION settlement.guard_retry();

CREATE TRIGGER guard_reward BEFORE UPDATE ON settlement.rewards FOR EACH ROW EXECUTE FUNCTION settlement.guard_reward();

CREATE TRIGGER guard_ride BEFORE INSERT OR UPDATE ON settlement.transaction_payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_ride();

CREATE TRIGGER guard_stuck_payout BEFORE INSERT ON settlement.stuck_payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_stuck_payout();

CREATE TRIGGER guard_thaw BEFORE UPDATE OF frozen ON settlement.wallets FOR EACH ROW WHEN ((old.frozen AND (NOT new.frozen))) EXECUTE FUNCTION settlement.guard_thaw();

CREATE TRIGGER guard_transaction BEFORE INSERT OR UPDATE ON settlement.chain_transactions FOR EACH ROW EXECUTE FUNCTION settlement.guard_transaction();

CREATE TRIGGER guard_transfer_check BEFORE UPDATE ON settlement.transfer_checks FOR EACH ROW EXECUTE FUNCTION settlement.guard_transfer_check();

CREATE TRIGGER guard_verdict BEFORE UPDATE OF decided_by ON settlement.chain_transactions FOR EACH ROW EXECUTE FUNCTION settlement.guard_verdict();

CREATE TRIGGER guard_wallet BEFORE UPDATE ON settlement.wallets FOR EACH ROW EXECUTE FUNCTION settlement.guard_wallet();

CREATE TRIGGER guard_word BEFORE UPDATE OF held_at, approved_at, approved_by ON settlement.payouts FOR EACH ROW EXECUTE FUNCTION settlement.guard_word();

CREATE TRIGGER invoices_are_kept BEFORE DELETE ON settlement.invoices FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER invoices_are_never_truncated BEFORE TRUNCATE ON settlement.invoices FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER note_affiliates AFTER INSERT ON settlement.audit_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.action ~~ 'affiliate\_payout\_%'::text) OR (new.action ~~ 'commission\_%'::text))) EXECUTE FUNCTION settlement.note_affiliates();

CREATE TRIGGER note_broadcasts AFTER INSERT ON settlement.attempts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.note_broadcasts();

CREATE TRIGGER note_low_funds AFTER INSERT ON settlement.low_funds REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.note_low_funds();

CREATE TRIGGER note_payout_events AFTER INSERT ON settlement.payout_events REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.note_payout_events();

CREATE CONSTRAINT TRIGGER note_recoveries AFTER UPDATE OF status ON settlement.affiliate_payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.status <> old.status) AND (new.status = ANY (ARRAY['recovery_owed'::text, 'recovered'::text])))) EXECUTE FUNCTION settlement.note_recoveries();

CREATE TRIGGER note_stuck_payouts AFTER INSERT ON settlement.stuck_payouts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.note_stuck_payouts();

CREATE TRIGGER override_has_two_people BEFORE INSERT ON settlement.payout_events FOR EACH ROW WHEN (((new.action = ANY (ARRAY['sent'::text, 'failed'::text])) AND (new.actor ~~ 'operator%'::text))) EXECUTE FUNCTION settlement.override_has_two_people();

CREATE TRIGGER paid_transfers_are_never_truncated BEFORE TRUNCATE ON settlement.paid_transfers FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER paid_transfers_never_change BEFORE DELETE OR UPDATE ON settlement.paid_transfers FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER payout_has_its_reserve AFTER INSERT ON settlement.payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.payout_has_its_reserve();

CREATE TRIGGER payouts_are_kept BEFORE DELETE ON settlement.payouts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER payouts_are_never_truncated BEFORE TRUNCATE ON settlement.payouts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER posted_reward_has_transfer AFTER INSERT OR UPDATE OF posted_at ON settlement.rewards DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.posted_reward_has_transfer();

CREATE CONSTRAINT TRIGGER refund_has_its_event AFTER UPDATE OF refund_held ON settlement.payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.refund_held AND (NOT new.refund_held))) EXECUTE FUNCTION settlement.refund_has_its_event();

CREATE CONSTRAINT TRIGGER resolution_follows_status AFTER INSERT ON settlement.ledger_transfers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.reserve_id IS NOT NULL)) EXECUTE FUNCTION settlement.resolution_follows_status();

CREATE CONSTRAINT TRIGGER reward_transfer_is_marked AFTER INSERT ON settlement.ledger_transfers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'reward'::text)) EXECUTE FUNCTION settlement.reward_transfer_is_marked();

CREATE TRIGGER rewards_are_kept BEFORE DELETE ON settlement.rewards FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER rewards_are_never_truncated BEFORE TRUNCATE ON settlement.rewards FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER rides_are_kept BEFORE DELETE ON settlement.transaction_payouts FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER rides_are_never_truncated BEFORE TRUNCATE ON settlement.transaction_payouts FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER spend_covers_an_open_invoice AFTER INSERT ON settlement.ledger_transfers FOR EACH ROW WHEN ((new.kind = 'spend'::text)) EXECUTE FUNCTION settlement.spend_covers_an_open_invoice();

CREATE TRIGGER spend_within_limits AFTER INSERT ON settlement.transaction_payouts REFERENCING NEW TABLE AS boarded FOR EACH STATEMENT EXECUTE FUNCTION settlement.spend_within_limits();

CREATE CONSTRAINT TRIGGER status_has_its_event AFTER INSERT OR UPDATE OF status ON settlement.payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.status_has_its_event();

CREATE TRIGGER take_nonce AFTER INSERT ON settlement.chain_transactions FOR EACH ROW WHEN ((new.nonce IS NOT NULL)) EXECUTE FUNCTION settlement.take_nonce();

CREATE CONSTRAINT TRIGGER transaction_is_whole AFTER INSERT OR UPDATE OF state ON settlement.chain_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.transaction_is_whole();

CREATE TRIGGER transactions_are_kept BEFORE DELETE ON settlement.chain_transactions FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER transactions_are_never_truncated BEFORE TRUNCATE ON settlement.chain_transactions FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER transfers_are_append_only BEFORE DELETE OR UPDATE ON settlement.ledger_transfers FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER transfers_are_never_truncated BEFORE TRUNCATE ON settlement.ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER wallets_are_kept BEFORE DELETE ON settlement.wallets FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER wallets_are_never_truncated BEFORE TRUNCATE ON settlement.wallets FOR EACH STATEMENT EXECUTE FUNCTION settlement.forbid();

CREATE TRIGGER webhook_events_never_change BEFORE UPDATE ON settlement.webhook_events FOR EACH ROW EXECUTE FUNCTION settlement.forbid();

CREATE CONSTRAINT TRIGGER word_has_its_event AFTER UPDATE OF held_at, approved_at ON settlement.payouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement.word_has_its_event();

ALTER TABLE ONLY settlement.accounts
    ADD CONSTRAINT accounts_asset_fkey FOREIGN KEY (asset) REFERENCES settlement.assets(code);

ALTER TABLE ONLY settlement.adoptions
    ADD CONSTRAINT adoptions_foreign_id_fkey FOREIGN KEY (foreign_id) REFERENCES settlement.foreign_transactions(id);

ALTER TABLE ONLY settlement.affiliate_chain_payouts
    ADD CONSTRAINT affiliate_chain_payouts_affiliate_payout_id_fkey FOREIGN KEY (affiliate_payout_id) REFERENCES settlement.affiliate_payouts(id);

ALTER TABLE ONLY settlement.affiliate_chain_payouts
    ADD CONSTRAINT affiliate_chain_payouts_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.affiliate_payouts
    ADD CONSTRAINT affiliate_payouts_affiliate_id_currency_fkey FOREIGN KEY (affiliate_id, currency) REFERENCES settlement.affiliate_accounts(affiliate_id, currency);

ALTER TABLE ONLY settlement.affiliate_payouts
    ADD CONSTRAINT affiliate_payouts_recovered_by_fkey FOREIGN KEY (recovered_by) REFERENCES settlement.affiliate_payouts(id);

ALTER TABLE ONLY settlement.attempts
    ADD CONSTRAINT attempts_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES settlement.chain_transactions(id);

ALTER TABLE ONLY settlement.broadcast_notes
    ADD CONSTRAINT broadcast_notes_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES settlement.chain_transactions(id);

ALTER TABLE ONLY settlement.commissions
    ADD CONSTRAINT commissions_affiliate_id_currency_fkey FOREIGN KEY (affiliate_id, currency) REFERENCES settlement.affiliate_accounts(affiliate_id, currency);

ALTER TABLE ONLY settlement.commissions
    ADD CONSTRAINT commissions_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.affiliate_payouts(id);

ALTER TABLE ONLY settlement.foreign_transactions
    ADD CONSTRAINT foreign_wallet_is_known FOREIGN KEY (network, sender) REFERENCES settlement.wallets(network, address);

ALTER TABLE ONLY settlement.idempotency_keys
    ADD CONSTRAINT idempotency_keys_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.invoices
    ADD CONSTRAINT invoices_account_id_fkey FOREIGN KEY (account_id) REFERENCES settlement.accounts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT ledger_transfers_credit_account_id_fkey FOREIGN KEY (credit_account_id) REFERENCES settlement.accounts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT ledger_transfers_debit_account_id_fkey FOREIGN KEY (debit_account_id) REFERENCES settlement.accounts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT ledger_transfers_reward_id_fkey FOREIGN KEY (reward_id) REFERENCES settlement.rewards(id);

ALTER TABLE ONLY settlement.low_funds
    ADD CONSTRAINT low_funds_network_sender_fkey FOREIGN KEY (network, sender) REFERENCES settlement.wallets(network, address);

ALTER TABLE ONLY settlement.paid_transfers
    ADD CONSTRAINT paid_transfers_check_id_fkey FOREIGN KEY (check_id) REFERENCES settlement.transfer_checks(id);

ALTER TABLE ONLY settlement.paid_transfers
    ADD CONSTRAINT paid_transfers_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.payout_events
    ADD CONSTRAINT payout_events_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.payouts
    ADD CONSTRAINT payouts_account_id_fkey FOREIGN KEY (account_id) REFERENCES settlement.accounts(id);

ALTER TABLE ONLY settlement.payouts
    ADD CONSTRAINT payouts_asset_fkey FOREIGN KEY (asset) REFERENCES settlement.assets(code);

ALTER TABLE ONLY settlement.payouts
    ADD CONSTRAINT payouts_retry_of_fkey FOREIGN KEY (retry_of) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT resolution_equals_its_reserve FOREIGN KEY (reserve_id, reserve_kind, payout_id, amount_micro, debit_account_id, credit_account_id) REFERENCES settlement.ledger_transfers(id, kind, payout_id, amount_micro, debit_account_id, credit_account_id);

ALTER TABLE ONLY settlement.commissions
    ADD CONSTRAINT reversal_equals_its_original FOREIGN KEY (reverses_id, reverses_kind, affiliate_id, currency, amount_cents) REFERENCES settlement.commissions(id, kind, affiliate_id, currency, amount_cents);

ALTER TABLE ONLY settlement.rewards
    ADD CONSTRAINT rewards_account_id_fkey FOREIGN KEY (account_id) REFERENCES settlement.accounts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT spend_equals_its_invoice FOREIGN KEY (reference, amount_micro, debit_account_id) REFERENCES settlement.invoices(id, amount_micro, account_id);

ALTER TABLE ONLY settlement.stuck_payouts
    ADD CONSTRAINT stuck_payouts_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.transaction_payouts
    ADD CONSTRAINT transaction_payouts_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.transaction_payouts
    ADD CONSTRAINT transaction_payouts_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES settlement.chain_transactions(id);

ALTER TABLE ONLY settlement.transfer_checks
    ADD CONSTRAINT transfer_checks_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.ledger_transfers
    ADD CONSTRAINT transfer_payout_exists FOREIGN KEY (payout_id) REFERENCES settlement.payouts(id);

ALTER TABLE ONLY settlement.wallet_holdings
    ADD CONSTRAINT wallet_holdings_network_sender_fkey FOREIGN KEY (network, sender) REFERENCES settlement.wallets(network, address);

ALTER TABLE ONLY settlement.chain_transactions
    ADD CONSTRAINT wallet_is_known FOREIGN KEY (network, sender) REFERENCES settlement.wallets(network, address);

ALTER TABLE ONLY settlement.wallet_watch
    ADD CONSTRAINT wallet_watch_network_address_fkey FOREIGN KEY (network, address) REFERENCES settlement.wallets(network, address);

ALTER TABLE ONLY settlement.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES settlement.webhook_endpoints(id);

ALTER TABLE ONLY settlement.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES settlement.webhook_events(id);

ALTER TABLE ONLY settlement.webhook_hours
    ADD CONSTRAINT webhook_hours_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES settlement.webhook_endpoints(id);

GRANT ALL ON SCHEMA quartz TO settlement_app;

GRANT USAGE ON SCHEMA settlement TO settlement_app;
GRANT USAGE ON SCHEMA settlement TO settlement_auditor;

REVOKE ALL ON FUNCTION settlement.accept_payout(p_id uuid, p_user uuid, p_amount bigint, p_network text, p_address text, p_asset text, p_asset_address text, p_asset_decimals smallint, p_client_reference text, p_key text, p_request_hash bytea, p_request_id text, p_retry_of uuid, p_address_id uuid, p_only_known boolean, OUT outcome text, OUT payout_id uuid, OUT number bigint, OUT requested_at timestamp with time zone, OUT available_micro bigint, OUT reason text, OUT other_id uuid, OUT active_at timestamp with time zone, OUT needs_approval boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.accept_payout(p_id uuid, p_user uuid, p_amount bigint, p_network text, p_address text, p_asset text, p_asset_address text, p_asset_decimals smallint, p_client_reference text, p_key text, p_request_hash bytea, p_request_id text, p_retry_of uuid, p_address_id uuid, p_only_known boolean, OUT outcome text, OUT payout_id uuid, OUT number bigint, OUT requested_at timestamp with time zone, OUT available_micro bigint, OUT reason text, OUT other_id uuid, OUT active_at timestamp with time zone, OUT needs_approval boolean) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.adopt_transaction(p_id bigint, p_actor text, p_reason text, p_request_id text, OUT outcome text, OUT payout_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.adopt_transaction(p_id bigint, p_actor text, p_reason text, p_request_id text, OUT outcome text, OUT payout_ids uuid[]) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.affiliate_payout_sums(p_payout uuid, OUT gross bigint, OUT reversal bigint, OUT entries bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.apply_transfer() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.approval_threshold(p_network text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.approval_threshold(p_network text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.board() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.chain_payout_reaches_its_affiliate() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.check_affiliate_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.close_invoice(p_invoice text, p_actor text, p_request_id text, OUT outcome text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.close_invoice(p_invoice text, p_actor text, p_request_id text, OUT outcome text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.comparable_address(p_address text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.comparable_address(p_address text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.conclude_chain_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.create_affiliate_payout(p_id uuid, p_affiliate text, p_currency text, p_start timestamp with time zone, p_end timestamp with time zone, p_actor text, p_request_id text, OUT outcome text, OUT payout_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.create_affiliate_payout(p_id uuid, p_affiliate text, p_currency text, p_start timestamp with time zone, p_end timestamp with time zone, p_actor text, p_request_id text, OUT outcome text, OUT payout_id uuid) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.decided_ride_reaches_its_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.failure_is_retryable(p_code text) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.fan_out_webhooks(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.fan_out_webhooks(p_limit integer) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.forbid() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.fund_has_its_affiliate() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.give_back_spend() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_account() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_address() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_affiliate_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_attempt() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_chain_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_commission() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_event() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_invoice() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_new_account() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_new_affiliate_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_new_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_paid_transfer() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_retry() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_reward() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_ride() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_stuck_payout() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_thaw() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_transaction() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_transfer_check() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_verdict() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_wallet() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.guard_word() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.ingest_commission(p_id uuid, p_affiliate text, p_currency text, p_amount bigint, p_source_event text, p_earned_at timestamp with time zone, p_hold_until timestamp with time zone, p_actor text, p_request_id text, p_usual_hold interval, OUT outcome text, OUT commission_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.ingest_commission(p_id uuid, p_affiliate text, p_currency text, p_amount bigint, p_source_event text, p_earned_at timestamp with time zone, p_hold_until timestamp with time zone, p_actor text, p_request_id text, p_usual_hold interval, OUT outcome text, OUT commission_id uuid) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.ingest_reward(p_id uuid, p_user uuid, p_amount bigint, p_kind text, p_source_event text, p_unlock_at timestamp with time zone, p_note text, p_actor text, p_request_id text, OUT outcome text, OUT reward_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.ingest_reward(p_id uuid, p_user uuid, p_amount bigint, p_kind text, p_source_event text, p_unlock_at timestamp with time zone, p_note text, p_actor text, p_request_id text, OUT outcome text, OUT reward_id uuid) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.judge_address(p_user uuid, p_network text, p_address text, p_address_id uuid, p_only_known boolean, OUT reason text, OUT active_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.judge_address(p_user uuid, p_network text, p_address text, p_address_id uuid, p_only_known boolean, OUT reason text, OUT active_at timestamp with time zone) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.judge_commission(p_id uuid, p_becomes text, p_reason text, p_actor text, p_request_id text, OUT outcome text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.judge_commission(p_id uuid, p_becomes text, p_reason text, p_actor text, p_request_id text, OUT outcome text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.lock_accounts_of(p_payouts uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.lock_accounts_of(p_payouts uuid[]) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.move_affiliate_payout(p_id uuid, p_becomes text, p_external_ref text, p_actor text, p_request_id text, p_version integer, p_reason text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.move_affiliate_payout(p_id uuid, p_becomes text, p_external_ref text, p_actor text, p_request_id text, p_version integer, p_reason text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.note_affiliates() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.note_broadcasts() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.note_low_funds() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.note_payout_events() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.note_recoveries() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.note_stuck_payouts() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.override_has_two_people() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.paid_elsewhere(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.paid_elsewhere(p_id uuid) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.pay_affiliate_payout(p_id uuid, p_payout uuid, p_network text, p_address text, p_asset_address text, p_asset_decimals smallint, p_version integer, p_actor text, p_request_id text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.pay_affiliate_payout(p_id uuid, p_payout uuid, p_network text, p_address text, p_asset_address text, p_asset_decimals smallint, p_version integer, p_actor text, p_request_id text, OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version integer) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.payout_has_its_reserve() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.posted_reward_has_transfer() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.principal_of(p_actor text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.principal_of(p_actor text) TO settlement_app;

GRANT SELECT ON TABLE settlement.payouts TO settlement_app;
GRANT SELECT ON TABLE settlement.payouts TO settlement_auditor;

GRANT UPDATE(status) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(settled_by) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(tx_hash) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(failure_code) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(note) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(internal_note) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(completed_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(refund_held) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(conflict_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(due_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(lease_token) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(lease_owner) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(failed_rides) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(take_ups) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(park_reason) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(park_detail) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(parked_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(held_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(held_by) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(hold_reason) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(approved_at) ON TABLE settlement.payouts TO settlement_app;

GRANT UPDATE(approved_by) ON TABLE settlement.payouts TO settlement_app;

REVOKE ALL ON FUNCTION settlement.probably_paid_by(p_foreign bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.probably_paid_by(p_foreign bigint) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.prune_webhooks(p_keep interval, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.prune_webhooks(p_keep interval, p_limit integer) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.recount_affiliate_payout(p_payout uuid, p_actor text, p_request_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.refund_has_its_event() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.register_invoice(p_invoice text, p_user uuid, p_amount bigint, p_actor text, p_request_id text, OUT outcome text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.register_invoice(p_invoice text, p_user uuid, p_amount bigint, p_actor text, p_request_id text, OUT outcome text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.resolution_follows_status() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.reverse_commission(p_id uuid, p_reversal uuid, p_reason text, p_actor text, p_request_id text, OUT outcome text, OUT reversal_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.reverse_commission(p_id uuid, p_reversal uuid, p_reason text, p_actor text, p_request_id text, OUT outcome text, OUT reversal_id uuid) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.reward_transfer_is_marked() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.set_spend_limit(p_scope text, p_kind text, p_per text, p_limit bigint, p_actor text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.set_spend_limit(p_scope text, p_kind text, p_per text, p_limit bigint, p_actor text, p_reason text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.settle_account(p_account bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.spend_covers_an_open_invoice() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.spend_key(p_kind text, p settlement.payouts) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.spend_key(p_kind text, p settlement.payouts) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.spend_maximum(p_network text) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.spend_on_invoice(p_user uuid, p_invoice text, p_amount bigint, p_request_id text, OUT outcome text, OUT available_micro bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.spend_on_invoice(p_user uuid, p_invoice text, p_amount bigint, p_request_id text, OUT outcome text, OUT available_micro bigint) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.spend_room(p_payouts uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.spend_room(p_payouts uuid[]) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.spend_within_limits() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.status_has_its_event() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.take_nonce() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.tell_affiliate_payee(p_affiliate text, p_name text, p_email text, p_network text, p_address text, p_actor text, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.tell_affiliate_payee(p_affiliate text, p_name text, p_email text, p_network text, p_address text, p_actor text, p_request_id text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.test_webhook(p_endpoint uuid, p_actor text, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.test_webhook(p_endpoint uuid, p_actor text, p_request_id text) TO settlement_app;

REVOKE ALL ON FUNCTION settlement.this_database() FROM PUBLIC;
GRANT ALL ON FUNCTION settlement.this_database() TO settlement_app;

REVOKE ALL ON FUNCTION settlement.transaction_is_whole() FROM PUBLIC;

GRANT SELECT ON TABLE settlement.affiliate_payouts TO settlement_app;
GRANT SELECT ON TABLE settlement.affiliate_payouts TO settlement_auditor;

REVOKE ALL ON FUNCTION settlement.webhook_affiliate_payout(p settlement.affiliate_payouts) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.webhook_event_id() FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.webhook_listeners(p_type text) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.webhook_message(p_type text, p_at timestamp with time zone, p_sequence bigint, p_data json) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.webhook_payout(p_type text, p_payout uuid, p_source bigint, p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.webhook_time(p_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.why_not_retry(p_user uuid, p_payout uuid, OUT reason text, OUT other_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION settlement.word_has_its_event() FROM PUBLIC;

GRANT SELECT ON TABLE settlement.accounts TO settlement_app;
GRANT SELECT ON TABLE settlement.accounts TO settlement_auditor;

GRANT SELECT ON TABLE settlement.adoptions TO settlement_app;
GRANT SELECT ON TABLE settlement.adoptions TO settlement_auditor;

GRANT SELECT ON TABLE settlement.affiliate_accounts TO settlement_app;
GRANT SELECT ON TABLE settlement.affiliate_accounts TO settlement_auditor;

GRANT SELECT ON TABLE settlement.affiliate_chain_payouts TO settlement_app;
GRANT SELECT ON TABLE settlement.affiliate_chain_payouts TO settlement_auditor;

GRANT SELECT ON TABLE settlement.affiliate_payees TO settlement_app;
GRANT SELECT ON TABLE settlement.affiliate_payees TO settlement_auditor;

GRANT SELECT ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(token_hash) ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(name) ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(scopes) ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(expires_at) ON TABLE settlement.api_tokens TO settlement_app;

GRANT UPDATE(revoked_at) ON TABLE settlement.api_tokens TO settlement_app;

GRANT UPDATE(last_used_at) ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(id) ON TABLE settlement.api_tokens TO settlement_app;

GRANT INSERT(created_by) ON TABLE settlement.api_tokens TO settlement_app;

GRANT SELECT ON TABLE settlement.approval_thresholds TO settlement_app;
GRANT SELECT ON TABLE settlement.approval_thresholds TO settlement_auditor;

GRANT INSERT(scope) ON TABLE settlement.approval_thresholds TO settlement_app;

GRANT INSERT(above_micro),UPDATE(above_micro) ON TABLE settlement.approval_thresholds TO settlement_app;

GRANT INSERT(set_at),UPDATE(set_at) ON TABLE settlement.approval_thresholds TO settlement_app;

GRANT SELECT ON TABLE settlement.assets TO settlement_app;
GRANT SELECT ON TABLE settlement.assets TO settlement_auditor;

GRANT SELECT ON TABLE settlement.attempts TO settlement_app;
GRANT SELECT ON TABLE settlement.attempts TO settlement_auditor;

GRANT INSERT(transaction_id) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(sequence) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(network) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(hash) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(bytes) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(nonce) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(kind) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(max_fee) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(tip) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(lease_token) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(terms) ON TABLE settlement.attempts TO settlement_app;

GRANT INSERT(signed_by) ON TABLE settlement.attempts TO settlement_app;

GRANT SELECT ON TABLE settlement.audit_log TO settlement_app;
GRANT SELECT ON TABLE settlement.audit_log TO settlement_auditor;

GRANT INSERT(actor) ON TABLE settlement.audit_log TO settlement_app;

GRANT INSERT(action) ON TABLE settlement.audit_log TO settlement_app;

GRANT INSERT(target) ON TABLE settlement.audit_log TO settlement_app;

GRANT INSERT(reason) ON TABLE settlement.audit_log TO settlement_app;

GRANT INSERT(detail) ON TABLE settlement.audit_log TO settlement_app;

GRANT INSERT(request_id) ON TABLE settlement.audit_log TO settlement_app;

GRANT SELECT ON TABLE settlement.broadcast_notes TO settlement_app;
GRANT SELECT ON TABLE settlement.broadcast_notes TO settlement_auditor;

GRANT INSERT(transaction_id) ON TABLE settlement.broadcast_notes TO settlement_app;

GRANT INSERT(hash) ON TABLE settlement.broadcast_notes TO settlement_app;

GRANT INSERT(outcome) ON TABLE settlement.broadcast_notes TO settlement_app;

GRANT INSERT(reason) ON TABLE settlement.broadcast_notes TO settlement_app;

GRANT SELECT ON TABLE settlement.chain_transactions TO settlement_app;
GRANT SELECT ON TABLE settlement.chain_transactions TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(sender) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(nonce) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(last_valid_block_height) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(state) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(landed_hash) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(proof) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(safe_after) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(decided_at) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(decided_by) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(due_at),UPDATE(due_at) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(lease_token) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT INSERT(lease_owner),UPDATE(lease_owner) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(observations) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(included) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(last_observation) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(observed_at) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(asked) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(asked_at) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT UPDATE(asked_by) ON TABLE settlement.chain_transactions TO settlement_app;

GRANT SELECT ON TABLE settlement.commissions TO settlement_app;
GRANT SELECT ON TABLE settlement.commissions TO settlement_auditor;

GRANT SELECT ON TABLE settlement.foreign_transactions TO settlement_app;
GRANT SELECT ON TABLE settlement.foreign_transactions TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT INSERT(sender) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT INSERT(transaction_id) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT INSERT(nonce) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT INSERT(transfers) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT INSERT(facts) ON TABLE settlement.foreign_transactions TO settlement_app;

GRANT SELECT ON TABLE settlement.idempotency_keys TO settlement_app;
GRANT SELECT ON TABLE settlement.idempotency_keys TO settlement_auditor;

GRANT INSERT(principal) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT INSERT(route) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT INSERT(key) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT INSERT(request_hash) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT INSERT(status_code) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT INSERT(body) ON TABLE settlement.idempotency_keys TO settlement_app;

GRANT SELECT ON TABLE settlement.invoices TO settlement_app;
GRANT SELECT ON TABLE settlement.invoices TO settlement_auditor;

GRANT SELECT ON TABLE settlement.ledger_transfers TO settlement_app;
GRANT SELECT ON TABLE settlement.ledger_transfers TO settlement_auditor;

GRANT SELECT,DELETE ON TABLE settlement.low_funds TO settlement_app;
GRANT SELECT ON TABLE settlement.low_funds TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.low_funds TO settlement_app;

GRANT INSERT(sender) ON TABLE settlement.low_funds TO settlement_app;

GRANT INSERT(coin) ON TABLE settlement.low_funds TO settlement_app;

GRANT INSERT(mark_base_units) ON TABLE settlement.low_funds TO settlement_app;

GRANT INSERT(held_base_units) ON TABLE settlement.low_funds TO settlement_app;

GRANT SELECT ON TABLE settlement.paid_transfers TO settlement_app;
GRANT SELECT ON TABLE settlement.paid_transfers TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.paid_transfers TO settlement_app;

GRANT INSERT(tx_hash) ON TABLE settlement.paid_transfers TO settlement_app;

GRANT INSERT(place) ON TABLE settlement.paid_transfers TO settlement_app;

GRANT INSERT(payout_id) ON TABLE settlement.paid_transfers TO settlement_app;

GRANT INSERT(check_id) ON TABLE settlement.paid_transfers TO settlement_app;

GRANT SELECT,INSERT,DELETE ON TABLE settlement.pauses TO settlement_app;
GRANT SELECT ON TABLE settlement.pauses TO settlement_auditor;

GRANT UPDATE(reason) ON TABLE settlement.pauses TO settlement_app;

GRANT UPDATE(paused_by) ON TABLE settlement.pauses TO settlement_app;

GRANT UPDATE(paused_at) ON TABLE settlement.pauses TO settlement_app;

GRANT SELECT ON TABLE settlement.payout_addresses TO settlement_app;
GRANT SELECT ON TABLE settlement.payout_addresses TO settlement_auditor;

GRANT INSERT(id) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT INSERT(user_id) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT INSERT(label) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT INSERT(network) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT INSERT(address) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT INSERT(active_at) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT UPDATE(removed_at) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT UPDATE(blocked_at) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT UPDATE(blocked_reason) ON TABLE settlement.payout_addresses TO settlement_app;

GRANT SELECT ON TABLE settlement.payout_events TO settlement_app;
GRANT SELECT ON TABLE settlement.payout_events TO settlement_auditor;

GRANT INSERT(payout_id) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(version) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(action) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(actor) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(reason) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(evidence) ON TABLE settlement.payout_events TO settlement_app;

GRANT INSERT(request_id) ON TABLE settlement.payout_events TO settlement_app;

GRANT SELECT ON TABLE settlement.rewards TO settlement_app;
GRANT SELECT ON TABLE settlement.rewards TO settlement_auditor;

GRANT SELECT ON TABLE settlement.schema_migrations TO settlement_app;
GRANT SELECT ON TABLE settlement.schema_migrations TO settlement_auditor;

GRANT SELECT,INSERT ON TABLE settlement.sessions TO settlement_app;

GRANT UPDATE(expires_at) ON TABLE settlement.sessions TO settlement_app;

GRANT UPDATE(revoked_at) ON TABLE settlement.sessions TO settlement_app;

GRANT SELECT ON TABLE settlement.spend_counters TO settlement_app;
GRANT SELECT ON TABLE settlement.spend_counters TO settlement_auditor;

GRANT SELECT ON TABLE settlement.spend_limits TO settlement_app;
GRANT SELECT ON TABLE settlement.spend_limits TO settlement_auditor;

GRANT SELECT,DELETE ON TABLE settlement.stuck_payouts TO settlement_app;
GRANT SELECT ON TABLE settlement.stuck_payouts TO settlement_auditor;

GRANT INSERT(payout_id) ON TABLE settlement.stuck_payouts TO settlement_app;

GRANT SELECT ON TABLE settlement.transaction_payouts TO settlement_app;
GRANT SELECT ON TABLE settlement.transaction_payouts TO settlement_auditor;

GRANT INSERT(transaction_id) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT INSERT("position") ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT INSERT(payout_id) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT INSERT(payout_token) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT UPDATE(outcome) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT UPDATE(evidence) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT UPDATE(cancel_asked_by) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT UPDATE(cancel_note) ON TABLE settlement.transaction_payouts TO settlement_app;

GRANT SELECT ON TABLE settlement.transfer_checks TO settlement_app;
GRANT SELECT ON TABLE settlement.transfer_checks TO settlement_auditor;

GRANT INSERT(payout_id) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT INSERT(tx_hash) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT INSERT(asked_by) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT INSERT(request_id) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(taken_at) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(answer) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(detail) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(transaction_id) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(places) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(evidence) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(answered_by) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT UPDATE(answered_at) ON TABLE settlement.transfer_checks TO settlement_app;

GRANT SELECT ON TABLE settlement.wallet_holdings TO settlement_app;
GRANT SELECT ON TABLE settlement.wallet_holdings TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT INSERT(sender) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT INSERT(asset_address) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT INSERT(asset_base_units),UPDATE(asset_base_units) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT INSERT(native_base_units),UPDATE(native_base_units) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT UPDATE(read_at) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT UPDATE(received_base_units) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT UPDATE(missing_base_units) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT UPDATE(missing_since) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT UPDATE(compared_at) ON TABLE settlement.wallet_holdings TO settlement_app;

GRANT SELECT ON TABLE settlement.wallet_watch TO settlement_app;
GRANT SELECT ON TABLE settlement.wallet_watch TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.wallet_watch TO settlement_app;

GRANT INSERT(address) ON TABLE settlement.wallet_watch TO settlement_app;

GRANT INSERT(cursor),UPDATE(cursor) ON TABLE settlement.wallet_watch TO settlement_app;

GRANT INSERT(checked_at),UPDATE(checked_at) ON TABLE settlement.wallet_watch TO settlement_app;

GRANT INSERT(checked_in),UPDATE(checked_in) ON TABLE settlement.wallet_watch TO settlement_app;

GRANT SELECT ON TABLE settlement.wallets TO settlement_app;
GRANT SELECT ON TABLE settlement.wallets TO settlement_auditor;

GRANT INSERT(network) ON TABLE settlement.wallets TO settlement_app;

GRANT INSERT(address) ON TABLE settlement.wallets TO settlement_app;

GRANT INSERT(next_nonce) ON TABLE settlement.wallets TO settlement_app;

GRANT UPDATE(frozen) ON TABLE settlement.wallets TO settlement_app;

GRANT UPDATE(frozen_reason) ON TABLE settlement.wallets TO settlement_app;

GRANT UPDATE(frozen_at) ON TABLE settlement.wallets TO settlement_app;

GRANT SELECT ON TABLE settlement.webhook_deliveries TO settlement_app;
GRANT SELECT ON TABLE settlement.webhook_deliveries TO settlement_auditor;

GRANT UPDATE(status) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(due_at) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(lease_token) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(lease_owner) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(attempts) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(retries) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(attempted_at) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(delivered_at) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(response_status) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(response_body) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(took_ms) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT UPDATE(error) ON TABLE settlement.webhook_deliveries TO settlement_app;

GRANT SELECT ON TABLE settlement.webhook_endpoints TO settlement_app;

GRANT INSERT(id) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(id) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT INSERT(url),UPDATE(url) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(url) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT INSERT(description),UPDATE(description) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(description) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT INSERT(event_types),UPDATE(event_types) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(event_types) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT INSERT(secret),UPDATE(secret) ON TABLE settlement.webhook_endpoints TO settlement_app;

GRANT UPDATE(previous_secret) ON TABLE settlement.webhook_endpoints TO settlement_app;

GRANT UPDATE(previous_until) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(previous_until) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(enabled) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(enabled) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(disabled_reason) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(disabled_reason) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(disabled_at) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(disabled_at) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(failures) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(failures) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(failing_since) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(failing_since) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT INSERT(created_by) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(created_by) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT SELECT(created_at) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT UPDATE(deleted_at) ON TABLE settlement.webhook_endpoints TO settlement_app;
GRANT SELECT(deleted_at) ON TABLE settlement.webhook_endpoints TO settlement_auditor;

GRANT SELECT ON TABLE settlement.webhook_events TO settlement_app;
GRANT SELECT ON TABLE settlement.webhook_events TO settlement_auditor;

GRANT SELECT,INSERT ON TABLE settlement.webhook_hours TO settlement_app;
GRANT SELECT ON TABLE settlement.webhook_hours TO settlement_auditor;

GRANT UPDATE(delivered) ON TABLE settlement.webhook_hours TO settlement_app;

GRANT UPDATE(failed) ON TABLE settlement.webhook_hours TO settlement_app;

GRANT SELECT ON TABLE settlement.webhook_outbox TO settlement_app;
GRANT SELECT ON TABLE settlement.webhook_outbox TO settlement_auditor;

GRANT SELECT ON TABLE settlement.webhook_sequences TO settlement_auditor;


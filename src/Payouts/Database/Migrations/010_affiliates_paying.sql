-- Where affiliates are paid, their payouts on a chain, and a person's word on a commission.
--
-- A payout on a chain is a row of payouts like any other: the same worker settles it by the same laws. Its account belongs to
-- the affiliate. It is funded with exactly the payout's amount in the commit that asks for it, and gives that back in the commit
-- that releases it: between payouts the account is empty.
--
-- Writers: the functions below only.

-- How to reach an affiliate: for the files of PayPal and Wise, and the wallet that pay_affiliate_payout pays to.
CREATE TABLE affiliate_payees (
  affiliate_id text        PRIMARY KEY CHECK (length(affiliate_id) BETWEEN 1 AND 200),
  name         text        CHECK (length(name) BETWEEN 1 AND 200),
  email        text        CHECK (length(email) BETWEEN 3 AND 254),
  network      text        CHECK (network ~ '^[a-z0-9-]{1,32}$'),
  address      text        CHECK (length(address) BETWEEN 20 AND 128),
  told_by      text        NOT NULL,
  told_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT wallet_is_whole CHECK ((network IS NULL) = (address IS NULL))
);

-- Which payout on a chain pays which payout of an affiliate. outcome is null while it may still pay.
CREATE TABLE affiliate_chain_payouts (
  payout_id           uuid        PRIMARY KEY REFERENCES payouts,
  affiliate_payout_id uuid        NOT NULL REFERENCES affiliate_payouts,
  outcome             text        CHECK (outcome IN ('paid', 'not_paid')),
  asked_by            text        NOT NULL,
  asked_at            timestamptz NOT NULL DEFAULT now()
);
-- The law against paying an affiliate twice: one payout on a chain at most, and never again once it paid.
CREATE UNIQUE INDEX ux_affiliate_payout_on_chain_once ON affiliate_chain_payouts (affiliate_payout_id)
  WHERE outcome IS NULL OR outcome = 'paid';
CREATE INDEX ix_affiliate_chain_payouts ON affiliate_chain_payouts (affiliate_payout_id, asked_at);

CREATE TRIGGER chain_payouts_are_kept BEFORE DELETE ON affiliate_chain_payouts FOR EACH ROW EXECUTE FUNCTION forbid();
CREATE TRIGGER chain_payouts_are_never_truncated BEFORE TRUNCATE ON affiliate_chain_payouts
  FOR EACH STATEMENT EXECUTE FUNCTION forbid();

-- It pays exactly what is approved, from the affiliate's own account, dollars with dollars: 1 cent is 10,000 micro-units.
CREATE FUNCTION guard_chain_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
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
CREATE TRIGGER guard_chain_payout BEFORE INSERT OR UPDATE ON affiliate_chain_payouts
  FOR EACH ROW EXECUTE FUNCTION guard_chain_payout();

-- At commit: what the chain paid is marked as paid.
CREATE FUNCTION chain_payout_reaches_its_affiliate() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM affiliate_payouts a WHERE a.id = NEW.affiliate_payout_id AND a.status = 'paid') THEN
    RAISE EXCEPTION 'payout % of an affiliate was paid on a chain, and does not say so', NEW.affiliate_payout_id
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chain_payout_reaches_its_affiliate AFTER UPDATE OF outcome ON affiliate_chain_payouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.outcome = 'paid') EXECUTE FUNCTION chain_payout_reaches_its_affiliate();

-- At commit: money that came for an affiliate has a payout of that affiliate which it pays.
CREATE FUNCTION fund_has_its_affiliate() RETURNS trigger LANGUAGE plpgsql SET search_path = settlement, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM affiliate_chain_payouts c WHERE c.payout_id = NEW.payout_id) THEN
    RAISE EXCEPTION 'payout % was funded, and pays no affiliate', NEW.payout_id USING ERRCODE = '23514', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fund_has_its_affiliate AFTER INSERT ON ledger_transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'fund') EXECUTE FUNCTION fund_has_its_affiliate();

-- In the commit that ends a payout, whoever ends it: what it was to pay is marked as paid with its hash, or is payable again.
-- A refund that is held waits here too: the chain has not spoken.
CREATE FUNCTION conclude_chain_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
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
CREATE TRIGGER conclude_chain_payout AFTER UPDATE ON payouts FOR EACH ROW
  WHEN (NEW.completed_at IS NOT NULL AND NOT NEW.refund_held AND (OLD.completed_at IS NULL OR OLD.refund_held))
  EXECUTE FUNCTION conclude_chain_payout();

-- Writes down how to reach an affiliate. What was under way goes where it was sent.
CREATE FUNCTION tell_affiliate_payee(p_affiliate text, p_name text, p_email text, p_network text, p_address text, p_actor text,
                                     p_request_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
BEGIN
  INSERT INTO affiliate_payees AS y (affiliate_id, name, email, network, address, told_by)
  VALUES (p_affiliate, p_name, p_email, p_network, p_address, p_actor)
  ON CONFLICT (affiliate_id) DO UPDATE
     SET name = p_name, email = p_email, network = p_network, address = p_address, told_by = p_actor, told_at = now();
  INSERT INTO audit_log (actor, action, target, detail, request_id)
  VALUES (p_actor, 'affiliate_payee', p_affiliate, jsonb_build_object('network', p_network, 'address', p_address), p_request_id);
END $$;

-- Asks for a payout on a chain of everything that an approved payout owes. Asking again while it is under way changes nothing.
-- outcome: accepted | in_flight (chain_payout is under way) | refused (its status does not allow it, or there is nothing to pay)
--          stale (it is no longer at p_version) | currency (it is not in dollars) | missing
--          payable (it could be paid, but no network was named; nothing was written)
CREATE FUNCTION pay_affiliate_payout(p_id uuid, p_payout uuid, p_network text, p_address text, p_asset_address text,
                                     p_asset_decimals smallint, p_version int, p_actor text, p_request_id text,
                                     OUT outcome text, OUT status text, OUT external_ref text, OUT chain_payout uuid, OUT version int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
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

-- Ends a commission's hold early, holds it, lets go of it, or refuses it for ever. It leaves a payout that is not approved yet.
-- outcome: moved | unchanged | refused (it is reversed, rejected, in an approved payout, or a reversal) | missing
CREATE FUNCTION judge_commission(p_id uuid, p_becomes text, p_reason text, p_actor text, p_request_id text, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = settlement, pg_temp AS $$
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

REVOKE EXECUTE ON FUNCTION guard_chain_payout, chain_payout_reaches_its_affiliate, fund_has_its_affiliate, conclude_chain_payout,
  tell_affiliate_payee, pay_affiliate_payout, judge_commission FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_affiliate_payee, pay_affiliate_payout, judge_commission TO settlement_app;
GRANT SELECT ON affiliate_payees, affiliate_chain_payouts TO settlement_app, settlement_auditor;

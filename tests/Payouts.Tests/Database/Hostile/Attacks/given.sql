-- Complete writes with one thing to get wrong. They run with the rights of whoever calls them.
CREATE SCHEMA attack;
GRANT USAGE ON SCHEMA attack TO PUBLIC;

-- Stores a payout with its event and its reserve.
CREATE FUNCTION attack.accept(id uuid DEFAULT '00000000-0000-0000-0000-00000000000a', amount bigint DEFAULT 5, reserved bigint DEFAULT -1,
  network text DEFAULT 'solana', address text DEFAULT repeat('A', 40), asset text DEFAULT 'USDC', decimals int DEFAULT 6,
  reference text DEFAULT 'r', account bigint DEFAULT {account}, status text DEFAULT 'requested', token bigint DEFAULT 0,
  event text DEFAULT 'requested')
RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
BEGIN
  INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals, client_reference,
                       status, lease_token)
  VALUES (accept.id, {user}, account, amount, accept.network, accept.address, accept.asset, 'mint', decimals, reference, accept.status, token);
  IF event IS NOT NULL THEN PERFORM attack.record(accept.id, CASE event WHEN 'requested' THEN accept.status ELSE event END); END IF;
  IF reserved IS NOT NULL THEN PERFORM attack.reserve(accept.id, CASE reserved WHEN -1 THEN amount ELSE reserved END); END IF;
END $$;

-- Stores a payout that asks for another again.
CREATE FUNCTION attack.retry(what uuid, id uuid DEFAULT '00000000-0000-0000-0000-00000000000c', amount bigint DEFAULT NULL,
  network text DEFAULT NULL, address text DEFAULT NULL, whose uuid DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
BEGIN
  INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals, retry_of)
  SELECT retry.id, coalesce(whose, p.user_id), coalesce((SELECT a.id FROM accounts a WHERE a.user_id = whose), p.account_id),
         coalesce(amount, p.amount_micro), coalesce(retry.network, p.network), coalesce(retry.address, p.address), p.asset, 'mint', 6, what
    FROM payouts p WHERE p.id IN (what, {failed}) ORDER BY p.id = what DESC LIMIT 1;
  PERFORM attack.record(retry.id, 'requested');
  PERFORM attack.reserve(retry.id, (SELECT p.amount_micro FROM payouts p WHERE p.id = retry.id));
END $$;

CREATE FUNCTION attack.reserve(payout uuid, amount bigint) RETURNS void LANGUAGE sql SET search_path = settlement AS $$
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  SELECT 'reserve', p.account_id, {paid}, amount, p.id FROM payouts p WHERE p.id = payout;
$$;

CREATE FUNCTION attack.record(payout uuid, what text) RETURNS void LANGUAGE sql SET search_path = settlement AS $$
  INSERT INTO payout_events (payout_id, version, action, actor) SELECT p.id, p.version, what, 'worker' FROM payouts p WHERE p.id = payout;
$$;

-- Changes a payout's status, with its event.
CREATE FUNCTION attack.ends(payout uuid, becomes text, more text) RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
BEGIN
  EXECUTE format('UPDATE payouts SET status = %L, %s WHERE id = %L', becomes, more, payout);
  PERFORM attack.record(payout, becomes);
END $$;

-- Stores a transaction with its rider and its bytes.
CREATE FUNCTION attack.store(network text DEFAULT 'ethereum', sender text DEFAULT 'ethereum-wallet', nonce numeric DEFAULT 1,
  height bigint DEFAULT NULL, payout uuid DEFAULT {evm_free}, token bigint DEFAULT -1, seat int DEFAULT 0,
  hash text DEFAULT repeat('y', 32), due timestamptz DEFAULT now(), max_fee numeric DEFAULT 1000, tip numeric DEFAULT 100)
RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
DECLARE v_id bigint;
BEGIN
  INSERT INTO chain_transactions (network, sender, nonce, last_valid_block_height, due_at)
  VALUES (store.network, store.sender, store.nonce, height, due) RETURNING id INTO v_id;
  IF payout IS NOT NULL THEN
    INSERT INTO transaction_payouts (transaction_id, position, payout_id, payout_token)
    SELECT v_id, seat, p.id, CASE token WHEN -1 THEN p.lease_token ELSE token END FROM payouts p WHERE p.id = payout;
  END IF;
  IF store.hash IS NOT NULL THEN
    PERFORM attack.attempt(v_id, 1, store.network, store.hash, 'x', store.nonce, 1, store.sender, 'payment', store.max_fee, store.tip);
  END IF;
END $$;

CREATE FUNCTION attack.attempt(tx bigint, sequence int DEFAULT 2, network text DEFAULT 'ethereum', hash text DEFAULT repeat('z', 32),
  bytes bytea DEFAULT 'x', nonce numeric DEFAULT 0, lease bigint DEFAULT 1, signer text DEFAULT 'ethereum-wallet', kind text DEFAULT 'payment',
  max_fee numeric DEFAULT 1100, tip numeric DEFAULT 110)
RETURNS void LANGUAGE sql SET search_path = settlement AS $$
  INSERT INTO attempts (transaction_id, sequence, network, hash, bytes, nonce, kind, max_fee, tip, lease_token, terms, signed_by)
  VALUES (tx, sequence, network, hash, bytes, nonce, kind, max_fee, tip, lease, '{}', signer);
$$;

-- Asks something of a transaction.
CREATE FUNCTION attack.asks(tx bigint, what text) RETURNS void LANGUAGE sql SET search_path = settlement AS $$
  UPDATE chain_transactions SET asked = what, asked_at = CASE WHEN what IS NOT NULL THEN now() END,
         asked_by = CASE WHEN what IS NOT NULL THEN 'operator' END WHERE id = tx;
$$;

-- Decides a transaction and its riders.
CREATE FUNCTION attack.decides(tx bigint, becomes text, ride text, proof jsonb DEFAULT '{}', evidence jsonb DEFAULT '{}',
  hash text DEFAULT '-', also text DEFAULT 'position = position')
RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
BEGIN
  UPDATE chain_transactions t
     SET state = becomes, decided_at = CASE WHEN decides.proof IS NOT NULL THEN now() END, proof = decides.proof,
         landed_hash = CASE WHEN becomes <> 'landed' THEN NULL WHEN hash <> '-' OR hash IS NULL THEN hash
                            ELSE (SELECT a.hash FROM attempts a WHERE a.transaction_id = tx ORDER BY a.sequence DESC LIMIT 1) END
   WHERE t.id = tx;
  IF also = 'position = position' THEN
    UPDATE transaction_payouts SET outcome = ride, evidence = decides.evidence WHERE transaction_id = tx;
  ELSE
    EXECUTE format('UPDATE transaction_payouts SET outcome = %L, %s WHERE transaction_id = %s', ride, also, tx);
  END IF;
END $$;

-- Invoices: one is open, one is covered, one is closed, and one is more than the user has.
SELECT register_invoice('invoice', {user}, 5, 'operator', NULL), register_invoice('covered', {user}, 5, 'operator', NULL),
       register_invoice('closed', {user}, 5, 'operator', NULL), register_invoice('dear', {user}, 3000000000, 'operator', NULL);
SELECT spend_on_invoice({user}, 'covered', 5, NULL), close_invoice('closed', 'operator', NULL);

-- Addresses: one in the book, one that was removed from it.
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at)
VALUES ('00000000-0000-0000-0000-0000000000a1', {user}, 'kept', 'ethereum', '0x' || repeat('Ab', 20), now()),
       ('00000000-0000-0000-0000-0000000000a2', {user}, 'gone', 'solana', repeat('G', 40), now());
UPDATE payout_addresses SET removed_at = now() WHERE label = 'gone';

-- Affiliates: ann has a payout that is paid, approved, pending and void; what bob was paid is partly owed again.
SELECT ingest_commission({ann_january},  'ann', 'EUR', 100, 'ann-1', '2026-01-10', NULL, 'system', NULL),
       ingest_commission({ann_february}, 'ann', 'EUR', 200, 'ann-2', '2026-02-10', NULL, 'system', NULL),
       ingest_commission({ann_march},    'ann', 'EUR', 300, 'ann-3', '2026-03-10', NULL, 'system', NULL),
       ingest_commission({ann_dropped},  'ann', 'EUR', 400, 'ann-4', '2026-04-10', NULL, 'system', NULL),
       ingest_commission({ann_free},     'ann', 'EUR', 500, 'ann-5', '2026-05-10', NULL, 'system', NULL),
       ingest_commission({ann_rejected}, 'ann', 'EUR', 600, 'ann-6', '2026-06-10', NULL, 'system', NULL),
       ingest_commission({ann_by_hand},  'ann', 'EUR', 700, 'ann-7', '2026-06-10', now() + interval '9 days', 'system', NULL),
       ingest_commission({ann_young},    'ann', 'EUR', 800, 'ann-8', '2026-06-10', now() + interval '9 days', 'system', NULL),
       ingest_commission({cid_january},  'cid', 'EUR', 100, 'cid-1', '2026-01-10', NULL, 'system', NULL),
       ingest_commission({bob_january},  'bob', 'EUR', 100, 'bob-1', '2026-01-10', NULL, 'system', NULL),
       ingest_commission({bob_february}, 'bob', 'EUR',  40, 'bob-2', '2026-02-10', NULL, 'system', NULL);
SELECT create_affiliate_payout({paid_to_ann},     'ann', 'EUR', '2026-01-01', '2026-02-01', 'system', NULL),
       create_affiliate_payout({approved_for_ann}, 'ann', 'EUR', '2026-02-01', '2026-03-01', 'system', NULL),
       create_affiliate_payout({pending_for_ann}, 'ann', 'EUR', '2026-03-01', '2026-04-01', 'system', NULL),
       create_affiliate_payout({paid_to_cid},     'cid', 'EUR', '2026-01-01', '2026-02-01', 'system', NULL),
       create_affiliate_payout({paid_to_bob},     'bob', 'EUR', '2026-01-01', '2026-02-01', 'system', NULL);
SELECT judge_commission({ann_rejected}, 'rejected', NULL, 'system', NULL), judge_commission({ann_by_hand}, 'approved', NULL, 'system', NULL);
SELECT move_affiliate_payout(id, 'approved', NULL, 'system', NULL)
  FROM affiliate_payouts WHERE id IN ({paid_to_ann}, {approved_for_ann}, {paid_to_bob}, {paid_to_cid});
SELECT move_affiliate_payout(id, 'paid', 'transfer-1', 'system', NULL) FROM affiliate_payouts
 WHERE id IN ({paid_to_ann}, {paid_to_bob}, {paid_to_cid});
SELECT reverse_commission({ann_dropped}, gen_random_uuid(), NULL, 'system', NULL);
SELECT reverse_commission({bob_january}, {bob_reversal}, NULL, 'system', NULL);
SELECT create_affiliate_payout({owed_by_bob}, 'bob', 'EUR', '2026-02-01', '2026-03-01', 'system', NULL);
SELECT reverse_commission({cid_january}, gen_random_uuid(), NULL, 'system', NULL);
SELECT create_affiliate_payout({forgiven_to_cid}, 'cid', 'EUR', '2026-02-01', '2026-03-01', 'system', NULL);
SELECT move_affiliate_payout({forgiven_to_cid}, 'written_off', NULL, 'system', NULL);
INSERT INTO api_tokens (token_hash, name, scopes, expires_at)
VALUES (decode(repeat('ab', 32), 'hex'), 'console', '{}', now() + interval '1 day');
SELECT tell_affiliate_payee('ann', 'Ann', 'ann@example.com', 'solana', repeat('A', 40), 'system', NULL);

-- Stores a payout from an affiliate's account with its event, its fund and its reserve, and what it pays.
CREATE FUNCTION attack.for_affiliate(amount bigint, pays uuid, account bigint DEFAULT {affiliate_account})
RETURNS void LANGUAGE plpgsql SET search_path = settlement AS $$
DECLARE v_id CONSTANT uuid := '00000000-0000-0000-0000-00000000000c';
BEGIN
  INSERT INTO payouts (id, user_id, account_id, amount_micro, network, address, asset, asset_address, asset_decimals)
  SELECT v_id, a.user_id, a.id, amount, 'solana', repeat('A', 40), 'USDC', 'mint', 6 FROM accounts a WHERE a.id = account;
  INSERT INTO payout_events (payout_id, version, action, actor) VALUES (v_id, 1, 'requested', 'system');
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  SELECT 'fund', c.id, account, amount, v_id FROM accounts c WHERE c.kind = 'commissions';
  INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, payout_id)
  VALUES ('reserve', account, {paid}, amount, v_id);
  IF pays IS NOT NULL THEN
    INSERT INTO affiliate_chain_payouts (payout_id, affiliate_payout_id, asked_by) VALUES (v_id, pays, 'system');
  END IF;
END $$;

-- Two endpoints that are switched off, and a message that waits for one of them.
INSERT INTO webhook_endpoints (id, url, event_types, secret, enabled, disabled_reason, disabled_at, created_by)
VALUES ({hook}, 'https://hooks.example/1', '{*}', 'sealed', false, 'operator', now(), 'operator'),
       ({hook_two}, 'https://hooks.example/2', '{*}', 'sealed', false, 'operator', now(), 'operator');
INSERT INTO webhook_sequences VALUES ({requested}, 1);
INSERT INTO webhook_events (id, type, subject_id, sequence, payload, occurred_at)
VALUES ({hook_event}, 'payout.requested', {requested}, 1, '{}', now());
INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES ({hook}, {hook_event});

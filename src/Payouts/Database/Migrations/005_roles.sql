-- Who may do what. Log-in roles are made by whoever runs the database and are members of one of these groups.
--
-- settlement_app: API and worker. No DELETE, no TRUNCATE, no write to the ledger, the accounts, the rewards; attempts and
-- history are insert-only. settlement_auditor: reads.

-- Roles belong to the server, not to this database: another database may be migrated at the same time.
DO $$ BEGIN
  BEGIN CREATE ROLE settlement_app     NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  BEGIN CREATE ROLE settlement_auditor NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
END $$;

GRANT USAGE ON SCHEMA settlement TO settlement_app, settlement_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA settlement TO settlement_app, settlement_auditor;
REVOKE SELECT ON sessions FROM settlement_auditor;

GRANT UPDATE (status, settled_by, tx_hash, failure_code, note, internal_note, completed_at, refund_held, conflict_at,
              due_at, lease_token, lease_owner, failed_rides, take_ups, park_reason, park_detail, parked_at,
              held_at, held_by, hold_reason, approved_at, approved_by) ON payouts TO settlement_app;
GRANT INSERT ON pauses, sessions TO settlement_app;
-- By column: numbers and times are the database's own, and only accept_payout() says which payout a key stands for.
GRANT INSERT (principal, route, key, request_hash, status_code, body) ON idempotency_keys TO settlement_app;
GRANT INSERT (payout_id, version, action, actor, reason, evidence, request_id) ON payout_events TO settlement_app;
GRANT INSERT (actor, action, target, reason, detail, request_id) ON audit_log TO settlement_app;
GRANT INSERT (network, address, next_nonce) ON wallets TO settlement_app;
GRANT INSERT (network, sender, nonce, last_valid_block_height, due_at, safe_after, lease_owner) ON chain_transactions TO settlement_app;
GRANT INSERT (transaction_id, position, payout_id, payout_token) ON transaction_payouts TO settlement_app;
GRANT INSERT (transaction_id, sequence, network, hash, bytes, nonce, kind, max_fee, tip, lease_token, terms, signed_by) ON attempts TO settlement_app;
GRANT INSERT (transaction_id, hash, outcome, reason) ON broadcast_notes TO settlement_app;
GRANT UPDATE (state, landed_hash, proof, decided_at, decided_by, due_at, lease_token, lease_owner, observations, included, last_observation,
              observed_at, asked, asked_at, asked_by)
  ON chain_transactions TO settlement_app;
GRANT UPDATE (outcome, evidence, cancel_asked_by, cancel_note) ON transaction_payouts TO settlement_app;
GRANT UPDATE (frozen, frozen_reason, frozen_at) ON wallets TO settlement_app;
GRANT UPDATE (reason, paused_by, paused_at) ON pauses TO settlement_app;
GRANT DELETE ON pauses TO settlement_app;           -- the one exception: resuming removes the switch; audit_log keeps the story
GRANT UPDATE (revoked_at, expires_at) ON sessions TO settlement_app;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA settlement FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_payout, ingest_reward, lock_accounts_of TO settlement_app;

-- The scheduler's own tables hold no money; the worker provisions them itself.
CREATE SCHEMA IF NOT EXISTS quartz;
GRANT USAGE, CREATE ON SCHEMA quartz TO settlement_app;

-- Who may do what. Log-in roles are made by whoever runs the database and are members of one of these groups.
--
-- settlement_app: API and worker. No DELETE, no TRUNCATE, no write to the ledger, the accounts, the rewards; attempts and
-- history are insert-only. settlement_auditor: reads.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'settlement_app')     THEN CREATE ROLE settlement_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'settlement_auditor') THEN CREATE ROLE settlement_auditor NOLOGIN; END IF;
END $$;

GRANT USAGE ON SCHEMA settlement TO settlement_app, settlement_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA settlement TO settlement_app, settlement_auditor;
REVOKE SELECT ON sessions FROM settlement_auditor;

GRANT UPDATE (status, settled_by, tx_hash, failure_code, note, internal_note, completed_at, refund_held, conflict_at,
              due_at, lease_token, lease_owner, failed_rides, park_reason, park_detail, parked_at) ON payouts TO settlement_app;
GRANT INSERT ON payout_events, audit_log, broadcast_notes, attempts, chain_transactions, transaction_payouts, wallets,
                pauses, sessions, idempotency_keys TO settlement_app;
GRANT UPDATE (state, landed_hash, proof, decided_at, due_at, lease_token, lease_owner, observations, last_observation)
  ON chain_transactions TO settlement_app;
GRANT UPDATE (outcome, evidence) ON transaction_payouts TO settlement_app;
GRANT UPDATE (frozen, frozen_reason, frozen_at) ON wallets TO settlement_app;
GRANT UPDATE (reason, paused_by, paused_at) ON pauses TO settlement_app;
GRANT DELETE ON pauses TO settlement_app;           -- the one exception: resuming removes the switch; audit_log keeps the story
GRANT UPDATE (revoked_at, expires_at) ON sessions TO settlement_app;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA settlement FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_payout, ingest_reward, lock_accounts_of TO settlement_app;

-- The scheduler's own tables hold no money; the worker provisions them itself.
CREATE SCHEMA IF NOT EXISTS quartz;
GRANT USAGE, CREATE ON SCHEMA quartz TO settlement_app;

-- Attacks on assets and accounts: 001_ledger.sql.

-- An asset has an impossible code
--   refused by assets_code_check (23514)
INSERT INTO assets
VALUES ('usd coin');

-- An asset exists twice
--   refused by assets_pkey (23505)
INSERT INTO assets
VALUES ('USDC');

-- An account is of no known kind
--   refused by accounts_kind_check (23514)
INSERT INTO accounts (kind, asset)
VALUES ('bank', 'USDC');

-- A user's account has no user
--   refused by user_account_has_user (23514)
INSERT INTO accounts (kind, asset)
VALUES ('user', 'USDC');

-- An account holds an unknown asset
--   refused by accounts_asset_fkey (23503)
INSERT INTO accounts (kind, asset)
VALUES ('paid', 'DOGE');

-- A user has two accounts
--   refused by ux_accounts_user (23505)
INSERT INTO accounts (kind, user_id, asset)
VALUES ('user', {user}, 'USDC');

-- There are two accounts of what was paid
--   refused by ux_accounts_system (23505)
INSERT INTO accounts (kind, asset)
VALUES ('paid', 'USDC');

-- Two accounts have one id
--   refused by accounts_pkey (23505)
INSERT INTO accounts (id, kind, user_id, asset) OVERRIDING SYSTEM VALUE
VALUES ({account}, 'user', gen_random_uuid(), 'USDC');

-- A new account starts with money
--   refused by guard_new_account (23514)
INSERT INTO accounts (kind, user_id, asset, posted_micro)
VALUES ('user', gen_random_uuid(), 'USDC', 5);

-- A balance is raised by hand
--   refused by guard_account (42501)
UPDATE accounts SET posted_micro = posted_micro + 1 WHERE id = {account};

-- A reservation is dropped by hand
--   refused by guard_account (42501)
UPDATE accounts SET reserved_micro = 0 WHERE id = {account};

-- An account changes hands
--   refused by guard_account (42501)
UPDATE accounts SET user_id = gen_random_uuid() WHERE id = {account};

-- A balance goes below zero by hand
--   refused by balance_never_negative (23514)
--   behind guard_account (42501)
UPDATE accounts SET posted_micro = -1, reserved_micro = -1 WHERE id = {account};

-- More is reserved than is there
--   refused by balance_never_negative (23514)
--   behind guard_account (42501)
UPDATE accounts SET reserved_micro = posted_micro + 1 WHERE id = {account};

-- A system account keeps a balance
--   refused by system_account_is_not_kept (23514)
--   behind guard_account (42501)
UPDATE accounts SET posted_micro = 5 WHERE id = {paid};

-- An account disappears
--   refused by accounts_are_kept (42501)
INSERT INTO accounts (kind, user_id, asset)
VALUES ('user', '00000000-0000-0000-0000-00000000000a', 'USDC');
DELETE FROM accounts WHERE user_id = '00000000-0000-0000-0000-00000000000a';

-- All accounts disappear
--   refused by accounts_are_never_truncated (42501)
--   without it rewards_are_never_truncated
TRUNCATE accounts CASCADE;

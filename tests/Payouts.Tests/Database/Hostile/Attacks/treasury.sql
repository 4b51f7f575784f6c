-- Attacks on what the hot wallets hold: 011_treasury.sql.

-- A wallet holds less than nothing
--   refused by wallet_holdings_asset_base_units_check (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', -1, 0);

-- A wallet owes the network
--   refused by wallet_holdings_native_base_units_check (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 0, -1);

-- A wallet holds nothing in particular
--   refused by wallet_holdings_asset_address_check (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', ' ', 0, 0);

-- Nobody's wallet holds something
--   refused by wallet_holdings_network_sender_fkey (23503)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'nobody', 'mint', 0, 0);

-- A wallet holds two amounts of one asset
--   refused by wallet_holdings_pkey (23505)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 1, 1), ('solana', 'solana-wallet', 'mint', 2, 2);

-- Less than nothing came in
--   refused by wallet_holdings_received_base_units_check (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 1, 1);
UPDATE wallet_holdings SET received_base_units = -1;

-- Nothing is missing, since a while
--   refused by missing_has_since (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 1, 1);
UPDATE wallet_holdings SET missing_since = now(), compared_at = now();

-- So much as nothing is missing
--   refused by wallet_holdings_missing_base_units_check (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 1, 1);
UPDATE wallet_holdings SET missing_base_units = 0, missing_since = now(), compared_at = now();

-- Something is missing that nobody looked for
--   refused by missing_was_compared (23514)
--   the application meets the same
INSERT INTO wallet_holdings (network, sender, asset_address, asset_base_units, native_base_units)
VALUES ('solana', 'solana-wallet', 'mint', 1, 1);
UPDATE wallet_holdings SET missing_base_units = 1, missing_since = now();

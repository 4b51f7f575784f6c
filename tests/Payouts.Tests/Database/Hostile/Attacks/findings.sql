-- Attacks on what a look finds: 012_findings.sql.

-- A payout that has ended is stuck
--   refused by guard_stuck_payout (23514)
--   the application meets the same
INSERT INTO stuck_payouts (payout_id) VALUES ({sent});

-- A payout is stuck twice
--   refused by stuck_payouts_pkey (23505)
--   the application meets the same
INSERT INTO stuck_payouts (payout_id) VALUES ({requested}), ({requested});

-- A payout that nobody asked for is stuck
--   refused by stuck_payouts_payout_id_fkey (23503)
--   the application meets the same
INSERT INTO stuck_payouts (payout_id) VALUES (gen_random_uuid());

-- A wallet runs low of nothing in particular
--   refused by low_funds_coin_check (23514)
--   the application meets the same
INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units) VALUES ('solana', 'solana-wallet', ' ', 2, 1);

-- Nobody's wallet runs low
--   refused by low_funds_network_sender_fkey (23503)
--   the application meets the same
INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units) VALUES ('solana', 'nobody', 'native', 2, 1);

-- A mark is crossed twice
--   refused by low_funds_pkey (23505)
--   the application meets the same
INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units)
VALUES ('solana', 'solana-wallet', 'native', 2, 1), ('solana', 'solana-wallet', 'native', 2, 0);

-- A wallet that holds its mark is low
--   refused by low_is_below_the_mark (23514)
--   the application meets the same
INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units) VALUES ('solana', 'solana-wallet', 'native', 2, 2);

-- A low wallet owes the network
--   refused by low_is_below_the_mark (23514)
--   the application meets the same
INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units) VALUES ('solana', 'solana-wallet', 'native', 2, -1);

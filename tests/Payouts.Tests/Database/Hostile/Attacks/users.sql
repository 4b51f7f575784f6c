-- Attacks on invoices, on payouts that are asked for again, and on users' addresses: 008_users.sql.

-- An invoice has an impossible id
--   refused by invoices_id_check (23514)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('in voice', {account}, 5, 'operator');

-- An invoice is known twice
--   refused by invoices_pkey (23505)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('invoice', {account}, 6, 'operator');

-- An invoice is of nothing
--   refused by invoices_amount_micro_check (23514)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('x', {account}, 0, 'operator');

-- An invoice is in a wrong unit
--   refused by invoices_amount_micro_check (23514)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('x', {account}, 1000000000000001, 'operator');

-- An invoice is made out to nobody
--   refused by invoices_account_id_fkey (23503)
INSERT INTO invoices (id, account_id, amount_micro, recorded_by) VALUES ('x', -1, 5, 'operator');

-- An invoice that nobody knows is covered
--   refused by spend_equals_its_invoice (23503)
--   without it spend_covers_an_open_invoice
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 5, 'unknown');

-- An invoice is covered in part
--   refused by spend_equals_its_invoice (23503)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 4, 'invoice');

-- An invoice is covered from another user's balance
--   refused by spend_equals_its_invoice (23503)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {other}, {spent}, 5, 'invoice');

-- A closed invoice is covered
--   refused by spend_covers_an_open_invoice (23514)
INSERT INTO ledger_transfers (kind, debit_account_id, credit_account_id, amount_micro, reference)
VALUES ('spend', {account}, {spent}, 5, 'closed');

-- A covered invoice is closed
--   refused by guard_invoice (23514)
UPDATE invoices SET closed_at = now() WHERE id = 'covered';

-- An invoice changes its total
--   refused by guard_invoice (42501)
--   the rule: NEW.amount_micro, => OLD.amount_micro,
UPDATE invoices SET amount_micro = 6 WHERE id = 'invoice';

-- An invoice is made out to another user
--   refused by guard_invoice (42501)
--   the rule: NEW.account_id, => OLD.account_id,
UPDATE invoices SET account_id = {other} WHERE id = 'invoice';

-- A closed invoice opens again
--   refused by guard_invoice (42501)
--   the rule: OR OLD.closed_at IS NOT NULL => OR false
UPDATE invoices SET closed_at = NULL WHERE id = 'closed';

-- An invoice disappears
--   refused by invoices_are_kept (42501)
DELETE FROM invoices WHERE id = 'invoice';

-- All invoices disappear
--   refused by invoices_are_never_truncated (42501)
--   without it transfers_are_never_truncated
TRUNCATE invoices CASCADE;

-- A payout under way is asked for again
--   refused by guard_retry (23514)
SELECT attack.retry({requested});

-- A sent payout is asked for again
--   refused by guard_retry (23514)
SELECT attack.retry({sent});

-- A payout that may still be paid is asked for again
--   refused by guard_retry (23514)
--   the rule: AND NOT f.refund_held => AND true
SELECT attack.retry({held});

-- A payout that was paid after all is asked for again
--   refused by guard_retry (23514)
--   the rule: AND f.conflict_at IS NULL => AND true
SELECT attack.decides({held_tx}, 'landed', 'paid');
UPDATE payouts SET refund_held = false, conflict_at = now(), tx_hash = {held_hash} WHERE id = {held};
INSERT INTO payout_events (payout_id, version, action, actor) SELECT id, version, 'conflict', 'worker' FROM payouts WHERE id = {held};
SELECT attack.retry({held});

-- A payout to whom nobody can pay is asked for again
--   refused by guard_retry (23514)
--   the rule: AND failure_is_retryable(f.failure_code) => AND true
SELECT attack.accept();
SELECT attack.ends('00000000-0000-0000-0000-00000000000a', 'failed',
                   $$settled_by = 'operator', failure_code = 'destination_blocked', completed_at = now()$$);
SELECT attack.retry('00000000-0000-0000-0000-00000000000a');

-- A payout is asked for again with another amount
--   refused by guard_retry (23514)
--   the rule: NEW.amount_micro, => f.amount_micro,
SELECT attack.retry({failed}, amount => 11000000);

-- A payout is asked for again to another address
--   refused by guard_retry (23514)
--   the rule: NEW.address, => f.address,
SELECT attack.retry({failed}, address => repeat('B', 40));

-- A payout is asked for again on another network
--   refused by guard_retry (23514)
--   the rule: NEW.network, => f.network,
SELECT attack.retry({failed}, network => 'polygon');

-- A user asks for another's payout again
--   refused by guard_retry (23514)
--   the rule: (NEW.user_id, => (f.user_id,
--   without it balance_never_negative
SELECT attack.retry({failed}, whose => (SELECT user_id FROM accounts WHERE id = {other}));

-- A payout that nobody stored is asked for again
--   refused by payouts_retry_of_fkey (23503)
--   behind guard_retry (23514)
SELECT attack.retry(gen_random_uuid());

-- A payout is asked for again twice
--   refused by ux_payouts_one_live_retry (23505)
SELECT attack.retry({failed});
SELECT attack.retry({failed}, '00000000-0000-0000-0000-00000000000d');

-- A payout asks for another one than it did
--   refused by guard_payout (42501)
--   the rule: NEW.retry_of, => OLD.retry_of,
UPDATE payouts SET retry_of = {failed} WHERE id = {requested};

-- An address has no name
--   refused by payout_addresses_label_check (23514)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES (gen_random_uuid(), {user}, '', 'solana', repeat('A', 40), now());

-- An address is on an impossible network
--   refused by payout_addresses_network_check (23514)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES (gen_random_uuid(), {user}, 'x', 'Solana!', repeat('A', 40), now());

-- An address is impossible
--   refused by payout_addresses_address_check (23514)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES (gen_random_uuid(), {user}, 'x', 'solana', 'short', now());

-- Two addresses have one id
--   refused by payout_addresses_pkey (23505)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES ('00000000-0000-0000-0000-0000000000a1', {user}, 'x', 'solana', repeat('A', 40), now());

-- An address is in the book twice, in another case
--   refused by ux_payout_addresses_once (23505)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES (gen_random_uuid(), {user}, 'x', 'ethereum', '0x' || repeat('aB', 20), now());

-- An address was active before it was known
--   refused by address_waits_from_when_it_is_known (23514)
--   the application meets the same
INSERT INTO payout_addresses (id, user_id, label, network, address, active_at) VALUES (gen_random_uuid(), {user}, 'x', 'solana', repeat('A', 40), now() - interval '1 second');

-- An address is blocked without a reason
--   refused by blocked_has_a_reason (23514)
--   the application meets the same
UPDATE payout_addresses SET blocked_at = now() WHERE label = 'kept';

-- An address becomes another one
--   refused by guard_address (42501)
--   the rule: NEW.address, => OLD.address,
UPDATE payout_addresses SET address = repeat('B', 40) WHERE label = 'kept';

-- An address changes hands
--   refused by guard_address (42501)
--   the rule: NEW.user_id, => OLD.user_id,
UPDATE payout_addresses SET user_id = gen_random_uuid() WHERE label = 'kept';

-- An address need not wait any more
--   refused by guard_address (42501)
--   the rule: NEW.active_at) => OLD.active_at)
UPDATE payout_addresses SET active_at = added_at + interval '1 second' WHERE label = 'kept';

-- A removed address comes back without waiting
--   refused by guard_address (42501)
--   the application meets the same
--   the rule: (OLD.removed_at IS NOT NULL AND => (false AND
UPDATE payout_addresses SET removed_at = NULL WHERE label = 'gone';

-- An address is forgotten
--   refused by addresses_are_kept (42501)
DELETE FROM payout_addresses WHERE label = 'gone';

-- All addresses are forgotten
--   refused by addresses_are_never_truncated (42501)
TRUNCATE payout_addresses;

-- Attacks on invoices: 008_users.sql.

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

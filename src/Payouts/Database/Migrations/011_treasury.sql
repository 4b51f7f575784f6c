-- What the hot wallets hold, as a worker last read it, and whether more has left them than payouts took.
--
-- Writers: RecordHoldings (each look), CompareHoldings (each comparison), AcceptHoldings (an operator's word).

CREATE TABLE wallet_holdings (
  network            text          NOT NULL,
  sender             text          NOT NULL,
  asset_address      text          NOT NULL CHECK (btrim(asset_address) <> ''),
  asset_base_units   numeric(39,0) NOT NULL CHECK (asset_base_units >= 0),
  native_base_units  numeric(39,0) NOT NULL CHECK (native_base_units >= 0),   -- wei, lamports
  read_at            timestamptz   NOT NULL DEFAULT now(),

  -- The most that the balance and the payouts that had landed before it was read ever added up to. Only deposits raise it.
  received_base_units numeric(39,0) CHECK (received_base_units >= 0),          -- null: not compared yet, or accepted as it is
  missing_base_units  numeric(39,0) CHECK (missing_base_units > 0),            -- null: all is accounted for
  missing_since       timestamptz,
  compared_at         timestamptz,

  PRIMARY KEY (network, sender, asset_address),
  FOREIGN KEY (network, sender) REFERENCES wallets (network, address),
  CONSTRAINT missing_has_since     CHECK ((missing_base_units IS NULL) = (missing_since IS NULL)),
  CONSTRAINT missing_was_compared  CHECK (missing_since IS NULL OR compared_at IS NOT NULL)
);

GRANT SELECT ON wallet_holdings TO settlement_app, settlement_auditor;
GRANT INSERT (network, sender, asset_address, asset_base_units, native_base_units) ON wallet_holdings TO settlement_app;
GRANT UPDATE (asset_base_units, native_base_units, read_at, received_base_units, missing_base_units, missing_since, compared_at)
  ON wallet_holdings TO settlement_app;

// How the token programs lay out accounts and mints, and how nodes print them.
import { decode58, encode58 } from './base58.mjs';
import { invalidParams } from './errors.mjs';

const TOKEN = decode58('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
const TOKEN_2022 = decode58('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const ACCOUNT_LENGTH = 165;
const ACCOUNT_TYPE = 2;

const same = (a, b) => Buffer.compare(a, b) === 0;
export const isTokenProgram = (key) => same(key, TOKEN) || same(key, TOKEN_2022);

export function readTokenAccount(account) {
  if (!account) return null;
  const program = account.owner();
  if (!isTokenProgram(program)) return null;
  const data = Buffer.from(account.data());
  const initialized = data.length >= ACCOUNT_LENGTH && data[108] !== 0;
  if (!initialized || (data.length > ACCOUNT_LENGTH && data[ACCOUNT_LENGTH] !== ACCOUNT_TYPE)) return null;
  return {
    mint: data.subarray(0, 32), owner: data.subarray(32, 64), amount: data.readBigUInt64LE(64), program,
  };
}

export function readMint(account) {
  if (!account || !isTokenProgram(account.owner())) return null;
  const data = Buffer.from(account.data());
  return data.length < 82 ? null : { supply: data.readBigUInt64LE(36), decimals: data[44] };
}

export function uiAmount(amount, decimals) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const text = decimals
    ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '')
    : digits;
  return { amount: amount.toString(), decimals, uiAmount: Number(text), uiAmountString: text };
}

// The rows of preTokenBalances and postTokenBalances.
export function tokenBalances(accounts, decimalsOf) {
  return accounts.flatMap((account, accountIndex) => {
    const token = readTokenAccount(account);
    if (!token) return [];
    return [{
      accountIndex,
      mint: encode58(token.mint),
      owner: encode58(token.owner),
      programId: encode58(token.program),
      uiTokenAmount: uiAmount(token.amount, decimalsOf(token.mint)),
    }];
  });
}

export function accountJson(account, options) {
  if (!account) return null;
  const encoding = options?.encoding ?? 'base64';
  if (!['base58', 'base64', 'jsonParsed'].includes(encoding)) {
    throw invalidParams(`unsupported encoding: ${encoding}`);
  }
  let data = Buffer.from(account.data());
  const space = data.length;
  const slice = options?.dataSlice;
  if (slice) data = data.subarray(slice.offset, slice.offset + slice.length);
  return {
    // jsonParsed falls back to base64, as nodes do for programs they cannot parse.
    data: encoding === 'base58' ? encode58(data) : [data.toString('base64'), 'base64'],
    executable: account.executable(),
    lamports: Number(account.lamports()),
    owner: encode58(account.owner()),
    rentEpoch: 18446744073709551615n,
    space,
  };
}

// One transaction meets the runtime: landing with its record, the way back, and simulation.
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { encode58 } from './base58.mjs';
import { readMint, tokenBalances } from './tokens.mjs';
import { feeOf, isWritable } from './wire.mjs';

const MEMO_PROGRAMS = [
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
];

// As objects, the records of a long load run would fill the memory.
const PACKING = { level: 1, windowBits: 12, memLevel: 5 };

// A part of a pooled buffer would keep the whole pool in memory.
const ownCopy = (bytes) => Buffer.from(new Uint8Array(bytes).buffer);

export const metaOf = (record) => JSON.parse(zlib.inflateRawSync(record.packedMeta));

// The record of the landed transaction, or null when it never enters a block: a duplicate, an expired block
// hash, a payer without lamports. Such transactions vanish without a trace, as on a real chain.
export function execute(chain, transaction) {
  const messageHash = hashOf(transaction);
  if (chain.history.findMessage(messageHash)) {
    chain.counters.duplicates++;
    return null;
  }
  const { runtime } = chain;
  const keys = resolveKeys(runtime, transaction);
  const before = keys.all.map((key) => runtime.account(key));
  const knownBlockhash = chain.isFresh(transaction.blockhash);
  const result = runtime.execute(transaction.bytes, { knownBlockhash });
  if (!result.included) {
    chain.counters.neverIncluded++;
    return null;
  }
  const after = keys.all.map((key, i) => (keys.writable[i] ? runtime.account(key) : before[i]));
  const record = makeRecord(chain, transaction, { keys, before, after, result, messageHash });
  chain.open.records.push(record);
  chain.history.add(record);
  chain.counters.executed++;
  return record;
}

function makeRecord(chain, transaction, { keys, before, after, result, messageHash }) {
  const { fee, price } = feeOf(transaction);
  const lists = chain.history.lists(keys.all.map(encode58));
  const written = keys.all.flatMap((key, i) => (
    keys.writable[i] ? [{ key, i, address: lists[i].address }] : []
  ));
  for (const { i, address } of written) chain.accounts.changed(address, chain.open.slot, before[i], after[i]);
  const decimalsOf = (mint) => readMint(chain.runtime.account(mint))?.decimals ?? 0;
  const lamports = (account) => Number(account?.lamports() ?? 0n);
  const meta = {
    err: result.error,
    status: result.error ? { Err: result.error } : { Ok: null },
    fee,
    preBalances: before.map(lamports),
    postBalances: after.map(lamports),
    preTokenBalances: tokenBalances(before, decimalsOf),
    postTokenBalances: tokenBalances(after, decimalsOf),
    innerInstructions: innerInstructions(result.meta),
    logMessages: result.meta.logs(),
    loadedAddresses: {
      writable: keys.loadedWritable.map(encode58), readonly: keys.loadedReadonly.map(encode58),
    },
    computeUnitsConsumed: Number(result.meta.computeUnitsConsumed()),
    rewards: [],
    ...(returnData(result.meta) && { returnData: returnData(result.meta) }),
  };
  return {
    signature: transaction.signature,
    slot: chain.open.slot,
    time: chain.open.time,
    error: result.error,
    memo: memoOf(transaction),
    price,
    writable: written.map(({ address }) => address),
    messageHash,
    lists,
    wire: ownCopy(transaction.bytes),
    packedMeta: ownCopy(zlib.deflateRawSync(JSON.stringify(meta), PACKING)),
    // Until the block is final: how to take the changes back, and what to send again after a fork.
    before: written.map(({ key, i, address }) => ({ key, address, account: before[i] })),
    transaction,
  };
}

// Only for the newest record.
export function undo(chain, record) {
  for (const { key, address, account } of record.before.reverse()) {
    chain.accounts.revert(key, address, account);
  }
  chain.history.remove(record);
}

// Runs on the newest state at each commitment; only the block hash and the duplicate check follow the level.
export function simulate(chain, transaction, { commitment, verifySignatures = true }) {
  const knownBlockhash = chain.isFresh(transaction.blockhash, commitment);
  const landed = chain.history.findMessage(hashOf(transaction));
  // The age of the block hash is judged first: an expired one hides that the transaction was processed.
  if (knownBlockhash && landed && landed.slot <= chain.slotAt(commitment)) {
    const nothing = { logs: [], units: 0, innerInstructions: [], returnData: null, accounts: [] };
    return { error: 'AlreadyProcessed', ...nothing };
  }
  const result = chain.runtime.simulate(transaction.bytes, { knownBlockhash, verifySignatures });
  return {
    error: result.error,
    logs: result.meta.logs(),
    units: Number(result.meta.computeUnitsConsumed()),
    innerInstructions: innerInstructions(result.meta),
    returnData: returnData(result.meta),
    accounts: result.accounts,
  };
}

const hashOf = ({ message }) => crypto.createHash('sha256').update(message).digest('base64');

// Static keys first, then what the lookup tables load: all writable ones before all read-only ones.
function resolveKeys(runtime, transaction) {
  const loadedWritable = [];
  const loadedReadonly = [];
  for (const { key, writable, readonly } of transaction.lookups) {
    const table = runtime.account(key)?.data() ?? new Uint8Array(0);
    const entry = (i) => (table.length >= 88 + 32 * i ? table.slice(56 + 32 * i, 88 + 32 * i) : null);
    loadedWritable.push(...Array.from(writable, entry));
    loadedReadonly.push(...Array.from(readonly, entry));
  }
  const fixed = transaction.keys.map((_, i) => isWritable(transaction, i));
  // An entry that does not exist makes the runtime refuse the transaction.
  if ([...loadedWritable, ...loadedReadonly].includes(null)) {
    return { all: transaction.keys, writable: fixed, loadedWritable: [], loadedReadonly: [] };
  }
  return {
    all: [...transaction.keys, ...loadedWritable, ...loadedReadonly],
    writable: [...fixed, ...loadedWritable.map(() => true), ...loadedReadonly.map(() => false)],
    loadedWritable,
    loadedReadonly,
  };
}

function memoOf({ instructions, keys }) {
  const memos = instructions
    .filter(({ program }) => MEMO_PROGRAMS.includes(encode58(keys[program])))
    .map(({ data }) => `[${data.length}] ${data.toString('utf8')}`);
  return memos.length ? memos.join('; ') : null;
}

function innerInstructions(meta) {
  return meta.innerInstructions().flatMap((list, index) => (list.length ? [{
    index,
    instructions: list.map((inner) => {
      const compiled = inner.instruction();
      return {
        programIdIndex: compiled.programIdIndex(),
        accounts: [...compiled.accounts()],
        data: encode58(compiled.data()),
        stackHeight: inner.stackHeight(),
      };
    }),
  }] : []));
}

function returnData(meta) {
  const result = meta.returnData();
  const data = result.data();
  if (!data.length) return null;
  return { programId: encode58(result.programId()), data: [Buffer.from(data).toString('base64'), 'base64'] };
}

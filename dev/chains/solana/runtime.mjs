// The Solana runtime inside of this process: accounts, clock, one transaction at a time. It knows no blocks.
import { createRequire } from 'node:module';
import { decode58 } from './base58.mjs';
import { transactionError } from './errors.mjs';

// The raw binding: the package's wrapper loads a whole client library and decodes each transaction with it.
const { Account, FailedTransactionMetadata, LiteSvm } =
  createRequire(import.meta.url)('litesvm/dist/internal.js');

const SLOT_HASHES = decode58('SysvarS1otHashes111111111111111111111111111');
const SYSTEM = new Uint8Array(32);
const EMPTY = new Uint8Array(0);

export const SLOTS_PER_EPOCH = 432_000;
const FIRST_NORMAL_SLOT = 524_256;
const FIRST_NORMAL_EPOCH = 14;

export function epochOf(slot) {
  return FIRST_NORMAL_EPOCH + Math.floor((slot - FIRST_NORMAL_SLOT) / SLOTS_PER_EPOCH);
}

export function slotInEpoch(slot) {
  return (slot - FIRST_NORMAL_SLOT) % SLOTS_PER_EPOCH;
}

export class Runtime {
  #svm = new LiteSvm();

  constructor() {
    // It knows only its latest block hash and forgets signatures early; the chain keeps both itself.
    this.#svm.setBlockhashCheck(false);
    this.#svm.setTransactionHistory(0n);
    this.#svm.setLogBytesLimit(10_000n);
  }

  get slot() {
    return Number(this.#svm.getClock().slot);
  }

  account(key) {
    return this.#svm.getAccount(key);
  }

  // Null removes the account.
  setAccount(key, account) {
    this.#svm.setAccount(key, account ?? new Account(0n, EMPTY, SYSTEM, false, 0n));
  }

  makeAccount(lamports, owner = SYSTEM, data = EMPTY) {
    return new Account(BigInt(lamports), data, owner, false, 0n);
  }

  rentExemption(length) {
    return Number(this.#svm.minimumBalanceForRentExemption(BigInt(length)));
  }

  setTime(slot, unixTime) {
    const clock = this.#svm.getClock();
    clock.slot = BigInt(slot);
    clock.unixTimestamp = BigInt(unixTime);
    clock.epoch = BigInt(epochOf(slot));
    clock.leaderScheduleEpoch = clock.epoch + 1n;
    this.#svm.setClock(clock);
  }

  // Address lookup tables are written with the latest slot hashes, newest first.
  setSlotHashes(entries) {
    const data = Buffer.alloc(8 + 512 * 40);
    data.writeBigUInt64LE(BigInt(entries.length));
    entries.forEach(({ slot, hash }, i) => {
      data.writeBigUInt64LE(BigInt(slot), 8 + i * 40);
      data.set(hash, 16 + i * 40);
    });
    const old = this.#svm.getAccount(SLOT_HASHES);
    this.#svm.setAccount(SLOT_HASHES, new Account(old.lamports(), data, old.owner(), false, 0n));
    this.#svm.expireBlockhash();
  }

  // With a block hash that the chain does not know, the runtime's own check accepts a durable nonce only.
  execute(wire, { knownBlockhash }) {
    this.#svm.setBlockhashCheck(!knownBlockhash);
    const result = this.#svm.sendVersionedTransaction(wire);
    this.#svm.setBlockhashCheck(false);
    const failed = result instanceof FailedTransactionMetadata;
    const meta = failed ? result.meta() : result;
    // An empty signature is how the binding tells "never entered a block" from "failed in a block".
    const included = !failed || meta.signature().some((byte) => byte !== 0);
    return { included, error: failed ? transactionError(result.err()) : null, meta };
  }

  simulate(wire, { knownBlockhash, verifySignatures }) {
    this.#svm.setBlockhashCheck(!knownBlockhash);
    this.#svm.setSigverify(verifySignatures);
    const result = this.#svm.simulateVersionedTransaction(wire);
    this.#svm.setBlockhashCheck(false);
    this.#svm.setSigverify(true);
    const failed = result instanceof FailedTransactionMetadata;
    const error = failed ? transactionError(result.err()) : null;
    return { error, meta: result.meta(), accounts: failed ? [] : result.postAccounts() };
  }
}

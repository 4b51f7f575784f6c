// Slots, blocks and the block hash queue; what a transaction meets between its arrival and its finality.
import crypto from 'node:crypto';
import { Accounts } from './accounts.mjs';
import { decode58, encode58 } from './base58.mjs';
import { execute, simulate, undo } from './execution.mjs';
import { History } from './history.mjs';
import { Runtime } from './runtime.mjs';

const KEPT_SLOTS = 2_000;
const SLOT_HASHES = 512;

export class Chain {
  runtime = new Runtime();
  accounts = new Accounts(this.runtime);
  blocks = new Map(); // slot → block, oldest first
  counters = { executed: 0, neverIncluded: 0, duplicates: 0 };
  paused = false;
  #hashes = new Map(); // block hash → block, oldest first
  #slotHashes = [];
  #pending = []; // accepted, not yet landed: { transaction, notBefore }

  // options: slotMs, confirmSlots, finalizeSlots, ttl, skipRate, statusCacheSlots, history, genesis
  constructor(options) {
    this.options = options;
    this.history = new History(options.history);
    this.genesis = options.genesis ?? encode58(crypto.randomBytes(32));
    this.slot = this.runtime.slot;
    // As on a real chain, where slots are skipped: nobody may mistake the height for the slot.
    this.height = this.slot - 1_000;
    this.firstSlot = this.slot;
    this.tip = null;
    this.#open();
    this.#close();
    this.#nextSlot();
  }

  get pending() {
    return this.#pending.length;
  }

  // Each commitment level sees the chain some slots behind the open block.
  slotAt(commitment) {
    const lag = { processed: 0, confirmed: this.options.confirmSlots, finalized: this.options.finalizeSlots };
    return Math.max(this.firstSlot, this.slot - lag[commitment]);
  }

  blockAt(commitment) {
    const slot = this.slotAt(commitment);
    if (slot >= this.tip.slot) return this.tip;
    for (let s = slot; s >= this.firstSlot; s--) {
      if (this.blocks.has(s)) return this.blocks.get(s);
    }
    return this.tip;
  }

  heightAt(commitment) {
    return commitment === 'processed' ? this.open.height : this.blockAt(commitment).height;
  }

  commitmentOf(slot) {
    if (slot <= this.slotAt('finalized')) return 'finalized';
    return slot <= this.slotAt('confirmed') ? 'confirmed' : 'processed';
  }

  firstKeptSlot() {
    return this.blocks.keys().next().value;
  }

  lastValidHeight(block) {
    return block.height + this.options.ttl;
  }

  // A level answers from its own block: finalized learns a hash later than processed, and keeps it longer.
  isFresh(blockhash, commitment = 'processed') {
    const block = this.#hashes.get(blockhash);
    return block !== undefined
      && block.slot <= this.slotAt(commitment)
      && this.heightAt(commitment) <= this.lastValidHeight(block);
  }

  account(key, address, commitment) {
    return this.accounts.at(key, address, this.slotAt(commitment));
  }

  submit(transaction, notBefore = this.slot) {
    this.#pending.push({ transaction, notBefore });
  }

  simulate(transaction, options) {
    return simulate(this, transaction, options);
  }

  // Ends the open slot, then lands in the next one all that waits.
  advance() {
    if (Math.random() < this.options.skipRate) this.#skip();
    else this.#close();
    this.#nextSlot();
    this.#settle();
    const due = this.#pending;
    this.#pending = [];
    for (const entry of due) {
      if (entry.notBefore > this.slot) this.#pending.push(entry);
      else execute(this, entry.transaction);
    }
  }

  // Throws away the blocks of the newest slots above the finalized one. What rode in them lands again on the
  // other branch, unless it is named in `forget` (or that is 'all'), or its block hash died with the fork.
  fork({ depth = 1, forget = [], replay = true, relandAfter = 0 }) {
    const fromSlot = Math.max(this.slotAt('finalized') + 1, this.slot - depth + 1);
    const gone = [...this.blocks.values(), this.open].filter((b) => b.slot >= fromSlot && !b.settled);
    const records = gone.flatMap((block) => block.records);
    for (const record of [...records].reverse()) undo(this, record);
    for (const block of gone) {
      if (block === this.open) continue;
      this.blocks.delete(block.slot);
      this.#hashes.delete(block.hash);
    }
    this.#slotHashes = this.#slotHashes.filter(({ slot }) => slot < fromSlot);
    this.tip = [...this.blocks.values()].at(-1);
    this.height = this.tip.height;
    this.#open();
    this.runtime.setSlotHashes(this.#slotHashes);

    const lost = [];
    const replayed = [];
    for (const { signature, transaction } of records) {
      const forgotten = forget === 'all' || forget.includes(signature);
      const back = !forgotten && replay && execute(this, transaction);
      (back ? replayed : lost).push(signature);
      if (forgotten && relandAfter) this.submit(transaction, this.slot + relandAfter);
    }
    return { fromSlot, slot: this.slot, height: this.height, droppedBlocks: gone.length, lost, replayed };
  }

  #open() {
    const time = Math.floor(Date.now() / 1000);
    const parent = this.tip?.slot ?? this.slot - 1;
    this.open = { slot: this.slot, parent, height: this.height + 1, time, records: [], settled: false };
    this.runtime.setTime(this.slot, time);
  }

  #close() {
    const block = this.open;
    const hash = crypto.createHash('sha256')
      .update(decode58(this.tip?.hash ?? this.genesis))
      .update(crypto.randomBytes(16))
      .digest();
    block.hash = encode58(hash);
    this.height = block.height;
    this.tip = block;
    this.blocks.set(block.slot, block);
    this.#hashes.set(block.hash, block);
    this.#slotHashes.unshift({ slot: block.slot, hash });
    if (this.#slotHashes.length > SLOT_HASHES) this.#slotHashes.pop();
  }

  // The slot gets no block; its transactions wait for the next one.
  #skip() {
    const records = this.open.records.splice(0);
    for (const record of [...records].reverse()) undo(this, record);
    this.#pending.unshift(...records.map(({ transaction }) => ({ transaction, notBefore: this.slot })));
  }

  #nextSlot() {
    this.slot++;
    this.#open();
    this.runtime.setSlotHashes(this.#slotHashes);
  }

  // Finalized blocks cannot be undone: their undo data, old versions and old hashes go.
  #settle() {
    const finalized = this.slotAt('finalized');
    for (const block of this.blocks.values()) {
      if (block.slot > finalized) break;
      if (!block.settled) this.#settleBlock(block, finalized);
      if (this.slot - block.slot > KEPT_SLOTS) this.blocks.delete(block.slot);
    }
    const keptBlocks = this.options.ttl + this.options.finalizeSlots + 5;
    for (const [hash, block] of this.#hashes) {
      if (this.height - block.height <= keptBlocks) break;
      this.#hashes.delete(hash);
    }
    this.history.prune(finalized);
  }

  #settleBlock(block, finalized) {
    block.settled = true;
    block.fees = block.records.map(({ price, writable }) => ({ price, writable }));
    for (const record of block.records) {
      for (const address of record.writable) this.accounts.settle(address, finalized);
      record.before = null;
      record.transaction = null;
    }
    block.records = null;
  }
}

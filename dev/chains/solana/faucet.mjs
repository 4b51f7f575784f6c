// The source of airdrops: real, signed transfers that take the ordinary path into a block.
import crypto from 'node:crypto';
import { decode58 } from './base58.mjs';
import { parseTransaction } from './wire.mjs';

const SYSTEM = new Uint8Array(32);
const COMPUTE_BUDGET = decode58('ComputeBudget111111111111111111111111111111');
const LAMPORTS = 5_000_000_000_000_000; // stays below 2^53, so that balances are exact as JSON numbers

export class Faucet {
  #privateKey;
  #sent = 0;

  constructor(chain) {
    const pair = crypto.generateKeyPairSync('ed25519');
    this.#privateKey = pair.privateKey;
    this.key = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    chain.accounts.set(this.key, chain.runtime.makeAccount(LAMPORTS));
  }

  // The compute limit differs each time: equal messages would share one signature, and only one would land.
  transfer(to, lamports, blockhash) {
    const limit = Buffer.alloc(5, 2);
    limit.writeUInt32LE(1_000_000 - (this.#sent++ % 900_000), 1);
    const transfer = Buffer.alloc(12);
    transfer.writeUInt32LE(2);
    transfer.writeBigUInt64LE(BigInt(lamports), 4);
    const message = Buffer.concat([
      Buffer.from([1, 0, 2, 4]), this.key, to, SYSTEM, COMPUTE_BUDGET, decode58(blockhash),
      Buffer.from([2, 3, 0, 5]), limit,
      Buffer.from([2, 2, 0, 1, 12]), transfer,
    ]);
    const signature = crypto.sign(null, message, this.#privateKey);
    return parseTransaction(Buffer.concat([Buffer.from([1]), signature, message]));
  }
}

// What the methods share: commitment levels and answers with context.
import { invalidParams, RpcError } from './errors.mjs';

export const VERSION = '2.3.0';

// With the names that old clients still send.
const LEVELS = {
  processed: 'processed', recent: 'processed',
  confirmed: 'confirmed', single: 'confirmed', singleGossip: 'confirmed',
  finalized: 'finalized', max: 'finalized', root: 'finalized',
};

export function commitmentOf(chain, options) {
  const commitment = levelOf(options?.commitment);
  const slot = chain.slotAt(commitment);
  if (options?.minContextSlot > slot) {
    throw new RpcError(-32016, 'Minimum context slot has not been reached', { contextSlot: slot });
  }
  return commitment;
}

function levelOf(name = 'finalized') {
  if (!Object.hasOwn(LEVELS, name)) throw invalidParams(`Invalid params: unknown variant \`${name}\``);
  return LEVELS[name];
}

// History is kept for blocks that most of the cluster has voted on.
export function historyCommitmentOf(chain, options) {
  const commitment = commitmentOf(chain, options);
  if (commitment === 'processed') throw invalidParams('Method does not support commitment below `confirmed`');
  return commitment;
}

export function withContext(chain, commitment, value) {
  return { context: { apiVersion: VERSION, slot: chain.slotAt(commitment) }, value };
}

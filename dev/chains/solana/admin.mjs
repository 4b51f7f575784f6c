// POST /admin/*: what a test does to the chain and to the node.
import { publicKey } from './errors.mjs';

const TUNABLE = ['slotMs', 'ttl', 'confirmSlots', 'finalizeSlots', 'skipRate', 'statusCacheSlots'];

export function adminEndpoints({ chain, faults, ticker }) {
  return {
    '/admin/state': () => ({
      slot: chain.slot,
      height: chain.height,
      blockhash: chain.tip.hash,
      genesis: chain.genesis,
      paused: chain.paused,
      pending: chain.pending,
      transactions: chain.history.size,
      unsettledAccounts: chain.accounts.unsettled,
      counters: chain.counters,
      faults: faults.list(),
      slotsBehind: faults.slotsBehind,
      options: chain.options,
      memoryMb: Math.round(process.memoryUsage().rss / 1e6),
    }),

    '/admin/faults': ({ clear, slotsBehind, ...fault }) => {
      if (clear) faults.clear();
      if (slotsBehind !== undefined) faults.slotsBehind = slotsBehind;
      if (Object.keys(fault).length) faults.add(fault);
      return { faults: faults.list(), slotsBehind: faults.slotsBehind };
    },

    '/admin/slots': ({ paused, advance = 0, ...changes }) => {
      if (paused !== undefined) chain.paused = paused;
      for (const name of TUNABLE) {
        if (name in changes) chain.options[name] = changes[name];
      }
      if ('slotMs' in changes) ticker.restart();
      for (let i = 0; i < advance; i++) chain.advance();
      return { slot: chain.slot, height: chain.height, paused: chain.paused, options: chain.options };
    },

    '/admin/fork': (request) => chain.fork(request),

    '/admin/account': ({ address, lamports, owner, data = '' }) => {
      const ownerKey = owner === undefined ? undefined : publicKey(owner);
      const account = chain.runtime.makeAccount(lamports, ownerKey, Buffer.from(data, 'base64'));
      chain.accounts.set(publicKey(address), account);
      return { address, lamports };
    },
  };
}

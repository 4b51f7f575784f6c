// JSON-RPC methods that read the cluster, the accounts and the tokens.
import { encode58 } from './base58.mjs';
import { invalidParams, publicKey, RpcError } from './errors.mjs';
import { commitmentOf, VERSION, withContext } from './request.mjs';
import { epochOf, slotInEpoch, SLOTS_PER_EPOCH } from './runtime.mjs';
import { accountJson, readMint, readTokenAccount, uiAmount } from './tokens.mjs';

export function requireHealth(faults) {
  if (faults.slotsBehind === null) return;
  const numSlotsBehind = faults.slotsBehind;
  throw new RpcError(-32005, `Node is behind by ${numSlotsBehind} slots`, { numSlotsBehind });
}

export function clusterMethods({ chain, faults, faucet }) {
  return {
    getHealth() {
      requireHealth(faults);
      return 'ok';
    },
    getVersion: () => ({ 'solana-core': VERSION, 'feature-set': 0 }),
    getGenesisHash: () => chain.genesis,
    getIdentity: () => ({ identity: encode58(faucet.key) }),
    getSlot: ([options]) => chain.slotAt(commitmentOf(chain, options)),
    getBlockHeight: ([options]) => chain.heightAt(commitmentOf(chain, options)),
    getFirstAvailableBlock: () => chain.firstKeptSlot(),
    getEpochInfo([options]) {
      const commitment = commitmentOf(chain, options);
      const slot = chain.slotAt(commitment);
      return {
        absoluteSlot: slot,
        blockHeight: chain.heightAt(commitment),
        epoch: epochOf(slot),
        slotIndex: slotInEpoch(slot),
        slotsInEpoch: SLOTS_PER_EPOCH,
        transactionCount: chain.counters.executed,
      };
    },
    getLatestBlockhash([options]) {
      const commitment = commitmentOf(chain, options);
      const block = chain.blockAt(commitment);
      const lastValidBlockHeight = chain.lastValidHeight(block);
      return withContext(chain, commitment, { blockhash: block.hash, lastValidBlockHeight });
    },
    isBlockhashValid([blockhash, options]) {
      publicKey(blockhash);
      const commitment = commitmentOf(chain, options);
      return withContext(chain, commitment, chain.isFresh(blockhash, commitment));
    },
    getMinimumBalanceForRentExemption([length]) {
      if (!Number.isSafeInteger(length) || length < 0) throw invalidParams();
      return chain.runtime.rentExemption(length);
    },
    getRecentPrioritizationFees: ([addresses]) => prioritizationFees(chain, addresses ?? []),
  };
}

// The lowest price that landed in each of the last 150 slots, among transactions that wrote to the addresses.
function prioritizationFees(chain, addresses) {
  const fees = [];
  for (let slot = Math.max(chain.firstSlot, chain.slot - 150); slot < chain.slot; slot++) {
    const block = chain.blocks.get(slot);
    if (!block) continue;
    const prices = (block.fees ?? block.records)
      .filter(({ writable }) => addresses.length === 0 || addresses.some((a) => writable.includes(a)))
      .map(({ price }) => price);
    fees.push({ slot, prioritizationFee: prices.reduce((low, p) => Math.min(low, p), prices[0] ?? 0) });
  }
  return fees;
}

export function accountMethods({ chain }) {
  const read = (address, commitment) => chain.account(publicKey(address), address, commitment);
  const decimalsOf = (mint) => readMint(chain.runtime.account(mint))?.decimals ?? 0;

  return {
    getBalance([address, options]) {
      const commitment = commitmentOf(chain, options);
      const lamports = Number(read(address, commitment)?.lamports() ?? 0n);
      return withContext(chain, commitment, lamports);
    },
    getAccountInfo([address, options]) {
      const commitment = commitmentOf(chain, options);
      return withContext(chain, commitment, accountJson(read(address, commitment), options));
    },
    getMultipleAccounts([addresses, options]) {
      if (!Array.isArray(addresses)) throw invalidParams();
      if (addresses.length > 100) throw invalidParams('Too many inputs provided; max 100');
      const commitment = commitmentOf(chain, options);
      const values = addresses.map((address) => accountJson(read(address, commitment), options));
      return withContext(chain, commitment, values);
    },
    getTokenAccountBalance([address, options]) {
      const commitment = commitmentOf(chain, options);
      const account = read(address, commitment);
      const token = readTokenAccount(account);
      if (!account) throw invalidParams('Invalid param: could not find account');
      if (!token) throw invalidParams('Invalid param: not a Token account');
      return withContext(chain, commitment, uiAmount(token.amount, decimalsOf(token.mint)));
    },
    getTokenSupply([address, options]) {
      const commitment = commitmentOf(chain, options);
      const mint = readMint(read(address, commitment));
      if (!mint) throw invalidParams('Invalid param: not a Token mint');
      return withContext(chain, commitment, uiAmount(mint.supply, mint.decimals));
    },
    getTokenAccountsByOwner([owner, filter, options]) {
      publicKey(owner);
      if (!filter?.mint && !filter?.programId) throw invalidParams();
      const commitment = commitmentOf(chain, options);
      const found = [];
      for (const pubkey of chain.accounts.tokenAccountsOf(owner)) {
        const account = read(pubkey, commitment);
        const token = readTokenAccount(account);
        if (!token || encode58(token.owner) !== owner) continue;
        const matches = filter.mint
          ? encode58(token.mint) === filter.mint
          : encode58(token.program) === filter.programId;
        if (matches) found.push({ pubkey, account: accountJson(account, options) });
      }
      return withContext(chain, commitment, found);
    },
  };
}

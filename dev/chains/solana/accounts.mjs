// What the accounts held at each commitment level, and which token accounts an owner has.
import { encode58 } from './base58.mjs';
import { readTokenAccount } from './tokens.mjs';

export class Accounts {
  // address → [{ slot, before }] for each change above the finalized slot, oldest first
  #versions = new Map();
  #tokenAccounts = new Map(); // owner → set of token account addresses

  constructor(runtime) {
    this.runtime = runtime;
  }

  get unsettled() {
    return this.#versions.size;
  }

  // The account as it was when the slot ended.
  at(key, address, slot) {
    const later = this.#versions.get(address)?.find((version) => version.slot > slot);
    return later ? later.before : this.runtime.account(key);
  }

  set(key, account) {
    this.#index(encode58(key), this.runtime.account(key), account);
    this.runtime.setAccount(key, account);
  }

  changed(address, slot, before, after) {
    let versions = this.#versions.get(address);
    if (!versions) this.#versions.set(address, (versions = []));
    versions.push({ slot, before });
    this.#index(address, before, after);
  }

  // Takes back the newest change.
  revert(key, address, before) {
    this.#index(address, this.runtime.account(key), before);
    this.runtime.setAccount(key, before);
    const versions = this.#versions.get(address);
    versions?.pop();
    if (versions?.length === 0) this.#versions.delete(address);
  }

  // Forgets the versions that no commitment level can ask for any more.
  settle(address, finalizedSlot) {
    const versions = this.#versions.get(address);
    if (!versions) return;
    while (versions.length && versions[0].slot <= finalizedSlot) versions.shift();
    if (versions.length === 0) this.#versions.delete(address);
  }

  tokenAccountsOf(owner) {
    return this.#tokenAccounts.get(owner) ?? [];
  }

  #index(address, before, after) {
    const oldOwner = ownerOf(before);
    const newOwner = ownerOf(after);
    if (oldOwner === newOwner) return;
    if (oldOwner) this.#tokenAccounts.get(oldOwner)?.delete(address);
    if (!newOwner) return;
    let addresses = this.#tokenAccounts.get(newOwner);
    if (!addresses) this.#tokenAccounts.set(newOwner, (addresses = new Set()));
    addresses.add(address);
  }
}

function ownerOf(account) {
  const token = readTokenAccount(account);
  return token && encode58(token.owner);
}

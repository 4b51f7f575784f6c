// The landed transactions by signature, message and address. Bounded, so that load runs do not fill memory.

export class History {
  #bySignature = new Map(); // in the order of landing
  #byMessage = new Map();
  #byAddress = new Map();

  constructor(limit) {
    this.limit = limit;
  }

  get size() {
    return this.#bySignature.size;
  }

  find(signature) {
    return this.#bySignature.get(signature);
  }

  // Nodes drop duplicates by message, not by signature.
  findMessage(hash) {
    return this.#byMessage.get(hash);
  }

  // Oldest first.
  of(address) {
    return this.#byAddress.get(address)?.records ?? [];
  }

  // Records of one address share one list, and its spelling of the address, to save memory.
  lists(addresses) {
    return addresses.map((address) => {
      let list = this.#byAddress.get(address);
      if (!list) this.#byAddress.set(address, (list = { address, records: [] }));
      return list;
    });
  }

  add(record) {
    this.#bySignature.set(record.signature, record);
    this.#byMessage.set(record.messageHash, record);
    for (const list of record.lists) list.records.push(record);
  }

  remove(record) {
    this.#bySignature.delete(record.signature);
    this.#byMessage.delete(record.messageHash);
    for (const { records } of record.lists) {
      const index = records.lastIndexOf(record);
      if (index >= 0) records.splice(index, 1);
    }
  }

  // Drops the oldest finalized records, many at once: one by one would shift long lists for each transaction.
  prune(finalizedSlot) {
    if (this.size <= this.limit * 1.05) return;
    const dropped = new Set();
    const lists = new Set();
    for (const record of this.#bySignature.values()) {
      if (this.size - dropped.size <= this.limit || record.slot > finalizedSlot) break;
      dropped.add(record);
      for (const list of record.lists) lists.add(list);
    }
    for (const record of dropped) {
      this.#bySignature.delete(record.signature);
      this.#byMessage.delete(record.messageHash);
    }
    for (const list of lists) {
      list.records = list.records.filter((record) => !dropped.has(record));
      if (list.records.length === 0) this.#byAddress.delete(list.address);
    }
  }
}

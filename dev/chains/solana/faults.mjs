// Faults that tests inject: each applies to the next matching calls, then it is gone.

// 'drop' and 'lose-response' run the call: the first forgets the transaction although it answers with its
// signature, the second does the work and loses the answer. 'delay' runs it late; the others keep
// it from running.
export const KINDS = ['delay', 'drop', 'hang', 'http', 'rpc', 'reset', 'lose-response'];

export class Faults {
  #list = [];
  slotsBehind = null; // a number makes the node unhealthy

  // fault: kind; method (else any); count (1; 0 = until cleared); skip (let so many calls pass first);
  // delayMs; status, headers and body for 'http' and 'lose-response'; code, message and data for 'rpc'
  add(fault) {
    if (!KINDS.includes(fault.kind)) throw new Error(`kind must be one of ${KINDS.join(', ')}`);
    this.#list.push({ count: 1, skip: 0, ...fault });
  }

  clear() {
    this.#list = [];
  }

  list() {
    return this.#list;
  }

  take(method) {
    const index = this.#list.findIndex((fault) => {
      if (fault.method && fault.method !== method) return false;
      if (fault.skip === 0) return true;
      fault.skip--;
      return false;
    });
    if (index < 0) return null;
    const fault = this.#list[index];
    if (fault.count > 0 && --fault.count === 0) this.#list.splice(index, 1);
    return fault;
  }
}

// Advances the chain by wall clock. Late ticks are made up for one at a time, never in a burst.

export class Ticker {
  #timer;

  constructor(chain) {
    this.chain = chain;
  }

  // With slotMs 0 the slots move by POST /admin/slots only.
  restart() {
    clearTimeout(this.#timer);
    const { slotMs } = this.chain.options;
    if (slotMs) this.#schedule(Date.now() + slotMs);
  }

  #schedule(due) {
    this.#timer = setTimeout(() => {
      if (!this.chain.paused) this.chain.advance();
      this.#schedule(Math.max(due + this.chain.options.slotMs, Date.now()));
    }, Math.max(0, due - Date.now()));
  }
}

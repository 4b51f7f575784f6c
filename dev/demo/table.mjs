// A table of payouts that changes in place on a terminal, and grows by a line per change elsewhere.
const FINAL = new Set(['sent', 'failed', 'cancelled']);
const usd = (micro) => (Number(micro) / 1e6).toFixed(2).padStart(9);

export async function showPayouts({ read, ids, patienceMs }) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1).padStart(5);
  const shown = new Map();
  let drawn = 0;
  for (;;) {
    const payouts = (await read()).filter((p) => ids.includes(p.id)).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
    const line = (p) =>
      `  ${p.network.padEnd(9)} ${usd(p.amount_micro)}  ${p.status.padEnd(10)} ${(p.stage ?? '').padEnd(12)} ` +
      `${p.settlement?.tx_hash ?? p.tx_hash ?? ''}`;
    if (process.stdout.isTTY) {
      if (drawn) process.stdout.write(`\x1b[${drawn}A`);
      for (const p of payouts) process.stdout.write(`\x1b[2K${seconds()} s${line(p).slice(0, (process.stdout.columns ?? 120) - 8)}\n`);
      drawn = payouts.length;
    } else {
      for (const p of payouts) {
        if (shown.get(p.id) !== line(p)) console.log(`${seconds()} s${line(p)}`);
        shown.set(p.id, line(p));
      }
    }
    if (payouts.length === ids.length && payouts.every((p) => FINAL.has(p.status))) return payouts;
    if (Date.now() - started > patienceMs) {
      console.log(`Not all payouts ended within ${patienceMs / 1000} s; they go on, and nothing is lost.`);
      return payouts;
    }
    await new Promise((go) => setTimeout(go, 250));
  }
}

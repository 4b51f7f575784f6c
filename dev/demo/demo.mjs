// Asks for a payout on each network as a user would, over HTTP only, and compares the chains before and after.
import { readFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { encode58 } from '../chains/solana/base58.mjs';
import { payAffiliate } from './affiliate.mjs';
import { evmBalance, solanaBalance } from './balances.mjs';
import { showPayouts } from './table.mjs';

const PATIENCE_MS = 120_000;
const settings = Object.fromEntries(
  readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  }),
);

const usd = (micro) => (Number(micro) / 1e6).toFixed(2);
const evmAddress = () => '0x' + randomBytes(20).toString('hex');
const solanaAddress = () =>
  encode58(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));

const orders = [
  { network: 'solana', amount_micro: 25_000_000, address: solanaAddress() },
  { network: 'ethereum', amount_micro: 40_250_000, address: evmAddress() },
  // These two travel in one transaction, through the vault.
  { network: 'polygon', amount_micro: 12_345_678, address: evmAddress() },
  { network: 'polygon', amount_micro: 11_500_000, address: evmAddress() },
];

async function call(method, path, body, headers) {
  const response = await fetch(settings.SETTLEMENT_API_URL + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.error}: ${answer.message}`);
  return answer;
}

const asUser = {
  cookie: `${settings.SETTLEMENT_SESSION_COOKIE}=${settings.SETTLEMENT_SESSION}`,
};
const asOperator = { 'x-admin-token': settings.SETTLEMENT_ADMIN_TOKEN };

const balanceOf = (order) =>
  order.network === 'solana'
    ? solanaBalance(settings.SOLANA_RPC_URL, settings.SOLANA_MINT, order.address)
    : evmBalance(
        settings[`${order.network.toUpperCase()}_RPC_URL`],
        settings[`${order.network.toUpperCase()}_TOKEN`],
        order.address,
      );

await call(
  'POST',
  '/v1/admin/referrals/rewards',
  { user_id: settings.SETTLEMENT_USER_ID, amount_micro: 100_000_000, source_event_id: `demo-${Date.now()}` },
  asOperator,
);
const before = await call('GET', '/v1/referrals/me', undefined, asUser);
console.log(`A user earned 100.00; available now: ${usd(before.balance.available_micro)}. She asks for payouts on each network:\n`);

for (const order of orders) order.before = await balanceOf(order);
const started = Date.now();
for (const order of orders) {
  const { network, amount_micro, address } = order;
  const payout = await call(
    'POST',
    '/v1/referrals/payouts',
    { network, amount_micro, address },
    { ...asUser, 'idempotency-key': `demo-${orders.indexOf(order)}-${started}` },
  );
  order.id = payout.id;
}

const payouts = await showPayouts({
  read: async () => (await call('GET', '/v1/referrals/payouts', undefined, asUser)).items,
  ids: orders.map((order) => order.id),
  patienceMs: PATIENCE_MS,
});

console.log('\nWhat the chains say:\n');
let exact = 0;
for (const order of orders) {
  const payout = payouts.find((p) => p.id === order.id);
  const after = await balanceOf(order);
  const moved = after - order.before;
  const right = payout.status === 'sent' && moved === BigInt(order.amount_micro);
  if (right) exact++;
  console.log(`  ${order.network.padEnd(9)} ${order.address}`);
  console.log(`            ${usd(order.before)} → ${usd(after)}   ${right ? 'exact' : `WRONG: asked for ${usd(order.amount_micro)}`}`);
  console.log(`            ${payout.tx_hash ?? payout.status_message ?? payout.status}`);
}
const together = orders.filter((order) => order.network === 'polygon').map((order) => payouts.find((p) => p.id === order.id));
if (settings.POLYGON_VAULT && together.every((p) => p.tx_hash && p.tx_hash === together[0].tx_hash)) {
  console.log(`  Both on polygon in one transaction, through the vault ${settings.POLYGON_VAULT}.`);
}
const me = await call('GET', '/v1/referrals/me', undefined, asUser);
console.log(`\n${exact} of ${orders.length} payouts sent, each to the unit. Left in the balance: ${usd(me.balance.available_micro)}.`);

const paid = await payAffiliate(call, settings.SETTLEMENT_AFFILIATES_TOKEN);
const cents = (Number(paid.amount_cents) / 100).toFixed(2);
console.log(
  `\nAn affiliate earned ${cents} ${paid.currency} with ${paid.commission_count} commissions last month: ` +
    `${paid.status} by ${paid.external_ref}.`,
);
process.exit(exact === orders.length ? 0 : 1);

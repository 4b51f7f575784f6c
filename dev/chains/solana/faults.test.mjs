// Faults, forks and slots on demand.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { kit, openWallet, sleep, startServer } from './testing.mjs';

let client;
let hot;
let receiver;
let account;

before(async () => {
  client = await startServer('--slot-ms', '40', '--finalize-slots', '12', '--history', '60');
  hot = await openWallet(client);
  receiver = (await kit.generateKeyPairSigner()).address;
  account = await hot.accountOf(receiver);
});
after(() => client.stop());

test('drop: the signature is answered and nothing lands; sending again lands', async () => {
  await client.admin('faults', { kind: 'drop', method: 'sendTransaction' });
  const payout = await hot.pay(receiver, 11n, 'dropped');
  assert.equal((await client.send(payout)).result, payout.signature);
  await sleep(300);
  assert.equal(await client.status(payout.signature), null);
  await client.send(payout);
  await client.reaches(payout.signature, 'confirmed');
});

test('lose-response: the connection breaks and the transaction lands', async () => {
  await client.admin('faults', { kind: 'lose-response', method: 'sendTransaction' });
  const payout = await hot.pay(receiver, 12n, 'lost');
  await assert.rejects(client.send(payout), /fetch failed/);
  await client.reaches(payout.signature, 'confirmed');
});

test('http, rpc, reset and delay meet the next matching calls, after those to skip', async () => {
  await client.admin('faults', { kind: 'http', status: 429, method: 'getSlot', count: 2, skip: 1 });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await client.raw('getSlot')).status);
  assert.deepEqual(statuses, [200, 429, 429, 200]);
  await client.admin('faults', { kind: 'http' });
  assert.equal((await client.raw('getSlot')).status, 500);
  await client.admin('faults', { kind: 'rpc', code: -32004, message: 'Block not available' });
  assert.equal((await client.raw('getSlot')).error.code, -32004);
  await client.admin('faults', { kind: 'reset' });
  await assert.rejects(client.raw('getSlot'), /fetch failed/);
  await client.admin('faults', { kind: 'delay', delayMs: 300 });
  const start = Date.now();
  await client.raw('getSlot');
  assert.ok(Date.now() - start >= 295);
});

test('hang: no answer comes; clear ends a fault without count', async () => {
  await client.admin('faults', { kind: 'hang', method: 'getSlot', count: 0 });
  const answer = client.raw('getSlot').then(() => 'answered', () => 'broken');
  assert.equal(await Promise.race([answer, sleep(300).then(() => 'silent')]), 'silent');
  await client.admin('faults', { clear: true });
  assert.ok(await client.call('getSlot') > 0);
});

test('A node behind the cluster says so, and refuses preflights', async () => {
  await client.admin('faults', { slotsBehind: 42 });
  assert.equal((await client.raw('getHealth')).error.code, -32005);
  assert.equal((await client.send(await hot.pay(receiver, 1n, 'behind'))).error.data.numSlotsBehind, 42);
  await client.admin('faults', { slotsBehind: null });
  assert.equal(await client.call('getHealth'), 'ok');
});

test('fork: a forgotten transaction is undone, the others land on the other branch', async () => {
  const start = await client.tokens(account);
  const [forgotten, survivor] = await Promise.all([
    hot.pay(receiver, 1_000n, 'forgotten'), hot.pay(receiver, 2_000n, 'survivor'),
  ]);
  await Promise.all([client.send(forgotten), client.send(survivor)]);
  const { status } = await client.reaches(forgotten.signature, 'confirmed');
  await client.reaches(survivor.signature, 'confirmed');
  const depth = await client.call('getSlot', { commitment: 'processed' }) - status.slot + 2;
  const fork = await client.admin('fork', { depth, forget: [forgotten.signature] });
  assert.deepEqual(fork.lost, [forgotten.signature]);
  assert.deepEqual(fork.replayed, [survivor.signature]);
  assert.equal(await client.status(forgotten.signature), null);
  assert.equal(await client.tokens(account), start + 2_000);
  // Its block hash is older than the fork, so the very same bytes can still land.
  await client.send(forgotten, { skipPreflight: true });
  await client.reaches(forgotten.signature);
  assert.equal(await client.tokens(account, 'finalized'), start + 3_000);
});

test('fork: a forgotten transaction can come back by itself', async () => {
  const payout = await hot.pay(receiver, 9n, 'returns');
  await client.send(payout);
  const { status } = await client.reaches(payout.signature, 'processed');
  const depth = await client.call('getSlot', { commitment: 'processed' }) - status.slot + 1;
  await client.admin('fork', { depth, forget: 'all', relandAfter: 5 });
  assert.equal(await client.status(payout.signature), null);
  const back = await client.reaches(payout.signature, 'confirmed');
  assert.ok(back.status.slot >= status.slot);
});

test('Slots pause, advance by hand, and can be skipped', async () => {
  await client.admin('slots', { paused: true });
  const slot = await client.call('getSlot', { commitment: 'processed' });
  await sleep(150);
  assert.equal(await client.call('getSlot', { commitment: 'processed' }), slot);
  const height = await client.call('getBlockHeight', { commitment: 'processed' });
  await client.admin('slots', { skipRate: 1, advance: 3 });
  assert.equal(await client.call('getSlot', { commitment: 'processed' }), slot + 3);
  assert.equal(await client.call('getBlockHeight', { commitment: 'processed' }), height);
  await client.admin('slots', { skipRate: 0, paused: false });
});

test('A skipped slot puts its transactions into the next one', async () => {
  await client.admin('slots', { paused: true });
  const start = await client.tokens(account);
  const payouts = await Promise.all([21n, 22n].map((amount) => hot.pay(receiver, amount, `skip:${amount}`)));
  for (const payout of payouts) await client.send(payout);
  await client.admin('slots', { advance: 1 });
  await client.admin('slots', { skipRate: 1, advance: 1 });
  await client.admin('slots', { skipRate: 0, paused: false });
  for (const payout of payouts) await client.reaches(payout.signature);
  assert.equal(await client.tokens(account), start + 43);
});

test('minContextSlot ahead of the node is refused', async () => {
  const slot = await client.call('getSlot', { commitment: 'processed' });
  const { error } = await client.raw('getLatestBlockhash', { minContextSlot: slot + 1_000 });
  assert.equal(error.code, -32016);
});

test('An account can be set, and old history makes room', async () => {
  const { address } = await kit.generateKeyPairSigner();
  await client.admin('account', { address, lamports: 77 });
  assert.equal(await client.lamports(address, 'finalized'), 77);
  const signatures = [];
  for (let i = 0; i < 80; i++) signatures.push(await client.call('requestAirdrop', address, 1_000_000));
  await client.reaches(signatures.at(-1));
  await sleep(100);
  assert.ok((await client.admin('state')).transactions <= 63);
  assert.equal(await client.status(signatures[0]), null);
  assert.equal(await client.lamports(address), 80_000_077);
});

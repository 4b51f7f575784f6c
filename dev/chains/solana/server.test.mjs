// The semantics that a settlement service depends on, against the server as it is started for development.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { build, kit, memo, openWallet, sleep, startServer } from './testing.mjs';

const FEE = 5_600; // one signature, and 60,000 units at 10,000 micro-lamports
const RENT = 2_039_280;

let client;
let hot;
let receiver;
let account;

before(async () => {
  client = await startServer('--slot-ms', '40', '--blockhash-ttl', '40', '--finalize-slots', '12');
  hot = await openWallet(client);
  receiver = (await kit.generateKeyPairSigner()).address;
  account = await hot.accountOf(receiver);
});
after(() => client.stop());

test('A payout lands, climbs the commitment levels, and costs the fee and the rent exactly', async () => {
  const before = await client.lamports(hot.wallet.address);
  const payout = await hot.pay(receiver, 1_500_000n, 'payout:1');
  const fee = await client.call('getFeeForMessage', payout.message, { commitment: 'confirmed' });
  assert.equal((await client.send(payout)).result, payout.signature);
  const { status, seen } = await client.reaches(payout.signature);
  assert.equal(status.err, null);
  assert.deepEqual(seen, ['processed', 'confirmed', 'finalized']);
  assert.equal(fee.value, FEE);
  assert.equal(before - (await client.lamports(hot.wallet.address)), FEE + RENT);
  assert.equal(await client.tokens(account, 'finalized'), 1_500_000);
});

test('getTransaction tells the token movement, and asks for the version of the message', async () => {
  const payout = await hot.pay(receiver, 250_000n, 'payout:2');
  await client.send(payout);
  await client.reaches(payout.signature);
  const options = { encoding: 'json', commitment: 'finalized', maxSupportedTransactionVersion: 0 };
  const { meta, version, transaction } = await client.call('getTransaction', payout.signature, options);
  assert.equal(version, 0);
  assert.equal(meta.err, null);
  assert.equal(meta.fee, FEE);
  const index = transaction.message.accountKeys.indexOf(account);
  const amount = (rows) => Number(rows.find((row) => row.accountIndex === index).uiTokenAmount.amount);
  assert.equal(amount(meta.postTokenBalances) - amount(meta.preTokenBalances), 250_000);
  const row = meta.postTokenBalances.find(({ accountIndex }) => accountIndex === index);
  assert.equal(row.mint, hot.mint);
  assert.equal(row.owner, receiver);
  const refused = await client.raw('getTransaction', payout.signature, { encoding: 'json' });
  assert.equal(refused.error.code, -32015);
});

test('getSignaturesForAddress lists the newest first, with memos', async () => {
  const payout = await hot.pay(receiver, 1n, 'payout:3');
  await client.send(payout);
  await client.reaches(payout.signature);
  const [first, second] = await client.call('getSignaturesForAddress', account, { limit: 2 });
  assert.equal(first.signature, payout.signature);
  assert.equal(first.memo, '[8] payout:3');
  const rest = await client.call('getSignaturesForAddress', account, { before: payout.signature, limit: 1 });
  assert.equal(rest[0].signature, second.signature);
});

test('Accounts are read one by one, together, and by owner', async () => {
  const filter = { mint: hot.mint };
  const owned = await client.call('getTokenAccountsByOwner', receiver, filter, { encoding: 'base64' });
  assert.deepEqual(owned.value.map(({ pubkey }) => pubkey), [account]);
  const unknown = (await kit.generateKeyPairSigner()).address;
  const many = await client.call('getMultipleAccounts', [account, unknown], { encoding: 'base64' });
  assert.equal(many.value[0].lamports, RENT);
  assert.equal(many.value[1], null);
  assert.equal((await client.call('getAccountInfo', account)).value.space, 165);
  assert.equal((await client.raw('getTokenAccountBalance', unknown)).error.code, -32602);
});

test('Reads follow the commitment level', async () => {
  const finalized = await client.tokens(account, 'finalized');
  const payout = await hot.pay(receiver, 50n, 'levels');
  await client.send(payout);
  const { status } = await client.reaches(payout.signature, 'processed');
  const [newest, oldest] = await Promise.all([client.tokens(account), client.tokens(account, 'finalized')]);
  assert.equal(status.confirmationStatus, 'processed');
  assert.equal(newest, finalized + 50);
  assert.equal(oldest, finalized);
  await client.reaches(payout.signature);
});

test('Identical bytes pay once, whatever the answer to the second sending', async () => {
  const start = await client.tokens(account);
  const payout = await hot.pay(receiver, 2_000n, 'twice');
  const answers = await Promise.all([client.send(payout), client.send(payout)]);
  assert.deepEqual(answers.map(({ result }) => result), [payout.signature, payout.signature]);
  await client.reaches(payout.signature, 'confirmed');
  const checked = await client.send(payout, { preflightCommitment: 'processed' });
  assert.equal(checked.error.code, -32002);
  assert.equal(checked.error.data.err, 'AlreadyProcessed');
  assert.equal((await client.send(payout, { skipPreflight: true })).result, payout.signature);
  await client.reaches(payout.signature);
  assert.equal(await client.tokens(account), start + 2_000);
});

test('A block hash expires by height, and then hides even that the transaction was paid', async () => {
  const lifetime = await client.latest();
  const paid = await hot.pay(receiver, 3n, 'paid', { lifetime });
  const late = await hot.pay(receiver, 4n, 'late', { lifetime });
  await client.send(paid);
  await client.reaches(paid.signature);
  const height = () => client.call('getBlockHeight', { commitment: 'processed' });
  while (await height() <= lifetime.lastValidBlockHeight) await sleep(40);
  const valid = (commitment) => client.call('isBlockhashValid', lifetime.blockhash, { commitment });
  assert.equal((await valid('processed')).value, false);
  // The finalized height lags, so judged there the hash still lives: only a finalized height proves expiry.
  assert.equal((await valid('finalized')).value, true);
  for (const transaction of [paid, late]) {
    const { error } = await client.send(transaction, { preflightCommitment: 'processed' });
    assert.equal(error.data.err, 'BlockhashNotFound');
  }
  assert.equal((await client.send(late, { skipPreflight: true })).result, late.signature);
  await sleep(200);
  assert.equal(await client.status(late.signature), null);
  const fee = await client.call('getFeeForMessage', late.message, { commitment: 'processed' });
  assert.equal(fee.value, null);
});

test('A processed block hash is unknown to a finalized preflight', async () => {
  const payout = await hot.pay(receiver, 5n, 'young', { lifetime: await client.latest('processed') });
  const { error } = await client.send(payout, { preflightCommitment: undefined });
  assert.equal(error.data.err, 'BlockhashNotFound');
});

test('A transfer that must fail: preflight costs nothing, landing costs the fee', async () => {
  const before = await client.lamports(hot.wallet.address);
  const payout = await hot.pay(receiver, 10_000_000_000_000n, 'too much');
  const expected = { InstructionError: [3, { Custom: 1 }] };
  const { error } = await client.send(payout);
  assert.equal(error.code, -32002);
  assert.deepEqual(error.data.err, expected);
  assert.equal(await client.lamports(hot.wallet.address), before);
  await client.send(payout, { skipPreflight: true });
  const { status } = await client.reaches(payout.signature);
  assert.deepEqual(status.err, expected);
  assert.equal(before - (await client.lamports(hot.wallet.address)), FEE);
});

test('Simulation replaces the block hash and counts units', async () => {
  const payout = await hot.pay(receiver, 6n, 'simulated', { lifetime: await client.latest('processed') });
  const options = { encoding: 'base64', commitment: 'confirmed', replaceRecentBlockhash: true };
  const { value } = await client.call('simulateTransaction', payout.wire, options);
  assert.equal(value.err, null);
  assert.ok(value.unitsConsumed > 1_000 && value.unitsConsumed < 60_000);
  assert.ok(value.replacementBlockhash.lastValidBlockHeight > 0);
  const both = await client.raw('simulateTransaction', payout.wire, { ...options, sigVerify: true });
  assert.equal(both.error.code, -32602);
});

test('Bad payers, bad signatures and malformed bytes are refused, and the server survives', async () => {
  const poor = await kit.generateKeyPairSigner();
  const broke = await build({ payer: poor, lifetime: await client.latest(), instructions: [memo('x')] });
  assert.equal((await client.send(broke)).error.data.err, 'AccountNotFound');
  const bytes = Buffer.from(broke.wire, 'base64');
  bytes[5] ^= 1;
  assert.equal((await client.send({ wire: bytes.toString('base64') })).error.code, -32003);
  const large = Buffer.concat([bytes, Buffer.alloc(1_100)]).toString('base64');
  for (const wire of ['AAAA', '', '!', large, bytes.subarray(0, 90).toString('base64')]) {
    assert.equal((await client.send({ wire })).error.code, -32602);
  }
  // Each single byte changed: what the parser lets through must not abort the runtime.
  for (let i = 64; i < bytes.length; i++) {
    const mutated = Buffer.from(bytes);
    mutated[i] ^= 0xff;
    await client.send({ wire: mutated.toString('base64') }, { skipPreflight: true });
  }
  await sleep(150);
  assert.equal(await client.call('getHealth'), 'ok');
});

test('Legacy messages and base58 are understood', async () => {
  const payout = await hot.pay(receiver, 7n, 'legacy', { version: 'legacy' });
  const base58 = kit.getBase58Decoder().decode(Buffer.from(payout.wire, 'base64'));
  const sent = await client.call('sendTransaction', base58, { preflightCommitment: 'confirmed' });
  assert.equal(sent, payout.signature);
  assert.equal((await client.reaches(payout.signature)).status.err, null);
});

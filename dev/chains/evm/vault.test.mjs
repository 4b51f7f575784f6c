// PayoutVault in a real EVM: nobody is paid twice, no item harms its neighbours, and what it costs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AbiCoder, ZeroAddress, dataSlice, getAddress } from 'ethers';
import { payoutVaultSource, strangeTokenSource, testUsdcSource } from './compile.mjs';
import { as, done, someone, startChain } from './testing.mjs';

const MANNERS = ['Plain', 'Silent', 'ReturnsFalse', 'Reverts', 'RevertsAtLength', 'EatsGas', 'ReturnsTwo',
  'ReturnsAByte', 'Reenters', 'ReentersAndRefuses'];
const REFUSES = ['ReturnsFalse', 'Reverts', 'RevertsAtLength'];
const UNCLEAR = ['ReturnsTwo', 'ReturnsAByte'];
const UNIT = 10n ** 12n; // base units of a micro-unit of StrangeToken

let chain;
let operator;
let treasury;
let owner;
let usdc;

before(async () => {
  chain = await startChain();
  [operator, treasury, owner] = [await chain.wallet(), await chain.wallet(), await chain.wallet()];
  usdc = await chain.deploy(testUsdcSource, owner);
});
after(() => chain.stop());

const item = (number, to, micro, base = 0n) =>
  (BigInt(to) << 96n) | (BigInt(micro) << 32n) | (BigInt(number) - base);

async function usdcVault(funds = 1_000_000n) {
  const vault = await chain.deploy(payoutVaultSource, operator, usdc.target, 6, operator.address, treasury.address);
  await done(usdc.mint(vault.target, funds));
  return vault;
}

async function strangeVault(funds = 10n ** 32n) {
  const token = await chain.deploy(strangeTokenSource, owner);
  const vault = await chain.deploy(payoutVaultSource, operator, token.target, 18, operator.address, treasury.address);
  await done(token.mint(vault.target, funds));
  return { token, vault };
}

const eventsOf = (vault, receipt) =>
  receipt.logs
    .filter((log) => log.address === vault.target)
    .map((log) => vault.interface.parseLog(log))
    .map(({ name, args }) => `${name} ${args[0]}`); // Paid has an array: 7,8,9

const pay = async (vault, items, base = 0n) => eventsOf(vault, await done(vault.pay(base, items, { gasLimit: 16_000_000n })));
const refuses = (attempt, name) => assert.rejects(attempt, (error) => error.revert?.name === name, name);

test('A batch pays everyone once and says so with the numbers', async () => {
  const vault = await usdcVault();
  const [ann, bob] = [someone(), someone()];

  const receipt = await done(vault.pay(0n, [item(7, ann, 100n), item(8, bob, 200n), item(300, ann, 5n)]));

  assert.deepEqual(eventsOf(vault, receipt), ['Paid 7,8,300']);
  assert.deepEqual([await usdc.balanceOf(ann), await usdc.balanceOf(bob)], [105n, 200n]);
  assert.deepEqual(await Promise.all([6, 7, 8, 9, 300].map((n) => vault.isPaid(n))), [false, true, true, false, true]);
  // The transfers come in the order of the numbers.
  const transfers = receipt.logs.slice(0, 3).map((log) => usdc.interface.parseLog(log).args);
  assert.deepEqual(transfers.map(({ from, to, value }) => [from, to, value]), [
    [vault.target, ann, 100n],
    [vault.target, bob, 200n],
    [vault.target, ann, 5n],
  ]);
});

test('A number is paid once: in a batch, in the next, under another base, to anybody', async () => {
  const vault = await usdcVault();
  const [ann, bob] = [someone(), someone()];

  assert.deepEqual(await pay(vault, [item(1, ann, 10n), item(1, ann, 10n)]), ['AlreadyPaid 1', 'Paid 1']);
  assert.deepEqual(await pay(vault, [item(1, bob, 99n), item(2, bob, 1n)]), ['AlreadyPaid 1', 'Paid 2']);
  const far = 2n ** 40n;
  assert.deepEqual(await pay(vault, [item(far, ann, 1n, far)], far), [`Paid ${far}`]);
  assert.deepEqual(await pay(vault, [item(far, ann, 1n, far - 5n)], far - 5n), [`AlreadyPaid ${far}`]);
  assert.deepEqual([await usdc.balanceOf(ann), await usdc.balanceOf(bob)], [11n, 1n]);
});

test('Whom the token refuses is skipped with its reason, and can be paid later', async () => {
  const vault = await usdcVault();
  const [ann, bob, eve] = [someone(), someone(), someone()];
  await done(usdc.blacklist(eve));
  const items = [item(1, ann, 1n), item(2, eve, 2n), item(3, bob, 3n), item(4, ZeroAddress, 4n)];

  const receipt = await done(vault.pay(0n, items));

  assert.deepEqual(eventsOf(vault, receipt), ['Refused 2', 'Refused 4', 'Paid 1,3']);
  const refused = receipt.logs.map((log) => vault.interface.parseLog(log)).find((e) => e?.name === 'Refused');
  const [reason] = AbiCoder.defaultAbiCoder().decode(['string'], dataSlice(refused.args.reason, 4));
  assert.equal(reason, 'Blacklistable: account is blacklisted');
  assert.equal(await vault.isPaid(2), false);
  await done(usdc.unBlacklist(eve));
  assert.deepEqual(await pay(vault, items), ['AlreadyPaid 1', 'AlreadyPaid 3', 'Refused 4', 'Paid 2']);
  assert.equal(await usdc.balanceOf(eve), 2n);
});

test('An empty vault refuses the items that it cannot pay, not the others', async () => {
  const vault = await usdcVault(10n);

  assert.deepEqual(await pay(vault, [item(1, someone(), 8n), item(2, someone(), 8n), item(3, someone(), 2n)]),
    ['Refused 2', 'Paid 1,3']);
});

test('A paused token refuses everyone, and nobody is marked', async () => {
  const vault = await usdcVault();
  await done(usdc.pause());
  const events = await pay(vault, [item(1, someone(), 1n), item(2, someone(), 1n)]);
  await done(usdc.unpause());

  assert.deepEqual(events, ['Refused 1', 'Refused 2']);
  assert.equal(await vault.paidBits(0), 0n);
});

test('Only the operator pays; only the treasury receives; only the treasury changes the operator', async () => {
  const vault = await usdcVault(100n);
  const stranger = await chain.wallet();
  const next = await chain.wallet();

  await refuses(as(stranger, vault).pay.staticCall(0n, [item(1, stranger.address, 1n)]), 'NotOperator');
  await refuses(as(treasury, vault).pay.staticCall(0n, [item(1, stranger.address, 1n)]), 'NotOperator');
  await refuses(as(stranger, vault).withdraw.staticCall(usdc.target, 1n), 'NotAllowed');
  await refuses(as(operator, vault).changeOperator.staticCall(next.address), 'NotTreasury');
  await refuses(as(treasury, vault).changeOperator.staticCall(ZeroAddress), 'ZeroAddress');
  await pay(vault, [item(1, stranger.address, 10n)]);
  await done(as(operator, vault).withdraw(usdc.target, 30n));
  await done(as(treasury, vault).withdraw(usdc.target, 20n));
  await refuses(as(treasury, vault).withdraw.staticCall(usdc.target, 41n), 'WithdrawalRefused');
  await refuses(as(treasury, vault).withdraw.staticCall(stranger.address, 1n), 'UnclearAnswer');
  await done(as(treasury, vault).changeOperator(next.address));

  await refuses(as(operator, vault).pay.staticCall(0n, [item(2, stranger.address, 1n)]), 'NotOperator');
  assert.deepEqual(await pay(as(next, vault), [item(1, stranger.address, 10n), item(2, stranger.address, 1n)]),
    ['AlreadyPaid 1', 'Paid 2']);
  assert.equal(await usdc.balanceOf(treasury.address), 50n);
});

test('A vault of nothing, or of nobody, cannot be made', async () => {
  const make = (...args) => chain.deploy(payoutVaultSource, operator, ...args);
  const anybody = someone();

  await assert.rejects(make(anybody, 6, operator.address, treasury.address));
  await assert.rejects(make(usdc.target, 5, operator.address, treasury.address));
  await assert.rejects(make(usdc.target, 6, ZeroAddress, treasury.address));
  await assert.rejects(make(usdc.target, 6, operator.address, ZeroAddress));
});

test('Amounts are micro-units, whatever the decimals of the token', async () => {
  const { token, vault } = await strangeVault();
  const ann = someone();

  await pay(vault, [item(1, ann, 2n ** 64n - 1n)]);

  assert.equal(await token.balanceOf(ann), (2n ** 64n - 1n) * UNIT);
});

test('A token that returns nothing pays; one that returns false or reverts has refused, however long its reason', async () => {
  const { token, vault } = await strangeVault();
  const people = Object.fromEntries(MANNERS.map((manner) => [manner, someone()]));
  for (const [manner, who] of Object.entries(people)) await done(token.setManner(who, MANNERS.indexOf(manner)));

  const receipt = await done(
    vault.pay(0n, ['Plain', 'Silent', ...REFUSES].map((manner, i) => item(i, people[manner], 1n)), { gasLimit: 16_000_000n }),
  );

  assert.deepEqual(eventsOf(vault, receipt), ['Refused 2', 'Refused 3', 'Refused 4', 'Paid 0,1']);
  const reasons = receipt.logs.map((log) => vault.interface.parseLog(log)).filter((e) => e?.name === 'Refused').map((e) => e.args.reason);
  assert.deepEqual(reasons.map((reason) => reason.length / 2 - 1), [32, 100, 132]);
});

test('An answer that is neither yes nor no pays nobody in the batch', async () => {
  const { token, vault } = await strangeVault();
  for (const manner of UNCLEAR) {
    const [ann, odd] = [someone(), someone()];
    await done(token.setManner(odd, MANNERS.indexOf(manner)));

    await refuses(vault.pay.staticCall(0n, [item(1, ann, 1n), item(2, odd, 1n)]), 'UnclearAnswer');
    await assert.rejects(done(vault.pay(0n, [item(1, ann, 1n), item(2, odd, 1n)], { gasLimit: 1_000_000n })));
    assert.deepEqual([await token.balanceOf(ann), await token.balanceOf(odd), await vault.paidBits(0)], [0n, 0n, 0n]);
  }
});

test('Want of gas is not a refusal', async () => {
  const { token, vault } = await strangeVault();
  const [greedy, ann] = [someone(), someone()];
  await done(token.setManner(greedy, MANNERS.indexOf('EatsGas')));
  const items = [item(1, greedy, 1n), item(2, ann, 1n)];

  // It leaves one part in 64: too little for the next item, so that the batch as a whole is undone.
  await refuses(vault.pay.staticCall(0n, items, { gasLimit: 4_000_000n }), 'TooLittleGas');
  // With enough left it is one item's refusal.
  assert.deepEqual(await pay(vault, items), ['Refused 1', 'Paid 2']);
  await refuses(vault.pay.staticCall(0n, [item(3, ann, 1n)], { gasLimit: 150_000n }), 'TooLittleGas');
});

test('A token that enters the vault again is not paid twice, even when it is the operator', async () => {
  const token = await chain.deploy(strangeTokenSource, owner);
  const vault = await chain.deploy(payoutVaultSource, operator, token.target, 18, token.target, treasury.address);
  await done(token.mint(vault.target, 1_000n * UNIT));
  const [eve, ann] = [someone(), someone()];
  await done(token.setManner(eve, MANNERS.indexOf('Reenters')));
  const inner = vault.interface.encodeFunctionData('pay', [0n, [item(1, eve, 5n), item(2, ann, 7n)]]);
  await done(token.setReentry(inner));

  const outer = vault.interface.encodeFunctionData('pay', [0n, [item(1, eve, 5n), item(2, ann, 7n)]]);
  const receipt = await done(token.forward(vault.target, outer, { gasLimit: 8_000_000n }));

  assert.deepEqual(eventsOf(vault, receipt), ['AlreadyPaid 1', 'Paid 2', 'AlreadyPaid 2', 'Paid 1']);
  assert.deepEqual([await token.balanceOf(eve), await token.balanceOf(ann)], [5n * UNIT, 7n * UNIT]);
  // Refused after another of its word was paid on the way: only its own bit is cleared.
  const [mallory, bob] = [someone(), someone()];
  await done(token.setManner(mallory, MANNERS.indexOf('ReentersAndRefuses')));
  await done(token.setReentry(vault.interface.encodeFunctionData('pay', [0n, [item(4, bob, 3n)]])));
  const refused = vault.interface.encodeFunctionData('pay', [0n, [item(3, mallory, 9n)]]);
  const events = eventsOf(vault, await done(token.forward(vault.target, refused, { gasLimit: 8_000_000n })));
  assert.deepEqual(events, ['Paid 4', 'Refused 3']);
  assert.deepEqual([await vault.isPaid(3), await vault.isPaid(4)], [false, true]);
  assert.deepEqual([await token.balanceOf(mallory), await token.balanceOf(bob)], [0n, 3n * UNIT]);
});

test('Whatever is asked, the vault does what a list of paid numbers would do', async () => {
  const { token, vault } = await strangeVault(5_000n * UNIT);
  const random = mulberry(20_261_120);
  const people = [...Array(12)].map(() => getAddress(someone()));
  const manner = new Map(people.map((who) => [who, 'Plain']));
  const model = { paid: new Set(), held: 5_000n, got: new Map(people.map((who) => [who, 0n])) };

  for (let round = 0; round < 250; round++) {
    if (random() < 0.3) {
      const who = people[Math.floor(random() * people.length)];
      manner.set(who, ['Plain', 'Silent', ...REFUSES][Math.floor(random() * 5)]);
      await done(token.setManner(who, MANNERS.indexOf(manner.get(who))));
    }
    if (random() < 0.1) {
      await done(token.mint(vault.target, 500n * UNIT));
      model.held += 500n;
    }
    const base = BigInt(Math.floor(random() * 3)) * 250n;
    const batch = [...Array(1 + Math.floor(random() * 12))].map(() => ({
      number: base + BigInt(Math.floor(random() * 260)),
      to: people[Math.floor(random() * people.length)],
      micro: BigInt(Math.floor(random() * 40)),
    }));
    const expected = [];
    const paid = [];
    for (const { number, to, micro } of batch) {
      if (model.paid.has(number)) {
        expected.push(`AlreadyPaid ${number}`);
      } else if (REFUSES.includes(manner.get(to)) || micro > model.held) {
        expected.push(`Refused ${number}`);
      } else {
        model.paid.add(number);
        model.held -= micro;
        model.got.set(to, model.got.get(to) + micro);
        paid.push(number);
      }
    }
    if (paid.length) expected.push(`Paid ${paid}`);

    assert.deepEqual(await pay(vault, batch.map((b) => item(b.number, b.to, b.micro, base)), base), expected, `round ${round}`);
  }

  for (const [who, micro] of model.got) assert.equal(await token.balanceOf(who), micro * UNIT);
  assert.equal(await token.balanceOf(vault.target), model.held * UNIT);
  for (let number = 0n; number < 800n; number++) {
    if (number % 7n === 0n) assert.equal(await vault.isPaid(number), model.paid.has(number));
  }
});

test('What a payout costs beside a plain transfer of the same token', async () => {
  const vault = await usdcVault(10n ** 12n);
  await done(usdc.mint(operator.address, 10n ** 9n));
  const plain = async (to) => (await done(as(operator, usdc).transfer(to, 1n))).gasUsed;
  const known = someone();
  const plainNew = await plain(known);
  const plainKnown = await plain(known);
  let number = 1n;
  const rows = [];
  for (const size of [1, 10, 50, 100, 200]) {
    const people = [...Array(size)].map(() => someone());
    const batch = async () => {
      const items = people.map((to) => item(number++, to, 1_234_567n));
      return (await done(vault.pay(0n, items, { gasLimit: 16_700_000n }))).gasUsed / BigInt(size);
    };
    rows.push({ items: size, 'new holder': Number(await batch()), 'existing holder': Number(await batch()) });
  }
  rows.unshift({ items: 'plain transfer', 'new holder': Number(plainNew), 'existing holder': Number(plainKnown) });
  console.table(rows);

  const hundred = rows.find((row) => row.items === 100);
  assert.ok(hundred['existing holder'] <= 12_500, `existing: ${hundred['existing holder']}`);
  assert.ok(hundred['new holder'] <= 30_000, `new: ${hundred['new holder']}`);
});

// A small generator with a seed, so that a failure can be run again.
function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

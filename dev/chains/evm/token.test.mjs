// TestUsdc refuses with the words of the real token, because the product tells refusals apart by them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testUsdcSource } from './compile.mjs';
import { as as asWallet, done, someone, startChain } from './testing.mjs';

let chain;
let token;
let owner;
let payer;
const receiver = someone();

before(async () => {
  chain = await startChain();
  [owner, payer] = [await chain.wallet(), await chain.wallet()];
  token = await chain.deploy(testUsdcSource, owner);
  await done(token.mint(payer.address, 1_000n));
});
after(() => chain.stop());

const as = (wallet) => asWallet(wallet, token);
const refuses = (attempt, reason) => assert.rejects(attempt, (error) => error.reason === reason);

test('A transfer moves tokens and says so in the log', async () => {
  const receipt = await done(as(payer).transfer(receiver, 250n));
  const { name, args } = token.interface.parseLog(receipt.logs[0]);
  assert.deepEqual([name, ...args], ['Transfer', payer.address, receiver, 250n]);
  assert.equal(await token.balanceOf(receiver), 250n);
  assert.equal(await token.decimals(), 6n);
});

test('More than the balance is refused', async () => {
  await refuses(as(payer).transfer.staticCall(receiver, 751n), 'ERC20: transfer amount exceeds balance');
});

test('A blacklisted receiver or sender is refused until it is taken off the list', async () => {
  for (const address of [receiver, payer.address]) {
    await done(token.blacklist(address));
    await refuses(as(payer).transfer.staticCall(receiver, 1n), 'Blacklistable: account is blacklisted');
    await done(token.unBlacklist(address));
  }
  await done(as(payer).transfer(receiver, 1n));
});

test('A paused token refuses everyone', async () => {
  await done(token.pause());
  await refuses(as(payer).transfer.staticCall(receiver, 1n), 'Pausable: paused');
  await done(token.unpause());
});

test('transferFrom spends the allowance', async () => {
  await done(as(payer).approve(owner.address, 100n));
  const over = token.transferFrom.staticCall(payer.address, receiver, 101n);
  await refuses(over, 'ERC20: transfer amount exceeds allowance');
  await done(token.transferFrom(payer.address, receiver, 60n));
  assert.equal(await token.allowance(payer.address, owner.address), 40n);
});

test('Only the owner mints', async () => {
  await refuses(as(payer).mint.staticCall(payer.address, 1n), 'Ownable: caller is not the owner');
});

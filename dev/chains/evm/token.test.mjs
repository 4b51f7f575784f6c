// TestUsdc refuses with the words of the real token, because the product tells refusals apart by them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Contract, ContractFactory, JsonRpcProvider, Wallet } from 'ethers';
import { call, waitFor } from '../jsonrpc.mjs';
import { compile, testUsdcSource } from './compile.mjs';

const BINARY = '../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil';
const ANVIL = fileURLToPath(new URL(BINARY, import.meta.url));

let anvil;
let provider;
let token;
let owner;
let payer;
const receiver = Wallet.createRandom().address;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  anvil = spawn(ANVIL, ['--port', String(port), '--accounts', '0', '--quiet'], { stdio: 'ignore' });
  await waitFor('test', url, 'eth_chainId');
  provider = new JsonRpcProvider(url, undefined, { pollingInterval: 20, cacheTimeout: -1 });
  [owner, payer] = [0, 1].map(() => new Wallet(Wallet.createRandom().privateKey, provider));
  for (const { address } of [owner, payer]) {
    await call(url, 'anvil_setBalance', [address, '0xde0b6b3a7640000']);
  }
  const { abi, bytecode } = compile(testUsdcSource);
  token = await new ContractFactory(abi, bytecode, owner).deploy();
  await token.waitForDeployment();
  await done(token.mint(payer.address, 1_000n));
});
after(() => {
  provider.destroy();
  anvil.kill();
});

const done = async (sent) => (await sent).wait();
const as = (wallet) => new Contract(token.target, token.interface, wallet);
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

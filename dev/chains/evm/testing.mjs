// A private chain for a test file: blocks are made as transactions come.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Contract, ContractFactory, JsonRpcProvider, Wallet } from 'ethers';
import { call, waitFor } from '../jsonrpc.mjs';
import { compile } from './compile.mjs';

const BINARY = '../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil';
const ANVIL = fileURLToPath(new URL(BINARY, import.meta.url));
const COINS = '0x3635c9adc5dea00000'; // 1,000 coins

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startChain() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const anvil = spawn(ANVIL, ['--port', String(port), '--accounts', '0', '--quiet'], { stdio: 'ignore' });
  await waitFor('test', url, 'eth_chainId');
  const provider = new JsonRpcProvider(url, undefined, { pollingInterval: 20, cacheTimeout: -1 });
  return {
    provider,
    stop() {
      provider.destroy();
      anvil.kill();
    },
    async wallet() {
      const wallet = new Wallet(Wallet.createRandom().privateKey, provider);
      await call(url, 'anvil_setBalance', [wallet.address, COINS]);
      return wallet;
    },
    async deploy(source, by, ...args) {
      const { abi, bytecode } = compile(source);
      const contract = await new ContractFactory(abi, bytecode, by).deploy(...args);
      await contract.waitForDeployment();
      return contract;
    },
  };
}

// A block is made at once, so the receipt is there; a transaction that failed throws.
export async function done(sent) {
  const transaction = await sent;
  const receipt = await transaction.provider.getTransactionReceipt(transaction.hash);
  return receipt?.status === 1 ? receipt : transaction.wait();
}

export const as = (wallet, contract) => new Contract(contract.target, contract.interface, wallet);
export const someone = () => Wallet.createRandom().address;

// Makes an EVM chain ready to pay: the token and a vault of the wallet's are deployed; the wallet holds coins and tokens, the
// vault tokens.
import fs from 'node:fs';
import path from 'node:path';
import { call, waitFor } from '../jsonrpc.mjs';
import { evmKey } from '../keys.mjs';
import { compile, payoutVaultSource, testUsdcSource } from './compile.mjs';

const NATIVE = 10n ** 21n; // 1,000 coins
const TOKENS = 10_000_000_000_000n; // 10,000,000 tokens

// known: what an earlier run wrote for this chain
export async function prepareEvm({ network, url, keys, known }) {
  const chainId = Number(await waitFor(network, url, 'eth_chainId'));
  if (known && Number(known.CHAIN_ID) === chainId && fs.existsSync(known.KEY_FILE)) {
    const code = await call(url, 'eth_getCode', [known.TOKEN, 'latest']);
    if (code !== '0x' && known.VAULT) return { ...known, RPC_URL: url };
  }
  // Loaded only when there is work, so that a prepared chain is recognised at once.
  const { ContractFactory, JsonRpcProvider, Wallet } = await import('ethers');
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, pollingInterval: 100 });
  try {
    const keyFile = path.join(keys, `${network}-wallet.key`);
    const ownerKeyFile = path.join(keys, `${network}-token-owner.key`);
    const wallet = new Wallet(evmKey(keyFile));
    const owner = new Wallet(evmKey(ownerKeyFile), provider);
    for (const { address } of [wallet, owner]) {
      await call(url, 'anvil_setBalance', [address, `0x${NATIVE.toString(16)}`]);
    }
    const { abi, bytecode } = compile(testUsdcSource);
    // Zero on a new chain, so the token's address stays the same; more when an earlier run was interrupted.
    const nonce = await owner.getNonce('pending');
    const token = await new ContractFactory(abi, bytecode, owner).deploy({ nonce });
    const address = await token.getAddress();
    const made = compile(payoutVaultSource);
    const vault = await new ContractFactory(made.abi, made.bytecode, owner).deploy(
      address, 6, wallet.address, owner.address, { nonce: nonce + 1, gasLimit: 3_000_000 });
    const vaultAddress = await vault.getAddress();
    const mints = [
      await token.mint(wallet.address, TOKENS, { nonce: nonce + 2, gasLimit: 200_000 }),
      await token.mint(vaultAddress, TOKENS, { nonce: nonce + 3, gasLimit: 200_000 }),
    ];
    await call(url, 'evm_mine');
    const receipts = await Promise.all([...mints, vault.deploymentTransaction()].map((sent) => sent.wait()));
    if (receipts.some((receipt) => receipt.status !== 1)) throw new Error(`The ${network} tokens could not be minted.`);
    return {
      RPC_URL: url,
      CHAIN_ID: String(chainId),
      TOKEN: address,
      VAULT: vaultAddress,
      WALLET: wallet.address,
      KEY_FILE: keyFile,
      TOKEN_OWNER_KEY_FILE: ownerKeyFile,
    };
  } finally {
    provider.destroy();
  }
}

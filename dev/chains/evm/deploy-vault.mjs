// Deploys contracts/PayoutVault.sol on a network, reads back what was deployed, and prints the setting for the product.
//
//   node dev/chains/evm/deploy-vault.mjs --rpc URL --token 0x… --operator 0x… --treasury 0x… --key-file FILE [--send]
//
// operator: the hot wallet that the worker signs with. treasury: where money may go back to, and who may change the
// operator; a wallet that is kept offline, never the hot wallet. key-file: the key that pays for the deployment (0x and
// 64 hex); it has no rights afterwards. Without --send everything is checked and nothing is sent.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contract, ContractFactory, JsonRpcProvider, Wallet, formatEther, getAddress } from 'ethers';
import { compile, payoutVaultSource } from './compile.mjs';

const TOKEN = ['function decimals() view returns (uint8)', 'function symbol() view returns (string)'];

export async function deployVault({ rpc, token, operator, treasury, key, send, say = console.log }) {
  const [asset, wallet, home] = [token, operator, treasury].map(getAddress);
  if (wallet === home) throw new Error('The treasury must not be the hot wallet: whoever has its key would have all.');
  const provider = new JsonRpcProvider(rpc, undefined, { staticNetwork: true });
  try {
    const { chainId } = await provider.getNetwork();
    const payer = new Wallet(key, provider);
    const contract = new Contract(asset, TOKEN, provider);
    const decimals = Number(await contract.decimals());
    const { abi, bytecode } = compile(payoutVaultSource);
    const factory = new ContractFactory(abi, bytecode, payer);
    const deployment = await factory.getDeployTransaction(asset, decimals, wallet, home);
    const gas = await provider.estimateGas({ ...deployment, from: payer.address });
    const { maxFeePerGas } = await provider.getFeeData();
    say(`chain ${chainId}, token ${await contract.symbol()} with ${decimals} decimals at ${asset}`);
    say(`operator ${wallet}, treasury ${home}`);
    say(`${payer.address} pays at most ${formatEther(gas * maxFeePerGas)} for ${gas} gas`);
    if (!send) return say('Nothing was sent; say --send.');

    const vault = await factory.deploy(asset, decimals, wallet, home);
    say(`sent in ${vault.deploymentTransaction().hash} …`);
    await vault.waitForDeployment();
    await confirm(vault, { token: asset, operator: wallet, treasury: home, unit: 10n ** BigInt(decimals - 6) });
    say(`Networks__<name>__Vault=${vault.target}`);
    return vault.target;
  } finally {
    provider.destroy();
  }
}

async function confirm(vault, expected) {
  for (const [name, value] of Object.entries(expected)) {
    const found = await vault[name]();
    if (found !== value) throw new Error(`${vault.target}: ${name} is ${found}, not ${value}. Do not use it.`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: { rpc: text, token: text, operator: text, treasury: text, 'key-file': text, send: { type: 'boolean' } },
  });
  const missing = ['rpc', 'token', 'operator', 'treasury', 'key-file'].filter((name) => !values[name]);
  if (missing.length) {
    console.error(`Missing: --${missing.join(', --')}. The head of this file says what they are.`);
    process.exit(2);
  }
  try {
    await deployVault({ ...values, key: fs.readFileSync(values['key-file'], 'utf8').trim() });
  } catch (error) {
    console.error(error.shortMessage ?? error.message);
    process.exit(1);
  }
}

// One word for these lives of the chains: it changes when any of them begins anew. The Solana server draws its genesis
// hash at each start, and the first block of an anvil holds the time of its start.
//
//   node dev/compose/identity.mjs SOLANA_URL EVM_URL...
import crypto from 'node:crypto';
import { call, waitFor } from '../chains/jsonrpc.mjs';

const [solana, ...evm] = process.argv.slice(2);

async function firstBlock(url) {
  await waitFor('EVM', url, 'eth_chainId');
  return (await call(url, 'eth_getBlockByNumber', ['0x0', false])).hash;
}

try {
  const lives = await Promise.all([waitFor('solana', solana, 'getGenesisHash'), ...evm.map(firstBlock)]);
  console.log(crypto.createHash('sha256').update(lives.join()).digest('hex').slice(0, 16));
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

// Prepares the three chains of an instance and writes <instance>/chains.env. A chain that still holds what an
// earlier run prepared is left alone; a restarted one is prepared anew, with the same keys and addresses.
//
//   node dev/chains/prepare.mjs --instance .local/demo --solana URL --ethereum URL --polygon URL
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { prepareEvm } from './evm/prepare.mjs';
import { prepareSolana } from './solana/prepare.mjs';

const { values } = parseArgs({
  options: {
    instance: { type: 'string' },
    solana: { type: 'string' },
    ethereum: { type: 'string' },
    polygon: { type: 'string' },
  },
});
const instance = path.resolve(values.instance);
const keys = path.join(instance, 'keys');
const envFile = path.join(instance, 'chains.env');
const known = readKnown(envFile);

try {
  const [solana, ethereum, polygon] = await Promise.all([
    twice(() => prepareSolana({ url: values.solana, keys, known: known.SOLANA })),
    twice(() => prepareEvm({ network: 'ethereum', url: values.ethereum, keys, known: known.ETHEREUM })),
    twice(() => prepareEvm({ network: 'polygon', url: values.polygon, keys, known: known.POLYGON })),
  ]);
  const lines = [];
  for (const [network, entries] of Object.entries({ SOLANA: solana, ETHEREUM: ethereum, POLYGON: polygon })) {
    for (const [key, value] of Object.entries(entries)) lines.push(`${network}_${key}=${quote(value)}\n`);
  }
  fs.writeFileSync(`${envFile}.new`, lines.join(''));
  fs.renameSync(`${envFile}.new`, envFile);
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

// While all servers boot at once, a call may go unanswered; a preparation can be repeated from any point.
async function twice(prepare) {
  try {
    return await prepare();
  } catch {
    return prepare();
  }
}

// SOLANA_MINT=… → { SOLANA: { MINT: … } }
function readKnown(file) {
  const networks = {};
  if (!fs.existsSync(file)) return networks;
  for (const line of fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [, network, key, value] = /^([A-Z]+)_([A-Z_]+)=(.*)$/.exec(line);
    (networks[network] ??= {})[key] = value.replace(/^'(.*)'$/, '$1');
  }
  return networks;
}

// Bash reads the file; only a path with unusual characters needs quotes.
function quote(value) {
  return /^[\w./:@%+,-]+$/.test(value) ? value : `'${value}'`;
}

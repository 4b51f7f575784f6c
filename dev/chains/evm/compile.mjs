// Compiles Solidity files to <out>/<Contract>.json with abi and bytecode. Bytecode is never committed: the
// compiler is pinned and leaves no metadata hash, so the same source gives the same bytes anywhere.
//
//   node dev/chains/evm/compile.mjs [--out folder] [file.sol ...]
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.resolve(here, '../../..');

export const contractsFolder = path.join(repository, '.local/contracts');
export const testUsdcSource = path.join(here, 'contracts/TestUsdc.sol');
export const strangeTokenSource = path.join(here, 'contracts/StrangeToken.sol');
export const payoutVaultSource = path.join(repository, 'contracts/PayoutVault.sol');

const settings = {
  optimizer: { enabled: true, runs: 10_000 },
  evmVersion: 'prague',
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

// Loading the compiler takes a second, so a file that did not change is not compiled again.
export function compile(file, out = contractsFolder) {
  const name = path.basename(file, '.sol');
  const target = path.join(out, `${name}.json`);
  const content = fs.readFileSync(file, 'utf8');
  const compilerVersion = require('solc/package.json').version;
  const stamp = crypto.createHash('sha256')
    .update(JSON.stringify({ content, compilerVersion, settings }))
    .digest('hex');
  const known = fs.existsSync(target) && JSON.parse(fs.readFileSync(target, 'utf8'));
  if (known && known.stamp === stamp && !content.includes('import')) return known;

  const { abi, evm } = runCompiler(file, content).contracts[path.basename(file)][name];
  const artifact = { contract: name, abi, bytecode: `0x${evm.bytecode.object}`, stamp };
  fs.mkdirSync(out, { recursive: true });
  // Two set-ups may compile at the same time; a rename never shows half a file.
  const draft = `${target}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(artifact, null, 2)}\n`);
  fs.renameSync(draft, target);
  return artifact;
}

function runCompiler(file, content) {
  const input = { language: 'Solidity', sources: { [path.basename(file)]: { content } }, settings };
  const output = JSON.parse(require('solc').compile(JSON.stringify(input), { import: readImport(file) }));
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (errors.length) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  return output;
}

// Files beside the source come first, then the pinned libraries.
function readImport(file) {
  return (name) => {
    const candidates = [path.resolve(path.dirname(file), name), path.join(here, '../node_modules', name)];
    const found = candidates.find((candidate) => fs.existsSync(candidate));
    return found ? { contents: fs.readFileSync(found, 'utf8') } : { error: `${name} was not found` };
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
  for (const file of positionals.length ? positionals : [testUsdcSource]) {
    const artifact = compile(path.resolve(file), values.out && path.resolve(values.out));
    console.log(`${artifact.contract}: ${artifact.bytecode.length / 2 - 1} bytes`);
  }
}

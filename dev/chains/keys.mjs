// Key files of an instance: made once, readable by their owner only.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

// One line: 0x and 64 hex digits.
export function evmKey(file) {
  return ensure(file, () => `0x${crypto.randomBytes(32).toString('hex')}\n`).trim();
}

// The format of the Solana command line: a JSON array of 64 bytes, the seed and then the public key.
export function solanaKey(file) {
  const text = ensure(file, () => {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    return `${JSON.stringify([...seed, ...key])}\n`;
  });
  return Uint8Array.from(JSON.parse(text));
}

function ensure(file, make) {
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, make(), { mode: 0o600 });
  }
  return fs.readFileSync(file, 'utf8');
}

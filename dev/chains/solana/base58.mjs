// Base58 in the alphabet that Solana uses for keys, block hashes and signatures.

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 58; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

// Limbs of five digits keep the number of long divisions low: each landed transaction encodes a dozen keys.
const LIMB = 58 ** 5;

export function encode58(bytes) {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  const limbs = new Uint32Array(Math.ceil((bytes.length - zeros) * 0.2932) + 1);
  let used = 0;
  for (let i = zeros; i < bytes.length; i++) {
    let carry = bytes[i];
    for (let j = 0; j < used; j++) {
      const value = limbs[j] * 256 + carry;
      carry = Math.floor(value / LIMB);
      limbs[j] = value - carry * LIMB;
    }
    while (carry) {
      limbs[used++] = carry % LIMB;
      carry = Math.floor(carry / LIMB);
    }
  }
  let text = '';
  for (let j = 0; j < used; j++) {
    let value = limbs[j];
    let digits = '';
    for (let k = 0; k < 5; k++) {
      digits = ALPHABET[value % 58] + digits;
      value = Math.floor(value / 58);
    }
    text = digits + text;
  }
  return '1'.repeat(zeros) + text.replace(/^1+/, '');
}

// The bytes, or null when a character is outside of the alphabet.
export function decode58(text) {
  let zeros = 0;
  while (zeros < text.length && text[zeros] === '1') zeros++;
  const reversed = [];
  for (let i = zeros; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let carry = code < 128 ? VALUES[code] : -1;
    if (carry < 0) return null;
    for (let j = 0; j < reversed.length; j++) {
      carry += reversed[j] * 58;
      reversed[j] = carry & 255;
      carry >>= 8;
    }
    while (carry) {
      reversed.push(carry & 255);
      carry >>= 8;
    }
  }
  const bytes = new Uint8Array(zeros + reversed.length);
  for (let i = 0; i < reversed.length; i++) bytes[bytes.length - 1 - i] = reversed[i];
  return bytes;
}

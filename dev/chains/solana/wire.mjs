// The wire form of transactions. The parser is strict on purpose: malformed bytes that reach the binding
// abort the whole process, so nothing goes there before it was read here from the first byte to the last.
import { decode58, encode58 } from './base58.mjs';
import { invalidParams } from './errors.mjs';

const TYPE = 'solana_transaction::versioned::VersionedTransaction';
const MAX_BYTES = 1232;
const MAX_CHARACTERS = { base58: 1683, base64: 1644 };

const COMPUTE_BUDGET = decode58('ComputeBudget111111111111111111111111111111');
const SYSTEM = new Uint8Array(32);

export function decodeTransaction(data, encoding = 'base58') {
  if (typeof data !== 'string') throw invalidParams();
  const limit = MAX_CHARACTERS[encoding];
  if (!limit) throw invalidParams(`unsupported encoding: ${encoding}. Supported encodings: base58, base64`);
  if (data.length > limit) {
    const sizes = `${data.length} bytes (max: encoded/raw ${limit}/${MAX_BYTES})`;
    throw invalidParams(`${encoding} encoded ${TYPE} too large: ${sizes}`);
  }
  const bytes = encoding === 'base64' ? decodeBase64(data) : decode58(data);
  if (!bytes) throw invalidParams(`invalid ${encoding} encoding: InvalidByte`);
  if (bytes.length > MAX_BYTES) {
    throw invalidParams(`decoded ${TYPE} too large: ${bytes.length} bytes (max: ${MAX_BYTES} bytes)`);
  }
  return parseTransaction(Buffer.from(bytes));
}

export function decodeBase64(text) {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

// A message alone, read as a transaction whose signatures are zero.
export function parseMessage(message) {
  const signatures = message[0] & 128 ? message[1] : message[0];
  return parseTransaction(Buffer.concat([Buffer.from([signatures]), Buffer.alloc(64 * signatures), message]));
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.offset = 0;
  }

  fail(reason) {
    throw invalidParams(`failed to deserialize ${TYPE}: ${reason}`);
  }

  peek() {
    if (this.offset >= this.bytes.length) this.fail('io error: unexpected end of file');
    return this.bytes[this.offset];
  }

  byte() {
    const value = this.peek();
    this.offset++;
    return value;
  }

  take(length) {
    const end = this.offset + length;
    if (end > this.bytes.length) this.fail('io error: unexpected end of file');
    const part = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return part;
  }

  // compact-u16: seven bits per byte, at most three bytes, only the shortest form.
  length() {
    let value = 0;
    for (let i = 0; i < 3; i++) {
      const byte = this.byte();
      if (i > 0 && byte === 0) this.fail('alias encoding');
      value |= (byte & 127) << (7 * i);
      if (byte & 128) continue;
      if (value > 65535) this.fail('overflow');
      return value;
    }
    return this.fail('byte three continues');
  }

  list(read) {
    return Array.from({ length: this.length() }, () => read());
  }
}

export function parseTransaction(wire) {
  const reader = new Reader(wire);
  const signatures = reader.list(() => reader.take(64));
  const messageStart = reader.offset;
  let version = 'legacy';
  if (reader.peek() & 128) {
    version = reader.byte() & 127;
    if (version !== 0) reader.fail('invalid value: unsupported message version');
  }
  const [required, readonlySigned, readonlyUnsigned] = reader.take(3);
  const keys = reader.list(() => reader.take(32));
  const blockhashOffset = reader.offset;
  const blockhash = encode58(reader.take(32));
  const instructions = reader.list(() => {
    const program = reader.byte();
    return { program, accounts: reader.take(reader.length()), data: reader.take(reader.length()) };
  });
  const lookups = version === 'legacy' ? [] : reader.list(() => {
    const key = reader.take(32);
    return { key, writable: reader.take(reader.length()), readonly: reader.take(reader.length()) };
  });
  const transaction = {
    bytes: wire.subarray(0, reader.offset),
    message: wire.subarray(messageStart, reader.offset),
    signature: signatures.length ? encode58(signatures[0]) : '',
    header: { required, readonlySigned, readonlyUnsigned },
    signatures, version, keys, blockhash, blockhashOffset, instructions, lookups,
  };
  sanitize(transaction);
  return transaction;
}

// The checks that the runtime makes before it looks at any account.
function sanitize({ signatures, header, keys, instructions, lookups }) {
  const { required, readonlySigned, readonlyUnsigned } = header;
  const total = keys.length + lookups.reduce((sum, l) => sum + l.writable.length + l.readonly.length, 0);
  const sound = required > 0
    && signatures.length === required
    && required <= keys.length
    && readonlySigned < required
    && required + readonlyUnsigned <= keys.length
    && total <= 256
    && lookups.every((l) => l.writable.length + l.readonly.length > 0)
    && instructions.every(({ program, accounts }) => (
      program > 0 && program < keys.length && accounts.every((index) => index < total)
    ));
  if (!sound) {
    throw invalidParams('invalid transaction: Transaction failed to sanitize accounts offsets correctly');
  }
}

// The same transaction with another block hash; its signatures no longer hold.
export function withBlockhash(transaction, blockhash) {
  const wire = Buffer.from(transaction.bytes);
  wire.set(decode58(blockhash), transaction.blockhashOffset);
  return parseTransaction(wire);
}

export function isWritable({ header, keys }, index) {
  if (index < header.required) return index < header.required - header.readonlySigned;
  return index < keys.length - header.readonlyUnsigned;
}

// 5,000 lamports for each signature, and the price of the whole compute limit, used or not.
export function feeOf({ header, keys, instructions }) {
  let limit = null;
  let price = 0n;
  let defaultLimit = 0;
  for (const { program, data } of instructions) {
    const isBudget = keys[program].equals(COMPUTE_BUDGET);
    defaultLimit += isBudget || keys[program].equals(SYSTEM) ? 3_000 : 200_000;
    if (isBudget && data[0] === 2 && data.length >= 5) limit = data.readUInt32LE(1);
    if (isBudget && data[0] === 3 && data.length >= 9) price = data.readBigUInt64LE(1);
  }
  const units = BigInt(Math.min(limit ?? defaultLimit, 1_400_000));
  const priority = (price * units + 999_999n) / 1_000_000n;
  return { fee: Number(5_000n * BigInt(header.required) + priority), price: Number(price) };
}

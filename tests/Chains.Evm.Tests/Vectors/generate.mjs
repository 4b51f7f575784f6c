// What ethers says about hashes, addresses and 1,000 signed transfers, for comparison with our own encoders.
// The same seeds give the same output at every run.
//
//   node generate.mjs <folder with node_modules/ethers>   → JSON on standard output
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const { Interface, Transaction, Wallet, getAddress, keccak256 } = require('ethers');

const erc20 = new Interface(['function transfer(address to, uint256 amount) returns (bool)']);
const hex = (bytes) => `0x${bytes.toString('hex')}`;
const seed = (label) => crypto.createHash('sha256').update(label).digest();

// An integer of 0 to `bits` bits, so that every length of an RLP integer occurs.
function integer(label, bits) {
  const bytes = seed(label);
  const length = BigInt(bytes.readUInt16BE(0) % (bits + 1));
  return BigInt(hex(bytes.subarray(2, 18))) & ((1n << length) - 1n);
}

const hashes = Array.from({ length: 410 }, (_, length) => {
  const data = Buffer.alloc(length, Buffer.from([length & 0xff, 0x5a, 0x00]));
  return { data: hex(data), hash: keccak256(data) };
});

const addresses = Array.from({ length: 200 }, (_, i) => getAddress(hex(seed(`address ${i}`).subarray(0, 20))));

const transfers = await Promise.all(Array.from({ length: 1_000 }, async (_, i) => {
  const wallet = new Wallet(hex(seed(`key ${i}`)));
  const token = getAddress(hex(seed(`token ${i}`).subarray(0, 20)));
  const destination = getAddress(hex(seed(`destination ${i}`).subarray(0, 20)));
  const amount = integer(`amount ${i}`, 128);
  const fields = {
    type: 2,
    chainId: integer(`chain ${i}`, 53) + 1n,
    nonce: Number(integer(`nonce ${i}`, 52)),
    maxPriorityFeePerGas: integer(`tip ${i}`, 64),
    maxFeePerGas: integer(`fee ${i}`, 80),
    gasLimit: integer(`gas ${i}`, 63),
    to: token,
    data: erc20.encodeFunctionData('transfer', [destination, amount]),
  };
  if (fields.maxFeePerGas < fields.maxPriorityFeePerGas) fields.maxFeePerGas = fields.maxPriorityFeePerGas;
  const unsigned = Transaction.from(fields);
  const raw = await wallet.signTransaction(fields);
  return {
    key: wallet.privateKey,
    sender: wallet.address,
    chainId: String(fields.chainId),
    nonce: String(fields.nonce),
    tip: String(fields.maxPriorityFeePerGas),
    fee: String(fields.maxFeePerGas),
    gasLimit: String(fields.gasLimit),
    token,
    destination,
    amount: String(amount),
    unsigned: unsigned.unsignedSerialized,
    signingHash: unsigned.unsignedHash,
    raw,
    hash: Transaction.from(raw).hash,
  };
}));

process.stdout.write(JSON.stringify({ hashes, addresses, transfers }));

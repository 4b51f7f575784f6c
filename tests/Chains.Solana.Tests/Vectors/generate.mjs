// Writes transfers as @solana/kit builds and signs them, one JSON object in each line. Everything follows from the
// seed, so that a difference can be looked at again.
//
//   node generate.mjs <folder with node_modules> <seed> <count>
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, seed, count] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(folder), 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const kit = await load('@solana/kit');
const token = await load('@solana-program/token');

const COMPUTE_BUDGET = kit.address('ComputeBudget111111111111111111111111111111');
const MEMO = kit.address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
const TOKEN_PROGRAMS = [
  token.TOKEN_PROGRAM_ADDRESS,
  kit.address('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'),
];

const bytes = (label, length = 32) => crypto.createHash('shake256', { outputLength: length })
  .update(`${seed}/${label}`).digest();
const address = (label) => kit.getAddressDecoder().decode(bytes(label));
const number = (label, limit) => bytes(label, 6).readUIntBE(0, 6) % limit;
const hex = (array) => Buffer.from(array).toString('hex');

// Without packages for them: tag, then the value in little-endian order.
function computeBudget(tag, length, write) {
  const data = Buffer.alloc(1 + length);
  data[0] = tag;
  write(data);
  return { programAddress: COMPUTE_BUDGET, accounts: [], data: new Uint8Array(data) };
}

async function transfer(i) {
  const version = i % 2 ? 'legacy' : 0;
  const tokenProgram = TOKEN_PROGRAMS[number(`program/${i}`, 2)];
  const secret = bytes(`sender/${i}`);
  const sender = await kit.createKeyPairSignerFromPrivateKeyBytes(secret);
  const mint = address(`mint/${i}`);
  const blockhash = address(`blockhash/${i}`);
  const units = 1 + number(`units/${i}`, 1_400_000);
  const price = bytes(`price/${i}`, 8).readBigUInt64LE();
  const decimals = number(`decimals/${i}`, 20);
  const memo = bytes(`memo/${i}`, 1 + number(`memo-length/${i}`, 30)).toString('hex');
  const account = async (owner) => (await token.findAssociatedTokenPda({ owner, mint, tokenProgram }))[0];
  const source = await account(sender.address);

  const riders = [];
  const instructions = [
    computeBudget(2, 4, (data) => data.writeUInt32LE(units, 1)),
    computeBudget(3, 8, (data) => data.writeBigUInt64LE(price, 1)),
  ];
  for (let n = 0; n <= number(`riders/${i}`, 6); n++) {
    const owner = address(`owner/${i}/${n}`);
    const destination = await account(owner);
    const amount = bytes(`amount/${i}/${n}`, 8).readBigUInt64LE();
    riders.push({ owner, destination, amount: String(amount) });
    instructions.push(
      token.getCreateAssociatedTokenIdempotentInstruction({
        payer: sender, owner, ata: destination, mint, tokenProgram,
      }),
      token.getTransferCheckedInstruction(
        { source, mint, destination, authority: sender, amount, decimals }, { programAddress: tokenProgram },
      ),
    );
  }
  instructions.push({ programAddress: MEMO, accounts: [], data: new TextEncoder().encode(memo) });

  const message = kit.pipe(
    kit.createTransactionMessage({ version }),
    (m) => kit.setTransactionMessageFeePayerSigner(sender, m),
    (m) => kit.setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 0n }, m),
    (m) => kit.appendTransactionMessageInstructions(instructions, m),
  );
  const signed = await kit.signTransactionMessageWithSigners(message);
  return {
    version: String(version), seed: hex(secret), sender: sender.address, source, mint, tokenProgram, blockhash, units,
    price: String(price), decimals, memo, riders,
    message: hex(signed.messageBytes),
    wire: kit.getBase64EncodedWireTransaction(signed),
    signature: kit.getSignatureFromTransaction(signed),
  };
}

for (let i = 0; i < Number(count); i++) console.log(JSON.stringify(await transfer(i)));

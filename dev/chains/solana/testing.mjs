// What the tests share: a server of their own, transactions, and waiting for statuses.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as kit from '@solana/kit';
import * as token from '@solana-program/token';
import { getCreateAccountInstruction } from '@solana-program/system';

export { kit, token };

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111';
const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';
export const DECIMALS = 6;

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function startServer(...options) {
  const child = spawn(process.execPath, [SERVER, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const greeting = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return new Client(/http:[^,]+/.exec(greeting)[0], () => child.kill());
}

export class Client {
  constructor(url, stop) {
    this.url = url;
    this.stop = stop;
  }

  // The HTTP status and the body, parsed when it is JSON.
  async raw(method, ...params) {
    const response = await this.#post('/', { jsonrpc: '2.0', id: 1, method, params });
    const text = await response.text();
    try {
      return { status: response.status, ...JSON.parse(text) };
    } catch {
      return { status: response.status, text };
    }
  }

  async call(method, ...params) {
    const answer = await this.raw(method, ...params);
    if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.result;
  }

  async admin(endpoint, request = {}) {
    return (await this.#post(`/admin/${endpoint}`, request)).json();
  }

  #post(path, body) {
    const headers = { 'content-type': 'application/json' };
    return fetch(new URL(path, this.url), { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async latest(commitment = 'confirmed') {
    return (await this.call('getLatestBlockhash', { commitment })).value;
  }

  send(transaction, options = {}) {
    const settings = { encoding: 'base64', preflightCommitment: 'confirmed', ...options };
    return this.raw('sendTransaction', transaction.wire, settings);
  }

  async status(signature) {
    return (await this.call('getSignatureStatuses', [signature])).value[0];
  }

  // The first status at the level or beyond it, and the levels seen on the way.
  async reaches(signature, level = 'finalized', milliseconds = 10_000) {
    const order = ['processed', 'confirmed', 'finalized'];
    const seen = [];
    for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(5)) {
      const status = await this.status(signature);
      if (status && seen.at(-1) !== status.confirmationStatus) seen.push(status.confirmationStatus);
      if (status && order.indexOf(status.confirmationStatus) >= order.indexOf(level)) return { status, seen };
    }
    throw new Error(`${signature} did not reach ${level}; seen: ${seen.join(', ') || 'nothing'}`);
  }

  async tokens(account, commitment = 'processed') {
    return Number((await this.call('getTokenAccountBalance', account, { commitment })).value.amount);
  }

  async lamports(address, commitment = 'processed') {
    return (await this.call('getBalance', address, { commitment })).value;
  }
}

export async function build({ payer, lifetime, instructions, version = 0 }) {
  const message = kit.pipe(
    kit.createTransactionMessage({ version }),
    (m) => kit.setTransactionMessageFeePayerSigner(payer, m),
    (m) => kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
    (m) => kit.appendTransactionMessageInstructions(instructions, m),
  );
  const signed = await kit.signTransactionMessageWithSigners(message);
  return {
    signature: kit.getSignatureFromTransaction(signed),
    wire: kit.getBase64EncodedWireTransaction(signed),
    message: Buffer.from(signed.messageBytes).toString('base64'),
  };
}

export const memo = (text) => ({ programAddress: kit.address(MEMO), data: new TextEncoder().encode(text) });

export function computeBudget(units, microLamports) {
  const limit = Buffer.alloc(5, 2);
  limit.writeUInt32LE(units, 1);
  const price = Buffer.alloc(9, 3);
  price.writeBigUInt64LE(BigInt(microLamports), 1);
  return [limit, price].map((data) => ({ programAddress: kit.address(COMPUTE_BUDGET), data }));
}

// A hot wallet with SOL and 1,000 tokens, and what it takes to pay from it.
export async function openWallet(client) {
  const [wallet, mint] = await Promise.all([kit.generateKeyPairSigner(), kit.generateKeyPairSigner()]);
  const airdrop = await client.call('requestAirdrop', wallet.address, 10_000_000_000);
  await client.reaches(airdrop, 'confirmed');
  const accountOf = async (owner) => (await token.findAssociatedTokenPda({
    owner, mint: mint.address, tokenProgram: token.TOKEN_PROGRAM_ADDRESS,
  }))[0];
  const source = await accountOf(wallet.address);
  const space = token.getMintSize();
  const opening = await build({
    payer: wallet,
    lifetime: await client.latest(),
    instructions: [
      getCreateAccountInstruction({
        payer: wallet, newAccount: mint, space, programAddress: token.TOKEN_PROGRAM_ADDRESS,
        lamports: await client.call('getMinimumBalanceForRentExemption', space),
      }),
      token.getInitializeMint2Instruction({
        mint: mint.address, decimals: DECIMALS, mintAuthority: wallet.address,
      }),
      token.getCreateAssociatedTokenIdempotentInstruction({
        payer: wallet, owner: wallet.address, mint: mint.address, ata: source,
      }),
      token.getMintToCheckedInstruction({
        mint: mint.address, token: source, mintAuthority: wallet, amount: 1_000_000_000n, decimals: DECIMALS,
      }),
    ],
  });
  await client.send(opening);
  await client.reaches(opening.signature);

  async function pay(owner, amount, text, { lifetime, version } = {}) {
    const destination = await accountOf(owner);
    return build({
      payer: wallet, version, lifetime: lifetime ?? await client.latest(),
      instructions: [
        ...computeBudget(60_000, 10_000),
        token.getCreateAssociatedTokenIdempotentInstruction({
          payer: wallet, owner, mint: mint.address, ata: destination,
        }),
        token.getTransferCheckedInstruction({
          source, mint: mint.address, destination, authority: wallet, amount, decimals: DECIMALS,
        }),
        memo(text),
      ],
    });
  }
  return { wallet, mint: mint.address, source, accountOf, pay };
}

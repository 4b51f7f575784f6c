// Makes the Solana chain ready to pay: the mint exists, the hot wallet holds SOL and tokens.
import fs from 'node:fs';
import path from 'node:path';
import { call, waitFor } from '../jsonrpc.mjs';
import { solanaKey } from '../keys.mjs';

const LAMPORTS = 1_000_000_000_000; // 1,000 SOL
const TOKENS = 10_000_000_000_000n; // 10,000,000 tokens
const DECIMALS = 6;

// known: what an earlier run wrote for this chain
export async function prepareSolana({ url, keys, known }) {
  const genesis = await waitFor('solana', url, 'getGenesisHash');
  const isPrepared = known && known.GENESIS_HASH === genesis && fs.existsSync(known.KEY_FILE);
  if (isPrepared && await exists(url, known.MINT)) return { ...known, RPC_URL: url };

  // Loaded only when there is work, so that a prepared chain is recognised at once.
  const kit = await import('@solana/kit');
  const files = {
    wallet: path.join(keys, 'solana-wallet.json'),
    authority: path.join(keys, 'solana-mint-authority.json'),
    mint: path.join(keys, 'solana-mint.json'),
  };
  const signer = (file) => kit.createKeyPairSignerFromBytes(solanaKey(file));
  const [wallet, authority, mint] = await Promise.all(Object.values(files).map(signer));

  const airdrops = await Promise.all(
    [wallet, authority].map(({ address }) => call(url, 'requestAirdrop', [address, LAMPORTS])),
  );
  await landed(url, airdrops);
  // It exists when an earlier run was interrupted after this.
  if (!await exists(url, mint.address)) {
    await landed(url, [await createMint(kit, { url, wallet, authority, mint })]);
  }
  return {
    RPC_URL: url,
    GENESIS_HASH: genesis,
    MINT: mint.address,
    WALLET: wallet.address,
    KEY_FILE: files.wallet,
    MINT_AUTHORITY_KEY_FILE: files.authority,
  };
}

async function exists(url, address) {
  const options = { commitment: 'confirmed', encoding: 'base64' };
  return (await call(url, 'getAccountInfo', [address, options])).value !== null;
}

// One transaction: the mint, the wallet's associated token account, and the first tokens in it.
async function createMint(kit, { url, wallet, authority, mint }) {
  const { getCreateAccountInstruction } = await import('@solana-program/system');
  const token = await import('@solana-program/token');
  const space = token.getMintSize();
  const lamports = await call(url, 'getMinimumBalanceForRentExemption', [space]);
  const { value: lifetime } = await call(url, 'getLatestBlockhash', [{ commitment: 'confirmed' }]);
  const [account] = await token.findAssociatedTokenPda({
    owner: wallet.address, mint: mint.address, tokenProgram: token.TOKEN_PROGRAM_ADDRESS,
  });
  const message = kit.pipe(
    kit.createTransactionMessage({ version: 0 }),
    (m) => kit.setTransactionMessageFeePayerSigner(authority, m),
    (m) => kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
    (m) => kit.appendTransactionMessageInstructions([
      getCreateAccountInstruction({
        payer: authority, newAccount: mint, lamports, space, programAddress: token.TOKEN_PROGRAM_ADDRESS,
      }),
      token.getInitializeMint2Instruction({
        mint: mint.address, decimals: DECIMALS, mintAuthority: authority.address,
        freezeAuthority: authority.address,
      }),
      token.getCreateAssociatedTokenIdempotentInstruction({
        payer: authority, owner: wallet.address, mint: mint.address, ata: account,
      }),
      token.getMintToCheckedInstruction({
        mint: mint.address, token: account, mintAuthority: authority, amount: TOKENS, decimals: DECIMALS,
      }),
    ], m),
  );
  const transaction = await kit.signTransactionMessageWithSigners(message);
  const wire = kit.getBase64EncodedWireTransaction(transaction);
  const options = { encoding: 'base64', preflightCommitment: 'confirmed' };
  return call(url, 'sendTransaction', [wire, options]);
}

async function landed(url, signatures) {
  for (let i = 0; i < 600; i++) {
    const { value } = await call(url, 'getSignatureStatuses', [signatures]);
    const failed = value.find((status) => status?.err);
    if (failed) throw new Error(`A Solana set-up transaction failed: ${JSON.stringify(failed.err)}`);
    if (value.every((status) => status && status.confirmationStatus !== 'processed')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The Solana set-up transactions did not land within 30 seconds.');
}

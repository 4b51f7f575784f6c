// Token balances as the chains tell them, without any of the product's code.
async function rpc(url, method, params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = await response.json();
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

const BALANCE_OF = '0x70a08231';

export async function evmBalance(url, token, holder) {
  const data = BALANCE_OF + holder.slice(2).toLowerCase().padStart(64, '0');
  return BigInt(await rpc(url, 'eth_call', [{ to: token, data }, 'latest']));
}

export async function solanaBalance(url, mint, owner) {
  const options = { encoding: 'base64', commitment: 'confirmed' };
  const accounts = await rpc(url, 'getTokenAccountsByOwner', [owner, { mint }, options]);
  // SPL token account: the amount is a little-endian u64 at offset 64.
  return accounts.value.reduce(
    (sum, { account }) => sum + Buffer.from(account.data[0], 'base64').readBigUInt64LE(64),
    0n,
  );
}

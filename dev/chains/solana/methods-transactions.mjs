// JSON-RPC methods that send, simulate and look up transactions.
import { decode58, encode58 } from './base58.mjs';
import { errorText, invalidParams, publicKey, RpcError } from './errors.mjs';
import { metaOf } from './execution.mjs';
import { requireHealth } from './methods-state.mjs';
import { commitmentOf, historyCommitmentOf, withContext } from './request.mjs';
import { accountJson } from './tokens.mjs';
import {
  decodeBase64, decodeTransaction, feeOf, parseMessage, parseTransaction, withBlockhash,
} from './wire.mjs';

const BAD_SIGNATURE = 'Transaction signature verification failure';

export function sendMethods({ chain, faults, faucet }) {
  // A failed preflight costs nothing and leaves no trace.
  function preflight(transaction, options) {
    requireHealth(faults);
    const level = { commitment: options.preflightCommitment, minContextSlot: options.minContextSlot };
    const result = chain.simulate(transaction, { commitment: commitmentOf(chain, level) });
    if (result.error === 'SignatureFailure') throw new RpcError(-32003, BAD_SIGNATURE);
    if (!result.error) return;
    throw new RpcError(-32002, `Transaction simulation failed: ${errorText(result.error)}`, {
      accounts: null,
      err: result.error,
      innerInstructions: null,
      loadedAccountsDataSize: 0,
      logs: result.logs,
      replacementBlockhash: null,
      returnData: null,
      unitsConsumed: result.units,
    });
  }

  return {
    requestAirdrop([address, lamports]) {
      if (!Number.isSafeInteger(lamports) || lamports < 0) throw invalidParams();
      const transaction = faucet.transfer(publicKey(address), lamports, chain.tip.hash);
      chain.submit(transaction);
      return transaction.signature;
    },
    // Without preflight not even the signatures are looked at: the answer means that the bytes could be read.
    sendTransaction([data, options], { dropped }) {
      const transaction = decodeTransaction(data, options?.encoding);
      if (!options?.skipPreflight) preflight(transaction, options ?? {});
      if (!dropped) chain.submit(transaction);
      return transaction.signature;
    },
    simulateTransaction: ([data, options]) => simulateTransaction(chain, data, options ?? {}),
    getFeeForMessage([message, options]) {
      const commitment = commitmentOf(chain, options);
      const bytes = typeof message === 'string' && decodeBase64(message);
      if (!bytes) throw invalidParams('invalid base64 encoding: InvalidByte');
      const transaction = parseMessage(bytes);
      const known = chain.isFresh(transaction.blockhash, commitment);
      return withContext(chain, commitment, known ? feeOf(transaction).fee : null);
    },
  };
}

function simulateTransaction(chain, data, options) {
  let transaction = decodeTransaction(data, options.encoding);
  const commitment = commitmentOf(chain, options);
  let replacementBlockhash = null;
  if (options.replaceRecentBlockhash) {
    if (options.sigVerify) throw invalidParams('sigVerify may not be used with replaceRecentBlockhash');
    const block = chain.blockAt(commitment);
    transaction = withBlockhash(transaction, block.hash);
    replacementBlockhash = { blockhash: block.hash, lastValidBlockHeight: chain.lastValidHeight(block) };
  }
  const result = chain.simulate(transaction, { commitment, verifySignatures: Boolean(options.sigVerify) });
  if (result.error === 'SignatureFailure') throw new RpcError(-32003, BAD_SIGNATURE);
  return withContext(chain, commitment, {
    err: result.error,
    logs: result.logs,
    accounts: options.accounts ? simulatedAccounts(chain, result, options.accounts) : null,
    unitsConsumed: result.units,
    returnData: result.returnData,
    innerInstructions: options.innerInstructions ? result.innerInstructions : null,
    replacementBlockhash,
    fee: feeOf(transaction).fee,
    loadedAccountsDataSize: 0,
  });
}

function simulatedAccounts(chain, result, { addresses, encoding }) {
  const after = new Map(result.accounts.map((entry) => [encode58(entry.address), entry.account()]));
  return addresses.map((address) => {
    if (result.error) return null;
    return accountJson(after.get(address) ?? chain.runtime.account(publicKey(address)), { encoding });
  });
}

export function historyMethods({ chain }) {
  return {
    getSignatureStatuses([signatures, options]) {
      if (!Array.isArray(signatures)) throw invalidParams();
      if (signatures.length > 256) throw invalidParams('Too many inputs provided; max 256');
      const all = options?.searchTransactionHistory === true;
      return withContext(chain, 'processed', signatures.map((signature) => {
        const record = chain.history.find(requireSignature(signature));
        return record ? statusJson(chain, record, all) : null;
      }));
    },
    getTransaction([signature, options]) {
      const settings = typeof options === 'string' ? { encoding: options } : options ?? {};
      const commitment = historyCommitmentOf(chain, settings);
      const record = chain.history.find(requireSignature(signature));
      if (!record || record.slot > chain.slotAt(commitment)) return null;
      return transactionJson(record, settings);
    },
    getSignaturesForAddress([address, options]) {
      publicKey(address);
      const commitment = historyCommitmentOf(chain, options);
      const limit = options?.limit ?? 1000;
      if (!(limit >= 1 && limit <= 1000)) throw invalidParams('Invalid limit; max 1000');
      const slot = chain.slotAt(commitment);
      const records = chain.history.of(address);
      const found = [];
      let started = !options?.before;
      for (let i = records.length - 1; i >= 0 && found.length < limit; i--) {
        const record = records[i];
        if (record.signature === options?.until) break;
        if (started && record.slot <= slot) found.push(signatureJson(chain, record));
        if (record.signature === options?.before) started = true;
      }
      return found;
    },
  };
}

function requireSignature(text) {
  const bytes = typeof text === 'string' && text.length <= 90 ? decode58(text) : null;
  if (!bytes) throw invalidParams('Invalid param: Invalid');
  if (bytes.length !== 64) throw invalidParams('Invalid param: WrongSize');
  return text;
}

// A node forgets a status after its cache, unless it is told to search the history.
function statusJson(chain, record, searchHistory) {
  if (!searchHistory && chain.slot - record.slot > chain.options.statusCacheSlots) return null;
  const confirmationStatus = chain.commitmentOf(record.slot);
  return {
    slot: record.slot,
    confirmations: confirmationStatus === 'finalized' ? null : chain.slot - record.slot,
    err: record.error,
    status: record.error ? { Err: record.error } : { Ok: null },
    confirmationStatus,
  };
}

function signatureJson(chain, { signature, slot, error, memo, time }) {
  return { signature, slot, err: error, memo, blockTime: time, confirmationStatus: chain.commitmentOf(slot) };
}

function transactionJson(record, { encoding = 'json', maxSupportedTransactionVersion }) {
  const transaction = parseTransaction(record.wire);
  const { version } = transaction;
  if (version !== 'legacy' && !(maxSupportedTransactionVersion >= version)) {
    throw new RpcError(-32015, `Transaction version (${version}) is not supported by the requesting client. `
      + 'Please try the request again with the following configuration parameter: '
      + `"maxSupportedTransactionVersion": ${version}`);
  }
  return {
    slot: record.slot,
    blockTime: record.time,
    ...(maxSupportedTransactionVersion !== undefined && { version }),
    transaction: encodeTransaction(transaction, encoding),
    meta: metaOf(record),
  };
}

function encodeTransaction(transaction, encoding) {
  if (encoding === 'base64') return [transaction.bytes.toString('base64'), 'base64'];
  if (encoding === 'base58') return [encode58(transaction.bytes), 'base58'];
  if (encoding !== 'json') throw invalidParams(`unsupported encoding: ${encoding}`);
  const { header, instructions, keys, lookups, signatures } = transaction;
  return {
    signatures: signatures.map(encode58),
    message: {
      header: {
        numRequiredSignatures: header.required,
        numReadonlySignedAccounts: header.readonlySigned,
        numReadonlyUnsignedAccounts: header.readonlyUnsigned,
      },
      accountKeys: keys.map(encode58),
      recentBlockhash: transaction.blockhash,
      instructions: instructions.map(({ program, accounts, data }) => ({
        programIdIndex: program, accounts: [...accounts], data: encode58(data), stackHeight: 1,
      })),
      ...(transaction.version !== 'legacy' && {
        addressTableLookups: lookups.map(({ key, writable, readonly }) => ({
          accountKey: encode58(key), writableIndexes: [...writable], readonlyIndexes: [...readonly],
        })),
      }),
    },
  };
}

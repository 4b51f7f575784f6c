// Errors as a Solana node words them, and the translation from what the binding reports.
import { decode58 } from './base58.mjs';

export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }

  toJson() {
    const body = { code: this.code, message: this.message };
    return this.data === undefined ? body : { ...body, data: this.data };
  }
}

export const invalidParams = (message = 'Invalid params') => new RpcError(-32602, message);

export function publicKey(text) {
  if (typeof text !== 'string') throw invalidParams();
  const bytes = decode58(text);
  if (!bytes) throw invalidParams('Invalid param: Invalid');
  if (bytes.length !== 32) throw invalidParams('Invalid param: WrongSize');
  return bytes;
}

// The binding gives bare numbers for errors without fields; these are its enums in order (litesvm 1.4.1).
// Compare them with internal.d.ts when the package is upgraded.
const TRANSACTION_ERRORS = `AccountInUse AccountLoadedTwice AccountNotFound ProgramAccountNotFound
  InsufficientFundsForFee InvalidAccountForFee AlreadyProcessed BlockhashNotFound CallChainTooDeep
  MissingSignatureForFee InvalidAccountIndex SignatureFailure InvalidProgramForExecution SanitizeFailure
  ClusterMaintenance AccountBorrowOutstanding WouldExceedMaxBlockCostLimit UnsupportedVersion
  InvalidWritableAccount WouldExceedMaxAccountCostLimit WouldExceedAccountDataBlockLimit TooManyAccountLocks
  AddressLookupTableNotFound InvalidAddressLookupTableOwner InvalidAddressLookupTableData
  InvalidAddressLookupTableIndex InvalidRentPayingAccount WouldExceedMaxVoteCostLimit
  WouldExceedAccountDataTotalLimit MaxLoadedAccountsDataSizeExceeded ResanitizationNeeded
  InvalidLoadedAccountsDataSizeLimit UnbalancedTransaction ProgramCacheHitMaxLimit
  CommitCancelled`.split(/\s+/);

const INSTRUCTION_ERRORS = `GenericError InvalidArgument InvalidInstructionData InvalidAccountData
  AccountDataTooSmall InsufficientFunds IncorrectProgramId MissingRequiredSignature AccountAlreadyInitialized
  UninitializedAccount UnbalancedInstruction ModifiedProgramId ExternalAccountLamportSpend
  ExternalAccountDataModified ReadonlyLamportChange ReadonlyDataModified DuplicateAccountIndex
  ExecutableModified RentEpochModified NotEnoughAccountKeys AccountDataSizeChanged AccountNotExecutable
  AccountBorrowFailed AccountBorrowOutstanding DuplicateAccountOutOfSync InvalidError ExecutableDataModified
  ExecutableLamportChange ExecutableAccountNotRentExempt UnsupportedProgramId CallDepth MissingAccount
  ReentrancyNotAllowed MaxSeedLengthExceeded InvalidSeeds InvalidRealloc ComputationalBudgetExceeded
  PrivilegeEscalation ProgramEnvironmentSetupFailure ProgramFailedToComplete ProgramFailedToCompile Immutable
  IncorrectAuthority AccountNotRentExempt InvalidAccountOwner ArithmeticOverflow UnsupportedSysvar
  IllegalOwner MaxAccountsDataAllocationsExceeded MaxAccountsExceeded MaxInstructionTraceLengthExceeded
  BuiltinProgramsMustConsumeComputeUnits BorshIoError`.split(/\s+/);

// The JSON shape of a transaction error: a name, or an object with the instruction's index and error.
export function transactionError(error) {
  if (typeof error === 'number') return TRANSACTION_ERRORS[error] ?? 'Unknown';
  switch (error.constructor.name) {
    case 'TransactionErrorInstructionError':
      return { InstructionError: [error.index, instructionError(error.err())] };
    case 'TransactionErrorInsufficientFundsForRent':
      return { InsufficientFundsForRent: { account_index: error.accountIndex } };
    case 'TransactionErrorDuplicateInstruction':
      return { DuplicateInstruction: error.index };
    default:
      return { ProgramExecutionTemporarilyRestricted: { account_index: error.accountIndex } };
  }
}

function instructionError(error) {
  if (typeof error === 'number') return INSTRUCTION_ERRORS[error] ?? 'Unknown';
  if (error.constructor.name.includes('Custom')) return { Custom: error.code };
  return { BorshIoError: error.msg };
}

const TRANSACTION_TEXTS = {
  AccountLoadedTwice: 'Account loaded twice',
  AccountNotFound: 'Attempt to debit an account but found no record of a prior credit.',
  AlreadyProcessed: 'This transaction has already been processed',
  BlockhashNotFound: 'Blockhash not found',
  InsufficientFundsForFee: 'Insufficient funds for fee',
  InvalidAccountForFee: 'This account may not be used to pay transaction fees',
  ProgramAccountNotFound: 'Attempt to load a program that does not exist',
  SignatureFailure: 'Transaction did not pass signature verification',
};

const INSTRUCTION_TEXTS = {
  ComputationalBudgetExceeded: 'Computational budget exceeded',
  IllegalOwner: 'Provided owner is not allowed',
  IncorrectProgramId: 'incorrect program id for instruction',
  InsufficientFunds: 'insufficient funds for instruction',
  InvalidAccountData: 'invalid account data for instruction',
  InvalidArgument: 'invalid program argument',
  InvalidInstructionData: 'invalid instruction data',
  MissingRequiredSignature: 'missing required signature for instruction',
  ProgramFailedToComplete: 'Program failed to complete',
};

export function errorText(error) {
  if (typeof error === 'string') return TRANSACTION_TEXTS[error] ?? error;
  if (error.InsufficientFundsForRent) {
    const index = error.InsufficientFundsForRent.account_index;
    return `Transaction results in an account (${index}) with insufficient funds for rent`;
  }
  if (!error.InstructionError) return JSON.stringify(error);
  const [index, cause] = error.InstructionError;
  return `Error processing Instruction ${index}: ${causeText(cause)}`;
}

function causeText(cause) {
  if (typeof cause === 'string') return INSTRUCTION_TEXTS[cause] ?? cause;
  if (cause.Custom !== undefined) return `custom program error: 0x${cause.Custom.toString(16)}`;
  return JSON.stringify(cause);
}

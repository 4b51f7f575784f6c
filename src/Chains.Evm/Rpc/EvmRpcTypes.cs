using System.Text.Json;
using Settlement.Chains.Evm.Addresses;

namespace Settlement.Chains.Evm.Rpc;

/// <summary>An error that a node stated.</summary>
/// <param name="Code">JSON-RPC code; nearly every refusal is -32000, so it classifies nothing but reverts (3).</param>
/// <param name="Message">The node's words.</param>
/// <param name="Data">Revert data and the like, in several shapes.</param>
internal sealed record EvmError(int Code, string Message, JsonElement? Data);

/// <summary>A block, as far as we read it.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">0x and 64 lower-case digits.</param>
internal sealed record EvmBlock(ulong Number, string Hash);

/// <summary>A transaction as a block holds it.</summary>
/// <param name="Hash">0x and 64 lower-case digits.</param>
/// <param name="From">Who signed it.</param>
/// <param name="Nonce">The signer's.</param>
/// <param name="To">Null: it made a contract.</param>
/// <param name="Value">Wei.</param>
/// <param name="Input">What it called.</param>
internal sealed record EvmSent(
    string Hash,
    EvmAddress From,
    ulong Nonce,
    EvmAddress? To,
    UInt128 Value,
    byte[] Input
);

/// <summary>A call to be simulated.</summary>
internal sealed record EvmCall(EvmAddress From, EvmAddress To, ReadOnlyMemory<byte> Data);

/// <summary>What became of an included transaction.</summary>
/// <param name="TransactionHash">0x and 64 lower-case digits.</param>
/// <param name="BlockNumber">Height of its block.</param>
/// <param name="BlockHash">Hash of its block, to be compared with the canonical one.</param>
/// <param name="Succeeded">Status 1; false for status 0.</param>
/// <param name="GasUsed">Units of gas.</param>
/// <param name="EffectiveGasPrice">Wei a unit of gas; null where the node does not say.</param>
/// <param name="Logs">What the contracts recorded.</param>
internal sealed record EvmReceipt(
    string TransactionHash,
    ulong BlockNumber,
    string BlockHash,
    bool Succeeded,
    ulong GasUsed,
    UInt128? EffectiveGasPrice,
    IReadOnlyList<EvmLog> Logs
);

/// <summary>One record of a contract.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Topics">32 bytes each; the first names the event.</param>
/// <param name="Data">What is not indexed.</param>
/// <param name="LogIndex">Position in the block.</param>
/// <param name="Removed">Taken back by a reorganisation.</param>
internal sealed record EvmLog(
    EvmAddress Address,
    IReadOnlyList<byte[]> Topics,
    byte[] Data,
    ulong LogIndex,
    bool Removed
);

/// <summary>Which logs to look for: those of one contract and one event, in a range of blocks.</summary>
internal sealed record EvmLogFilter(
    EvmAddress Address,
    byte[] Event,
    ulong FirstBlock,
    ulong LastBlock
);

/// <summary>A log that was found, and where.</summary>
internal sealed record EvmFoundLog(string TransactionHash, ulong BlockNumber, EvmLog Log);

/// <summary>What recent blocks cost.</summary>
/// <param name="NextBaseFee">Wei a unit of gas in the next block.</param>
/// <param name="Rewards">Tips at the asked percentile, one for each block; empty when the node does not say.</param>
internal sealed record EvmFeeHistory(UInt128 NextBaseFee, IReadOnlyList<UInt128> Rewards);

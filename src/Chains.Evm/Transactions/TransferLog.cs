using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;

namespace Settlement.Chains.Evm.Transactions;

/// <summary>The record that a token leaves of a transfer: <c>Transfer(address indexed, address indexed, uint256)</c>.</summary>
/// <remarks>Source: EIP-20. Every comparison is of whole 32-byte words.</remarks>
/// <param name="Token">The contract that must have written it.</param>
/// <param name="From">Who paid.</param>
/// <param name="To">Who was paid.</param>
/// <param name="Amount">Base units.</param>
internal sealed record TransferLog(EvmAddress Token, EvmAddress From, EvmAddress To, UInt128 Amount)
{
    private const int TopicCount = 3;

    private static readonly byte[] Event = Keccak256.Hash("Transfer(address,address,uint256)"u8);

    /// <summary>Finds exactly this transfer, and no other of the token's that took from the same wallet or from who was paid.</summary>
    /// <returns>The log; null when it is missing, differs, or is not alone: a fee on transfer, a second transfer.</returns>
    internal EvmLog? FindOnlyIn(EvmReceipt receipt)
    {
        EvmLog[] taken =
        [
            .. receipt.Logs.Where(log => TakesFrom(log, Token, From) || TakesFrom(log, Token, To)),
        ];
        return taken is [var only] && IsThis(only) ? only : null;
    }

    /// <summary>Reads a record of a transfer.</summary>
    /// <returns>Null when it is none of this token's.</returns>
    internal static TransferLog? Read(EvmLog log, EvmAddress token) =>
        log.Address == token
        && !log.Removed
        && log.Topics.Count == TopicCount
        && log.Topics[0].AsSpan().SequenceEqual(Event)
        && Erc20.ReadInteger(log.Data) is { } amount
            ? new TransferLog(token, AddressIn(log.Topics[1]), AddressIn(log.Topics[2]), amount)
            : null;

    private static EvmAddress AddressIn(byte[] word) =>
        new(word.AsSpan(Erc20.WordBytes - EvmAddress.Length));

    /// <summary>Whether it records that a token took from an account.</summary>
    internal static bool TakesFrom(EvmLog log, EvmAddress token, EvmAddress account) =>
        log.Address == token
        && log.Topics.Count == TopicCount
        && log.Topics[0].AsSpan().SequenceEqual(Event)
        && log.Topics[1].AsSpan().SequenceEqual(Erc20.Word(account));

    /// <summary>Whether it records exactly this transfer.</summary>
    internal bool IsThis(EvmLog log) =>
        !log.Removed
        && TakesFrom(log, Token, From)
        && log.Topics[2].AsSpan().SequenceEqual(Erc20.Word(To))
        && log.Data.AsSpan().SequenceEqual(Erc20.Word(Amount));
}

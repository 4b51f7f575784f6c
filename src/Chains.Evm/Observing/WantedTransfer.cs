using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Encoding;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Observing;

/// <summary>A transfer that somebody says a transaction made, from whatever account.</summary>
/// <remarks>Source: EIP-20, <c>Transfer(address indexed, address indexed, uint256)</c>. Every comparison is of whole words.</remarks>
/// <param name="Token">The contract that must have recorded it.</param>
/// <param name="To">Who was paid.</param>
/// <param name="Amount">Base units.</param>
/// <param name="Hash">The transaction: 0x and 64 lower-case digits.</param>
internal sealed record WantedTransfer(EvmAddress Token, EvmAddress To, UInt128 Amount, string Hash)
{
    private const int TopicCount = 3;

    private static readonly byte[] Event = Keccak256.Hash("Transfer(address,address,uint256)"u8);

    /// <summary>Whether this record is of the transfer.</summary>
    internal bool IsMade(EvmLog log) =>
        log.Address == Token && Reaches(log) && log.Data.AsSpan().SequenceEqual(Erc20.Word(Amount));

    /// <summary>Whether this record says that the destination got something, or gave something of the token.</summary>
    internal bool Concerns(EvmLog log) => Reaches(log) || GivesBack(log);

    /// <summary>What speaks against it; null where nothing does.</summary>
    /// <param name="receipt">Successful, in a final block.</param>
    /// <param name="made">Its records of the transfer.</param>
    internal (TransferDifference What, string Why)? DifferenceOf(
        EvmReceipt receipt,
        IReadOnlyList<EvmLog> made
    )
    {
        if (receipt.Logs.Any(GivesBack))
        {
            return (
                TransferDifference.Amount,
                "The destination gave some of the asset away in the same transaction."
            );
        }
        if (made.Count > 0)
            return null;
        if (receipt.Logs.Any(log => log.Address == Token && Reaches(log)))
            return (TransferDifference.Amount, "The destination got another amount.");
        return receipt.Logs.Any(Reaches)
            ? (TransferDifference.Asset, "The destination got another token.")
            : (TransferDifference.Destination, "The destination got none of the asset.");
    }

    private bool Reaches(EvmLog log) =>
        IsTransfer(log) && log.Topics[2].AsSpan().SequenceEqual(Erc20.Word(To));

    private bool GivesBack(EvmLog log) =>
        log.Address == Token
        && IsTransfer(log)
        && log.Topics[1].AsSpan().SequenceEqual(Erc20.Word(To));

    // Tokens that are no amounts (ERC-721) have a fourth topic.
    private static bool IsTransfer(EvmLog log) =>
        !log.Removed
        && log.Topics.Count == TopicCount
        && log.Topics[0].AsSpan().SequenceEqual(Event);
}

using Settlement.Chains.Evm.Addresses;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Transactions;

namespace Settlement.Chains.Evm.Vault;

/// <summary>What became of one item of a batch.</summary>
internal abstract record ItemVerdict
{
    private ItemVerdict() { }

    /// <summary>Exactly the ordered transfer, and the vault's word for its number.</summary>
    internal sealed record Paid(EvmLog Log) : ItemVerdict;

    /// <summary>The token refused; nothing moved.</summary>
    internal sealed record Refused(EvmLog Log, string Reason) : ItemVerdict;

    /// <summary>The vault had paid the number before; nothing moved.</summary>
    internal sealed record AlreadyPaid(EvmLog Log) : ItemVerdict;
}

/// <summary>A batch as it was signed, in the chain's own terms.</summary>
/// <param name="Vault">The contract that was called.</param>
/// <param name="Token">The asset.</param>
/// <param name="Wallet">Who signed.</param>
/// <param name="Items">By position.</param>
internal sealed record OrderedBatch(
    EvmAddress Vault,
    EvmAddress Token,
    EvmAddress Wallet,
    IReadOnlyList<OrderedItem> Items
);

/// <summary>One item of a batch.</summary>
/// <param name="Number">The payout's number.</param>
/// <param name="To">Who must have been paid.</param>
/// <param name="Amount">Base units.</param>
internal sealed record OrderedItem(long Number, EvmAddress To, UInt128 Amount);

/// <summary>Reads what a vault and its token recorded, and demands that it adds up to the last word.</summary>
/// <remarks>The vault works in the order of the items and leaves one record for each: the token's transfer, or its own
/// refusal. At the end it names the numbers that it paid. Nothing else of ours may have moved.</remarks>
internal static class VaultVerdict
{
    /// <summary>The verdict on each item.</summary>
    /// <returns>By position; null, with the first difference, when the records do not add up.</returns>
    internal static (IReadOnlyList<ItemVerdict>? Items, string Difference) Read(
        OrderedBatch batch,
        IReadOnlyList<EvmLog> logs
    )
    {
        EvmLog[] records = [.. logs.Where(log => Concerns(batch, log))];
        if (WhyUnreadable(records) is { } problem)
            return (null, problem);
        var verdicts = new List<ItemVerdict>(batch.Items.Count);
        var paid = new List<UInt128>(batch.Items.Count);
        foreach (OrderedItem item in batch.Items)
        {
            if (verdicts.Count == records.Length)
                return (null, $"nothing is recorded for payout {item.Number}");
            if (ReadItem(batch, item, records[verdicts.Count]) is not { } verdict)
                return (null, $"the record for payout {item.Number} is another one");
            verdicts.Add(verdict);
            if (verdict is ItemVerdict.Paid)
                paid.Add((UInt128)item.Number);
        }
        return WhyNotClosed(batch, records.AsSpan(verdicts.Count), paid) is { } difference
            ? (null, difference)
            : (verdicts, "");
    }

    // What the vault says, and what the token says of transfers from us or from whom we paid: a fee taken back is no payment.
    private static bool Concerns(OrderedBatch batch, EvmLog log) =>
        log.Address == batch.Vault
        || TransferLog.TakesFrom(log, batch.Token, batch.Vault)
        || TransferLog.TakesFrom(log, batch.Token, batch.Wallet)
        || batch.Items.Any(item => TransferLog.TakesFrom(log, batch.Token, item.To));

    private static string? WhyUnreadable(EvmLog[] records)
    {
        for (int i = 0; i < records.Length; i++)
        {
            if (records[i].Removed)
                return "a record was taken back";
            if (i > 0 && records[i].LogIndex <= records[i - 1].LogIndex)
                return "the records are not in their order";
        }
        return null;
    }

    private static ItemVerdict? ReadItem(OrderedBatch batch, OrderedItem item, EvmLog log)
    {
        if (log.Address == batch.Token)
        {
            var transfer = new TransferLog(batch.Token, batch.Vault, item.To, item.Amount);
            return transfer.IsThis(log) ? new ItemVerdict.Paid(log) : null;
        }
        return VaultEvent.Read(log) switch
        {
            VaultEvent.AlreadyPaid already when already.Number == (UInt128)item.Number =>
                new ItemVerdict.AlreadyPaid(log),
            VaultEvent.Refused refused when refused.Number == (UInt128)item.Number =>
                new ItemVerdict.Refused(log, RevertReason.OfData(refused.Reason)),
            _ => null,
        };
    }

    // The vault says nothing at the end when it has paid nobody.
    private static string? WhyNotClosed(
        OrderedBatch batch,
        ReadOnlySpan<EvmLog> rest,
        List<UInt128> paid
    )
    {
        if (paid.Count == 0)
            return rest.IsEmpty ? null : "there are records beyond the order";
        if (rest.IsEmpty)
            return "the vault does not say whom it has paid";
        bool isClosed =
            rest[0].Address == batch.Vault
            && VaultEvent.Read(rest[0]) is VaultEvent.Paid said
            && said.Numbers.SequenceEqual(paid);
        if (!isClosed)
            return "the vault names other payouts than were paid";
        return rest.Length == 1 ? null : "there are records beyond the order";
    }
}

using Settlement.Chains;
using Settlement.Payouts.Owning;

namespace Settlement.Simulation.Tests.Storage;

/// <content>What was signed with the wallet's key, and by whom.</content>
public sealed partial class SimDatabase
{
    private readonly HashSet<OwnTransaction> _foreign = [];

    public string? Cursor { get; set; }

    /// <summary>OwnTransactions: move.</summary>
    public bool Move(string? from, string cursor)
    {
        if (!string.Equals(Cursor, from, StringComparison.Ordinal))
            return false;
        Cursor = cursor;
        return true;
    }

    /// <summary>OwnTransactions: find the unknown.</summary>
    public IReadOnlyList<OwnTransaction> FindUnknown(IReadOnlyList<OwnTransaction> transactions) =>
        [.. transactions.Where(t => !_foreign.Contains(t) && !IsOurs(t))];

    /// <summary>OwnTransactions: record, and freeze.</summary>
    public void Record(IReadOnlyList<ForeignTransaction> found, string reason)
    {
        foreach (ForeignTransaction one in found)
        {
            _foreign.Add(
                new OwnTransaction(one.Nonce is null ? one.Facts.TransactionId : null, one.Nonce)
            );
        }
        Freeze(reason);
    }

    private bool IsOurs(OwnTransaction transaction) =>
        transaction.Nonce is { } nonce
            ? _transactions.Exists(t => t.Nonce == nonce)
            : IsStored(transaction.TransactionId!);
}

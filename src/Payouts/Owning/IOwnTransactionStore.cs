using Settlement.Chains;

namespace Settlement.Payouts.Owning;

/// <summary>What <see cref="CheckOwnTransactions"/> needs of the database. Each method is one commit or one read.</summary>
public interface IOwnTransactionStore
{
    /// <summary>How far the wallet's transactions are accounted for.</summary>
    Task<WalletWatch> ReadAsync(NetworkId network, string sender, CancellationToken ct);

    /// <summary>Those that no stored transaction and no earlier find accounts for.</summary>
    Task<IReadOnlyList<OwnTransaction>> FindUnknownAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<OwnTransaction> transactions,
        CancellationToken ct
    );

    /// <summary>Keeps what was found and freezes the wallet, in one commit.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sender">The wallet.</param>
    /// <param name="found">None: the wallet is frozen only.</param>
    /// <param name="reason">Why it is frozen.</param>
    /// <param name="ct">Cancels before the commit.</param>
    Task RecordAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<ForeignTransaction> found,
        string reason,
        CancellationToken ct
    );

    /// <summary>Notes that everything before the cursor is accounted for. It moves from where the caller began and from nowhere else:
    /// who stood still meanwhile would carry it over what nobody has looked at.</summary>
    /// <returns>False when somebody else has moved it since; nothing was written.</returns>
    Task<bool> MoveAsync(
        NetworkId network,
        string sender,
        string? from,
        string cursor,
        CancellationToken ct
    );
}

/// <summary>How far a wallet's transactions are accounted for.</summary>
/// <param name="Cursor">The adapter's; null: not begun.</param>
/// <param name="IsAnotherDatabase">Whether that was noted in another database than this one: this one was restored from a
/// backup, copied, or promoted, and may have forgotten what it did.</param>
public sealed record WalletWatch(string? Cursor, bool IsAnotherDatabase);

/// <summary>A transaction that nobody here has signed.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Nonce">EVM: its place.</param>
public sealed record ForeignTransaction(OwnTransactionFacts.Signed Facts, ulong? Nonce);

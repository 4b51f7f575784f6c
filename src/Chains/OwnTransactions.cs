namespace Settlement.Chains;

/// <summary>Which transactions of the chain may be the hot wallet's own, from a place on.</summary>
public abstract record OwnTransactions
{
    private OwnTransactions() { }

    /// <summary>Every transaction from the cursor on, at least. Next: account for each; only then go on from the new cursor.</summary>
    /// <param name="Transactions">In no particular order. Some may have been in an earlier answer, and some may merely name
    /// the wallet.</param>
    /// <param name="Cursor">Where to go on, in the adapter's own words.</param>
    public sealed record Read(IReadOnlyList<OwnTransaction> Transactions, string Cursor)
        : OwnTransactions;

    /// <summary>No usable answer: silence, a node that is behind, or one whose history does not reach back to the cursor.
    /// Nothing follows from it, least of all that there was nothing.</summary>
    public sealed record Unknown(string Cause) : OwnTransactions;

    /// <summary>What several endpoints say together: whatever one of them tells is told, and the cursor goes only as far as all
    /// of them have come.</summary>
    /// <param name="answers">One of each endpoint. Cursors are numbers that grow.</param>
    /// <param name="begins">Whether nothing was read before: then it begins where the foremost is.</param>
    public static OwnTransactions Together(IReadOnlyList<OwnTransactions> answers, bool begins)
    {
        List<Read> reads = [.. answers.OfType<Read>()];
        // One endpoint that hides a transaction must not be believed alone, where there are others.
        if (reads.Count < Math.Min(answers.Count, 2))
        {
            return new Unknown(
                answers.OfType<Unknown>().FirstOrDefault()?.Cause ?? "no endpoint is configured"
            );
        }
        Read last = begins ? reads.MaxBy(PlaceOf)! : reads.MinBy(PlaceOf)!;
        return new Read([.. reads.SelectMany(r => r.Transactions).Distinct()], last.Cursor);
    }

    private static ulong PlaceOf(Read read) =>
        ulong.Parse(
            read.Cursor,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture
        );
}

/// <summary>A transaction that may be the hot wallet's own.</summary>
/// <param name="TransactionId">Hash or signature; null where the network tells only that a nonce was used.</param>
/// <param name="Nonce">EVM; null on Solana.</param>
public sealed record OwnTransaction(string? TransactionId, ulong? Nonce)
{
    /// <inheritdoc />
    public override string ToString() => TransactionId ?? $"nonce {Nonce}";
}

/// <summary>What a transaction is that we do not know.</summary>
public abstract record OwnTransactionFacts
{
    private OwnTransactionFacts() { }

    /// <summary>The wallet did not sign it; it is only named there. Next: nothing.</summary>
    public sealed record NotSigned : OwnTransactionFacts
    {
        /// <summary>The only value.</summary>
        public static readonly NotSigned Instance = new();
    }

    /// <summary>Final at one endpoint, which says that the wallet did not sign it, and not yet at another. Next: nothing; it is listed
    /// and asked about again.</summary>
    public sealed record Later : OwnTransactionFacts
    {
        /// <summary>The only value.</summary>
        public static readonly Later Instance = new();
    }

    /// <summary>Final, and signed with the wallet's key. Next: keep it, freeze the wallet, tell an operator.</summary>
    /// <param name="TransactionId">Hash or signature; null where no node could say which transaction used the nonce.</param>
    /// <param name="Transfers">What it moved of the asset, to others; empty where it moved nothing or is not known.</param>
    /// <param name="Proof">Block or slot, what it called, endpoint.</param>
    public sealed record Signed(
        string? TransactionId,
        IReadOnlyList<OutgoingTransfer> Transfers,
        Evidence Proof
    ) : OwnTransactionFacts;

    /// <summary>No usable answer, or not final yet. Next: ask again; sign nothing new meanwhile.</summary>
    public sealed record Unknown(string Cause) : OwnTransactionFacts;
}

/// <summary>A transfer out of the wallet.</summary>
/// <param name="Destination">As payouts name it: an address, on Solana of the wallet that owns the token account.</param>
/// <param name="BaseUnits">Of the asset, in its smallest units.</param>
public sealed record OutgoingTransfer(string Destination, UInt128 BaseUnits);

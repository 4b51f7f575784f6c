namespace Settlement.Payouts.Owning;

/// <summary>What came of <see cref="CheckOwnTransactions"/>.</summary>
public abstract record OwnCheck
{
    private OwnCheck() { }

    /// <summary>Every transaction that the wallet has signed is accounted for; those that nobody here signed were found now
    /// or before, and froze the wallet.</summary>
    /// <param name="Found">How many were found just now.</param>
    public sealed record Complete(int Found) : OwnCheck;

    /// <summary>Not known. Next: ask again; sign nothing new meanwhile.</summary>
    /// <param name="Cause">One sentence for operators.</param>
    public sealed record Unknown(string Cause) : OwnCheck;
}

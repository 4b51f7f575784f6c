namespace Settlement.Payouts.Auditing;

/// <summary>One thing that must always be true of the stored data.</summary>
/// <param name="Name">The invariant in snake case, as it is told to people.</param>
/// <param name="Sql">Finds what breaks it: columns <c>subject</c> and <c>detail</c>, both text; no row when all is well.</param>
public sealed record Invariant(string Name, string Sql);

/// <summary>Something that breaks an invariant.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Subject">What breaks it: a payout's number, an account, a transaction.</param>
/// <param name="Detail">What was found, with both values.</param>
public sealed record Violation(string Invariant, string Subject, string Detail)
{
    /// <inheritdoc />
    public override string ToString() => $"{Invariant}: {Subject}: {Detail}";
}

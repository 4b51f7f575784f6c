namespace Settlement.Chains.Endpoints;

/// <summary>One endpoint that is asked what became of transactions.</summary>
public interface IWitness
{
    /// <summary>Host and port.</summary>
    string Name { get; }

    /// <summary>Says what it knows. Every word rests on reads of this endpoint alone, all of one pinned view.</summary>
    /// <returns>One word for each transaction, by position.</returns>
    Task<Testimony> SayAsync(IReadOnlyList<OpenTransaction> transactions, CancellationToken ct);
}

/// <summary>What one endpoint says.</summary>
/// <param name="Words">One for each transaction, by position.</param>
/// <param name="Head">The final head that they rest on; null where there was none.</param>
/// <param name="NoVerdictBecause">Why no verdict may rest on them; null where one may.</param>
public sealed record Testimony(
    IReadOnlyList<Observation> Words,
    FinalHead? Head,
    string? NoVerdictBecause = null
)
{
    /// <summary>The word on one transaction, as far as it may be used.</summary>
    public Observation WordOn(int position) =>
        NoVerdictBecause is { } cause && Claim.IsWeighty(Words[position])
            ? new Observation.Unknown(cause)
            : Words[position];

    /// <summary>The same cause for every transaction: the endpoint says nothing.</summary>
    public static Testimony Silent(int transactions, string cause) =>
        new([.. Enumerable.Repeat(new Observation.Unknown(cause), transactions)], null);
}

/// <summary>One endpoint's word on one transaction.</summary>
/// <param name="Endpoint">Host and port.</param>
/// <param name="Said">What it says, by its own reads alone.</param>
/// <param name="Head">The final head that it rests on.</param>
public sealed record Word(string Endpoint, Observation Said, FinalHead? Head);

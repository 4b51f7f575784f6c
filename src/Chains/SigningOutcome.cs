namespace Settlement.Chains;

/// <summary>What came of building and signing. Nothing has been sent in any case.</summary>
public abstract record SigningOutcome
{
    private SigningOutcome() { }

    /// <summary>Signed and verified against the wallet's address. Next: store, then broadcast.</summary>
    public sealed record Signed(SignedTransaction Transaction) : SigningOutcome;

    /// <summary>Simulation shows that one of the transfers cannot be made. Next: handle that one by its answer; the others go on without it.</summary>
    /// <param name="Position">Index of the transfer in the order.</param>
    /// <param name="Answer">Why.</param>
    public sealed record Rejected(int Position, PreflightAnswer Answer) : SigningOutcome;

    /// <summary>The transfers do not fit one transaction. Next: sign the first so many; the others ride on another one.</summary>
    /// <param name="Fits">At least 1, and fewer than were ordered.</param>
    public sealed record TooMany(int Fits) : SigningOutcome;

    /// <summary>Not at this time, for the whole transaction. Next: park with the reason and look again later.</summary>
    public sealed record NotNow(ParkReason Reason, string Detail) : SigningOutcome;

    /// <summary>Node or signer gave no usable answer. Next: try again later; nothing follows from it.</summary>
    public sealed record Unknown(string Cause) : SigningOutcome;
}

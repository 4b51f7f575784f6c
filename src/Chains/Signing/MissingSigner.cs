namespace Settlement.Chains.Signing;

/// <summary>Stands in the place of a key that cannot be had, so that its network alone stays closed.</summary>
/// <param name="problem">One sentence for operators.</param>
public sealed class MissingSigner(string problem) : ISigner
{
    /// <summary>Empty: nobody's.</summary>
    public string Address => "";

    /// <inheritdoc />
    public string? Problem => problem;

    /// <summary>Never signs.</summary>
    /// <exception cref="SigningException">Always.</exception>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        throw new SigningException(problem);
}

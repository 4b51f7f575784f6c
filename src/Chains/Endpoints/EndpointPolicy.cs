namespace Settlement.Chains.Endpoints;

/// <summary>How far the word of one endpoint goes: section <c>Networks:&lt;name&gt;:Endpoints</c>, for every kind of
/// network.</summary>
public sealed class EndpointPolicy
{
    /// <summary>Whether the network may run with one endpoint, whose word is then believed alone. Without it a single
    /// endpoint refuses the start.</summary>
    public bool AllowSingle { get; set; }

    /// <summary>A transaction that pays so much or more, in micro-units and all riders together, has landed only when
    /// two endpoints say so. 0 is every one of them.</summary>
    /// <remarks>That it never landed takes two endpoints whatever the amount.</remarks>
    public long AgreeOnLandedFromMicro { get; set; }

    /// <summary>Finality that stands still for so long stops all verdicts until it moves again.</summary>
    public TimeSpan StallAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an endpoint is believed to serve the chain that it has named before it is asked again.</summary>
    public TimeSpan IdentityEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old the finalized head of an endpoint may be when the endpoint is asked something else.</summary>
    public TimeSpan HeadEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Stored verdicts that rest on a block above this one shut no endpoint out; null: all do. Only for a chain that was rolled
    /// back below what was final, once a person has made sure of it.</summary>
    public ulong? ResumeAtMost { get; set; }

    /// <summary>Endpoints that do not agree about a transaction for so long are an alarm.</summary>
    public TimeSpan DisagreementAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with the section.</summary>
    /// <param name="urls">The configured endpoints.</param>
    /// <returns>One clause for each mistake; empty where there is none.</returns>
    public IEnumerable<string> Problems(IReadOnlyList<string> urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        if (urls.Count == 1 && !AllowSingle)
        {
            yield return "RpcUrls names one endpoint, and a proof takes two that agree: add a second one of another "
                + "provider, or set Endpoints:AllowSingle to believe one alone";
        }
        if (urls.Distinct(StringComparer.Ordinal).Count() != urls.Count)
            yield return "RpcUrls must differ: an endpoint cannot agree with itself";
        if (AgreeOnLandedFromMicro < 0)
            yield return "Endpoints:AgreeOnLandedFromMicro must not be negative";
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(StallAfter), StallAfter),
            (nameof(IdentityEvery), IdentityEvery),
            (nameof(HeadEvery), HeadEvery),
            (nameof(DisagreementAfter), DisagreementAfter),
        ];
        foreach ((string name, TimeSpan value) in times)
        {
            if (value <= TimeSpan.Zero)
                yield return $"Endpoints:{name} must be longer than zero";
        }
    }
}

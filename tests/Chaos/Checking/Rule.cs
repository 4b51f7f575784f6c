namespace Settlement.Chaos.Checking;

/// <summary>Something that must be true after any weather.</summary>
/// <param name="Name">As a sentence.</param>
/// <param name="Find">What breaks it, one sentence each; nothing when it holds.</param>
internal sealed record Rule(string Name, Func<Facts, IEnumerable<string>> Find);

/// <summary>What became of a rule.</summary>
internal sealed record Verdict(string Rule, IReadOnlyList<string> Violations)
{
    public bool Holds => Violations.Count == 0;
}

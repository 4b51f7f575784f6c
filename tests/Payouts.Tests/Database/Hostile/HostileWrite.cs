using System.Text.RegularExpressions;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>A write that must be refused, and by what. They are written down in Attacks/*.sql.</summary>
public sealed record HostileWrite
{
    /// <summary>What would be so if it passed, as a sentence.</summary>
    public required string Name { get; init; }

    /// <summary>The constraint, index or trigger that refuses it.</summary>
    public required Refusal Law { get; init; }

    /// <summary>Complete but for the one violation; {words} stand for what <see cref="World"/> prepared.</summary>
    public required string Sql { get; init; }

    /// <summary>Whether the application's grants let it come as far as the law. Otherwise it is refused before.</summary>
    public bool AppMeetsTheLaw { get; init; }

    /// <summary>Defence in depth: the law that stands before this one and refuses first.</summary>
    public Refusal? Behind { get; init; }

    /// <summary>Defence in depth: what refuses when this law is gone. Null: then the write passes.</summary>
    public string? Without { get; init; }

    /// <summary>For a trigger with many rules: the text of the one rule, and what stands there in the mutant. Null: the mutant
    /// has no such law at all.</summary>
    public (string Text, string Instead)? Rule { get; init; }

    /// <summary>Every attack.</summary>
    public static IReadOnlyList<HostileWrite> All { get; } =
        Paragraph
            .Files.SelectMany(Paragraph.Of)
            .Where(p => p.After("refused by ") is not null)
            .Select(Parse)
            .ToList();

    public static HostileWrite Named(string name) => All.Single(write => write.Name == name);

    public override string ToString() => Name;

    private static HostileWrite Parse(Paragraph paragraph)
    {
        string[]? rule = paragraph.After("the rule: ")?.Split(" => ");
        return new HostileWrite
        {
            Name = paragraph.Name,
            Law = Refusal.Parse(paragraph.After("refused by ")!),
            Behind = paragraph.After("behind ") is { } behind ? Refusal.Parse(behind) : null,
            Without = paragraph.After("without it "),
            AppMeetsTheLaw = paragraph.After("the application meets the same") is not null,
            Rule = rule is null ? null : (rule[0], rule[1]),
            Sql = paragraph.Sql,
        };
    }
}

/// <summary>By which law, and with which SQLSTATE.</summary>
public sealed partial record Refusal(string Law, string State)
{
    public static Refusal Parse(string text)
    {
        Match match = Shape().Match(text);
        return match.Success
            ? new Refusal(match.Groups["law"].Value, match.Groups["state"].Value)
            : throw new FormatException($"\"{text}\" is not \"law (SQLSTATE)\".");
    }

    [GeneratedRegex(@"^(?<law>\w+) \((?<state>\w{5})\)$", RegexOptions.None, 1_000)]
    private static partial Regex Shape();
}

using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>One file ends a payout. What the schema cannot see, the source shows: nobody else even tries.</summary>
public sealed partial class OnePlaceSpecs
{
    private const string EndsPayouts = "src/Payouts/Lifecycle/FinalizePayout.cs";

    // They move payouts along or call them off, with the status spelled out.
    private static readonly Dictionary<string, string> s_movesOn = new(StringComparer.Ordinal)
    {
        ["src/Payouts/Lifecycle/ClaimPayouts.cs"] = "'processing'",
        ["src/Payouts/Lifecycle/CancelPayout.cs"] = "'cancelled'",
    };

    // Names all five in the predicate of an index; it writes "processing" alone, as the rule above checks.
    private const string NamesAll = "src/Payouts/Lifecycle/ClaimPayouts.cs";

    [Fact]
    public void Only_FinalizePayout_writes_sent_or_failed() =>
        Sources().SelectMany(Violations).ShouldBeEmpty();

    [Fact]
    public void FinalizePayout_is_where_the_rule_looks_for_it()
    {
        SourceFile file = Sources().Single(source => source.Path == EndsPayouts);

        Violations(file with { Path = "src/Api/Elsewhere.cs" }).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("UPDATE payouts SET status = 'sent' WHERE id = @Id")]
    [InlineData("UPDATE payouts p SET note = @Note, status = 'failed' WHERE id = @Id")]
    [InlineData("UPDATE settlement.payouts\n   SET status=@Status\n WHERE id = @Id")]
    [InlineData("update payouts set status = 'sent' from transaction_payouts r")]
    [InlineData(
        "UPDATE payouts SET status = CASE WHEN @Paid THEN 'sent' ELSE status END WHERE id = @Id"
    )]
    [InlineData("INSERT INTO payouts (id, status) VALUES (@Id, @Status)")]
    [InlineData("INSERT INTO payout_events (payout_id, version, action) VALUES (@Id, 3, 'sent')")]
    [InlineData(
        "MERGE INTO payouts p USING v ON v.id = p.id WHEN MATCHED THEN UPDATE SET status = 'sent'"
    )]
    public void A_planted_write_elsewhere_is_found(string sql)
    {
        var planted = new SourceFile(
            "src/Api/Operations/MarkSent.cs",
            $"const string Sql = \"{sql}\";"
        );

        Violations(planted).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("SELECT id FROM payouts WHERE status = 'sent'")]
    [InlineData("UPDATE payouts SET internal_note = @Note WHERE id = @Id")]
    [InlineData("UPDATE payouts SET park_reason = NULL WHERE id = @Id AND status = 'processing'")]
    public void What_only_reads_or_writes_something_else_is_let_be(string sql) =>
        Violations(new SourceFile("src/Api/Planted.cs", $"const string Sql = \"{sql}\";"))
            .ShouldBeEmpty();

    private static IEnumerable<SourceFile> Sources() => SourceFile.Below("src", ".cs", ".sql");

    private static IEnumerable<string> Violations(SourceFile file)
    {
        if (file.Path == EndsPayouts)
            yield break;
        s_movesOn.TryGetValue(file.Path, out string? own);
        foreach (Match write in StatusWrite().Matches(file.Code))
        {
            if (write.Groups["value"].Value != own)
                yield return $"{file.Path} writes {write.Value}";
        }
        if (InsertsStatus().Match(file.Code) is { Success: true } insert)
            yield return $"{file.Path} stores a payout with a status: {insert.Value}";
        // The migrations state the law, and so name what they forbid; how they write is checked above.
        bool states = file.Path.EndsWith(".sql", StringComparison.Ordinal) || file.Path == NamesAll;
        if (
            !states
            && Writes().IsMatch(file.Code)
            && EndWord().Match(file.Code) is { Success: true } word
        )
        {
            yield return $"{file.Path} writes, and says {word.Value}";
        }
    }

    [GeneratedRegex(
        @"\bUPDATE\s+(?:settlement\.)?payouts\b(?:(?!\bWHERE\b|\bRETURNING\b|;).)*?\bstatus\s*=\s*(?<value>'\w+'|\S+)",
        RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex StatusWrite();

    [GeneratedRegex(
        @"\bINSERT\s+INTO\s+(settlement\.)?payouts\b[^()]*\([^()]*\bstatus\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex InsertsStatus();

    [GeneratedRegex(
        @"\b(INSERT\s+INTO|MERGE\s+INTO|UPDATE)\s+(settlement\.)?(payouts|payout_events)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Writes();

    [GeneratedRegex("'(sent|failed)'", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex EndWord();
}

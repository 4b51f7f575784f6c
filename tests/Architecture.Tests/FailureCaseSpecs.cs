using System.Globalization;
using System.Text.RegularExpressions;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>docs/failure-cases.md lists every case once, and names the tests that carry its id; no more and no fewer.</summary>
public sealed partial class FailureCaseSpecs
{
    private const string Document = "docs/failure-cases.md";

    private static readonly (char Letter, int Last)[] s_ranges =
    [
        ('K', 22),
        ('P', 14),
        ('D', 10),
        ('R', 31),
        ('V', 34),
        ('S', 36),
        ('B', 10),
        ('G', 7),
        ('F', 22),
    ];

    private static readonly string s_text = Repository.Read(Document);

    private static readonly HashSet<string> s_methods = Methods();

    [Fact]
    public void Every_case_is_listed_once() =>
        Rows(s_text).Select(row => row.Id).ShouldBe(Ids(), ignoreOrder: true);

    [Fact]
    public void Every_test_that_is_named_exists_and_carries_the_id() =>
        Strangers(s_text).ShouldBeEmpty();

    [Fact]
    public void Every_test_that_carries_an_id_is_named_there() =>
        Forgotten(s_text, s_methods)
            .ShouldBeEmpty($"{Document} must name these tests; CONTRIBUTING.md says how.");

    [Fact]
    public void A_row_without_a_test_says_open_or_not_here_and_no_other_does() =>
        Dressed(s_text).ShouldBeEmpty();

    [Fact]
    public void The_counts_are_true() => Told(s_text).ShouldBe(Counted(s_text));

    [Theory]
    [InlineData("| K7 |", "| K6 |")]
    [InlineData("| G7 |", "| G8 |")]
    public void A_list_that_differs_is_found(string row, string planted) =>
        Rows(Planted(row, planted)).Select(r => r.Id).Order().ShouldNotBe(Ids().Order());

    [Theory]
    [InlineData("| K8 |", "| K8 | x | x | `K8_A_test_that_nobody_wrote` |\n| K8 |")]
    [InlineData("| K8 |", "| K8 | x | x | `The_counts_are_true` |\n| K8 |")]
    public void A_test_that_is_none_is_found(string row, string planted) =>
        Strangers(Planted(row, planted)).ShouldHaveSingleItem();

    [Fact]
    public void A_test_that_is_not_named_is_found() =>
        Forgotten(s_text, ["K8_P4_A_planted_test"])
            .ShouldBe(["K8: K8_P4_A_planted_test", "P4: K8_P4_A_planted_test"]);

    [Theory]
    [InlineData("| x | all is well | |")]
    [InlineData("| x | open: not yet | `K8_Some_test` |")]
    public void A_row_that_is_dressed_up_is_found(string planted) =>
        Dressed(Planted("| K8 |", $"| K8 {planted}\n| K8 |")).ShouldBe(["K8"]);

    [Fact]
    public void A_count_that_is_not_true_is_found()
    {
        string text = Planted("| K8 |", "| K8 | x | open: not yet | |\n| K8 |");

        Told(text).ShouldNotBe(Counted(text));
    }

    private static string Planted(string row, string planted)
    {
        s_text.ShouldContain(row);
        return s_text.Replace(row, planted, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids() =>
        s_ranges.SelectMany(range =>
            Enumerable
                .Range(1, range.Last)
                .Select(number =>
                    string.Create(CultureInfo.InvariantCulture, $"{range.Letter}{number}")
                )
        );

    private static IEnumerable<string> Strangers(string text) =>
        from row in Rows(text)
        from test in row.Tests
        where !s_methods.Contains(test) || !Carried(test).Contains(row.Id, StringComparer.Ordinal)
        select $"{row.Id}: {test}";

    private static IEnumerable<string> Forgotten(string text, IEnumerable<string> methods)
    {
        HashSet<(string, string)> named =
        [
            .. Rows(text).SelectMany(row => row.Tests.Select(test => (row.Id, test))),
        ];
        return from test in methods.Order(StringComparer.Ordinal)
            from id in Carried(test)
            where !named.Contains((id, test))
            select $"{id}: {test}";
    }

    private static IEnumerable<string> Dressed(string text) =>
        Rows(text)
            .Where(row => row.IsTested == (row.IsOpen || row.IsNotHere))
            .Select(row => row.Id);

    private static Counts Told(string text)
    {
        Match told = Count().Match(text);
        return new Counts(Number("all"), Number("tested"), Number("open"), Number("nothere"));

        int Number(string name) => int.Parse(told.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    private static Counts Counted(string text)
    {
        List<Row> rows = [.. Rows(text)];
        return new Counts(
            rows.Count,
            rows.Count(row => row.IsTested),
            rows.Count(row => row.IsOpen),
            rows.Count(row => row.IsNotHere)
        );
    }

    private static IEnumerable<Row> Rows(string text) =>
        Line()
            .Matches(text)
            .Select(line => new Row(
                line.Groups["id"].Value,
                line.Groups["response"].Value,
                [.. Name().Matches(line.Groups["tests"].Value).Select(n => n.Groups["name"].Value)]
            ));

    /// <summary>The ids at the front of a test's name.</summary>
    private static IEnumerable<string> Carried(string test) =>
        Front().Match(test).Groups["id"].Captures.Select(capture => capture.Value);

    private static HashSet<string> Methods() =>
        [
            .. SourceFile
                .Below("tests/", ".cs")
                .SelectMany(file => Method().Matches(file.Code))
                .Select(method => method.Groups["name"].Value),
        ];

    private sealed record Row(string Id, string Response, IReadOnlyList<string> Tests)
    {
        public bool IsTested => Tests.Count > 0;
        public bool IsOpen => Response.StartsWith("open: ", StringComparison.Ordinal);
        public bool IsNotHere => Response.StartsWith("not here: ", StringComparison.Ordinal);
    }

    private sealed record Counts(int All, int Tested, int Open, int NotHere);

    [GeneratedRegex(
        @"^\| (?<id>[KPDRVSBGF]\d+) \| [^|\n]+ \| (?<response>[^|\n]+) \|(?<tests>[^|\n]*)\|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Line();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();

    [GeneratedRegex("^((?<id>[KPDRVSBGF][0-9]+)_)+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Front();

    [GeneratedRegex(
        @"^\s*public\s+((static|async)\s+)*[\w<>]+\s+(?<name>\w+)\s*\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Method();

    [GeneratedRegex(
        "^(?<all>[0-9]+) cases: (?<tested>[0-9]+) tested, (?<open>[0-9]+) open, (?<nothere>[0-9]+) not here\\.$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Count();
}

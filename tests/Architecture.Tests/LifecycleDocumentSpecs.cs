using System.Text.RegularExpressions;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>docs/payout-lifecycle.md draws and lists the moves of the code, no more and no fewer.</summary>
public sealed partial class LifecycleDocumentSpecs
{
    private const string Document = "docs/payout-lifecycle.md";

    private const string Folder = "src/Payouts/Lifecycle/";

    private static readonly string s_text = Repository.Read(Document);

    private static IEnumerable<(string, string)> Moves =>
        PayoutTransitions.All.Select(edge => (edge.From.Name(), edge.To.Name()));

    [Fact]
    public void The_drawing_shows_the_moves() => Drawn(s_text).ShouldBe(Moves, ignoreOrder: true);

    [Fact]
    public void The_table_lists_the_moves() =>
        Listed(s_text)
            .Select(row => (row.From, row.To))
            .Distinct()
            .ShouldBe(Moves, ignoreOrder: true);

    [Fact]
    public void Every_move_is_in_the_file_that_the_table_names()
    {
        foreach ((_, _, string file) in Listed(s_text))
        {
            string code = Repository.Read(Folder + file);
            code.ShouldContain("UPDATE payouts");
        }
    }

    [Fact]
    public void Every_status_is_explained()
    {
        foreach (PayoutStatus status in Enum.GetValues<PayoutStatus>())
            s_text.ShouldContain($"| `{status.Name()}` |");
    }

    [Theory]
    [InlineData("    requested --> sent : FinalizePayout\n", "")]
    [InlineData("    sent --> [*]", "    sent --> failed : FinalizePayout\n    sent --> [*]")]
    public void A_drawing_that_differs_is_found(string line, string planted)
    {
        string text = s_text.Replace(line, planted, StringComparison.Ordinal);

        Drawn(text).Order().ShouldNotBe(Moves.Order());
    }

    [Theory]
    [InlineData("| requested | failed |", "| requested | lost |")]
    [InlineData("| requested | cancelled |", "| sent | cancelled |")]
    public void A_table_that_differs_is_found(string row, string planted)
    {
        string text = s_text.Replace(row, planted, StringComparison.Ordinal);

        Listed(text).Select(r => (r.From, r.To)).Distinct().Order().ShouldNotBe(Moves.Order());
    }

    private static IEnumerable<(string From, string To)> Drawn(string text) =>
        Arrow()
            .Matches(text)
            .Select(arrow => (arrow.Groups["from"].Value, arrow.Groups["to"].Value));

    private static IEnumerable<(string From, string To, string File)> Listed(string text) =>
        Row()
            .Matches(text)
            .Select(row =>
                (row.Groups["from"].Value, row.Groups["to"].Value, row.Groups["file"].Value)
            );

    [GeneratedRegex(
        @"^ +(?<from>\w+) --> (?<to>\w+) : \w+$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Arrow();

    [GeneratedRegex(
        @"^\| (?<from>\w+) \| (?<to>\w+) \| `(?<file>\w+\.cs)` \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Row();
}

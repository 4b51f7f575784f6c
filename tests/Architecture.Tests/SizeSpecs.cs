using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>A file that nobody can keep in the head is reviewed by nobody.</summary>
public sealed class SizeSpecs
{
    private const int MaxLines = 400;

    // Stands in the first line, with the reason.
    private const string Excuse = "// Longer than 400 lines because ";

    [Fact]
    public void No_file_is_longer_than_it_may_be() =>
        SourceFile.Below("", ".cs").Where(IsTooLong).Select(file => file.Path).ShouldBeEmpty();

    [Theory]
    [InlineData(400, "", false)]
    [InlineData(401, "", true)]
    [InlineData(401, Excuse + "it is a table of vectors.", false)]
    [InlineData(401, Excuse, true)]
    public void A_planted_file_that_is_too_long_is_found(int lines, string firstLine, bool found)
    {
        string text = firstLine + string.Concat(Enumerable.Repeat("\n", lines));

        IsTooLong(new SourceFile("src/Planted.cs", text)).ShouldBe(found);
    }

    private static bool IsTooLong(SourceFile file)
    {
        string firstLine = file.Text.Split('\n')[0];
        bool excused =
            firstLine.StartsWith(Excuse, StringComparison.Ordinal)
            && firstLine.Length > Excuse.Length;
        return file.Text.Count(c => c == '\n') > MaxLines && !excused;
    }
}

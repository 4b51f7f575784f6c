using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Settlement.Architecture.Tests;

/// <summary>The repository builds anywhere: it names no folder of one machine, and no host that packages come from.</summary>
public sealed class ForeignWordSpecs
{
    private static readonly string[] s_texts =
    [
        ".cs",
        ".csproj",
        ".props",
        ".targets",
        ".sln",
        ".sql",
        ".md",
        ".json",
        ".yml",
        ".yaml",
        ".sh",
        ".mjs",
        ".js",
        ".ts",
        ".sol",
        ".config",
        "Dockerfile",
        "run",
        "test",
        "servers",
        "demo",
        "schema-snapshot",
        ".editorconfig",
    ];

    // In two parts, so that this file does not name them either.
    private static readonly Regex s_foreign = new(
        @"(?<![\w.])(/wor"
            + @"k/|/roo"
            + @"t/|/hom"
            + @"e/\w)|api\.nuget"
            + @"\.org|registry\.npm"
            + @"js\.org|registry\.yarn"
            + @"pkg\.com|files\.python"
            + @"hosted\.org",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1)
    );

    [Fact]
    public void No_file_names_a_machine_or_a_package_host() =>
        SourceFile.Below("", s_texts).SelectMany(Violations).ShouldBeEmpty();

    [Theory]
    [InlineData("/wor", "k/main/src")]
    [InlineData("\"resolved\": \"https://registry.npm", "js.org/x.tgz\"")]
    [InlineData("<add key=\"x\" value=\"https://api.nuget", ".org/v3/index.json\" />")]
    [InlineData("cd /hom", "e/somebody")]
    public void A_planted_word_is_found(string first, string second) =>
        Violations(new SourceFile("docs/planted.md", first + second)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("the network/work/rest split")]
    [InlineData("docs/home/page")]
    public void What_only_looks_like_it_is_let_be(string text) =>
        Violations(new SourceFile("docs/planted.md", text)).ShouldBeEmpty();

    private static IEnumerable<string> Violations(SourceFile file) =>
        s_foreign.Matches(file.Text).Select(match => $"{file.Path} says {match.Value}");
}

using System.Text.RegularExpressions;
using Settlement.TestKit;

namespace Settlement.Architecture.Tests;

/// <summary>A written file, or one that a test planted.</summary>
/// <param name="Path">Below the repository's root, with forward slashes.</param>
/// <param name="Text">All of it.</param>
public sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The text without line comments.</summary>
    public string Code => LineComment().Replace(Text, "");

    /// <summary>The written files below a folder.</summary>
    public static IEnumerable<SourceFile> Below(string folder, params string[] endings) =>
        Repository
            .Files(folder, endings)
            .Select(path => new SourceFile(path, Repository.Read(path)));

    /// <summary>Where a pattern stands in the code, as "path:line text".</summary>
    public IEnumerable<string> Find(Regex pattern)
    {
        string[] lines = Code.Split('\n');
        return Enumerable
            .Range(0, lines.Length)
            .Where(i => pattern.IsMatch(lines[i]))
            .Select(i => $"{Path}:{i + 1} {lines[i].Trim()}");
    }

    // A "//" after a colon belongs to an address, not to a comment.
    [GeneratedRegex("(?<!:)//.*$", RegexOptions.Multiline, 1_000)]
    private static partial Regex LineComment();
}

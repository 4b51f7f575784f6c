using System.Reflection;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>An attack as it is written down: a comment with its name, indented comments on its laws, and SQL.</summary>
internal sealed class Paragraph
{
    private const string Folder = "attacks/";
    private const string Indented = "--   ";

    private readonly string[] _lines;

    private Paragraph(string text) => _lines = text.Trim().Split('\n');

    public string Name => _lines[0]["-- ".Length..];

    public string Sql =>
        string.Join('\n', _lines.Where(line => !line.StartsWith("--", StringComparison.Ordinal)));

    /// <summary>The files of attacks.</summary>
    public static IEnumerable<string> Files =>
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..]);

    /// <summary>The paragraphs of a file.</summary>
    public static IEnumerable<Paragraph> Of(string file) =>
        Read(file).Split("\n\n").Select(text => new Paragraph(text));

    public static string Read(string file)
    {
        using Stream stream = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceStream(Folder + file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What follows a mark in the indented comments; null when the mark is not there.</summary>
    public string? After(string mark) =>
        _lines
            .FirstOrDefault(line => line.StartsWith(Indented + mark, StringComparison.Ordinal))
            ?[(Indented.Length + mark.Length)..];
}

namespace Settlement.TestKit;

/// <summary>The files of the repository that the tests were built from.</summary>
public static class Repository
{
    // What is made, not written.
    private static readonly string[] s_made =
    [
        "artifacts",
        "node_modules",
        "bin",
        "obj",
        ".git",
        ".local",
    ];

    /// <summary>The folder that holds Settlement.sln.</summary>
    public static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>Reads a file by its path below the root, with forward slashes.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root.FullName, path));

    /// <summary>Every written file below a folder whose name ends so; paths below the root, with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) =>
        Walk(new DirectoryInfo(Path.Combine(Root.FullName, folder)))
            .Where(file => endings.Any(end => file.Name.EndsWith(end, StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Root.FullName, file.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder)
    {
        if (!folder.Exists)
            return [];
        return folder
            .EnumerateFiles()
            .Concat(
                folder
                    .EnumerateDirectories()
                    .Where(below => !s_made.Contains(below.Name, StringComparer.Ordinal))
                    .SelectMany(Walk)
            );
    }

    private static DirectoryInfo FindRoot()
    {
        for (
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (File.Exists(Path.Combine(folder.FullName, "Settlement.sln")))
                return folder;
        }
        throw new InvalidOperationException("The tests run outside the repository.");
    }
}

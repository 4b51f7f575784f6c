namespace Settlement.Chains.Signing;

/// <summary>Reads a private key from a file that nobody else can read.</summary>
public static class KeyFile
{
    private const int MaxBytes = 4096;

    private const UnixFileMode OthersMayRead =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>Reads the file's text.</summary>
    /// <param name="path">A regular file, readable by its owner alone (mode 0600 or stricter).</param>
    /// <returns>The text without outer whitespace.</returns>
    /// <exception cref="InvalidOperationException">The file is missing, too large, or others may read it. The message
    /// names the path and never the content.</exception>
    public static string Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new InvalidOperationException($"The key file {path} does not exist.");
        if (file.Length > MaxBytes)
        {
            throw new InvalidOperationException(
                $"The key file {path} is not a key file: too large."
            );
        }

        if (
            !OperatingSystem.IsWindows()
            && (file.UnixFileMode & OthersMayRead) != UnixFileMode.None
        )
        {
            throw new InvalidOperationException(
                $"The key file {path} can be read by others. Run: chmod 600 {path}"
            );
        }
        return File.ReadAllText(path).Trim();
    }
}

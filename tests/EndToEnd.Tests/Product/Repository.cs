using System.Diagnostics;

namespace Settlement.EndToEnd.Tests.Product;

/// <summary>Where the programs and the scripts are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Configuration =>
        AppContext.BaseDirectory.Contains("release", StringComparison.OrdinalIgnoreCase)
            ? "release"
            : "debug";

    public static string ApiProgram => Program("Api", "Settlement.Api");

    public static string WorkerProgram => Program("SettlementWorker", "Settlement.Worker");

    /// <summary>Does something to a private server of the test instance: kill, restart, pause, resume.</summary>
    public static async Task ServersAsync(string command, string name)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "dev", "servers"))
        {
            ArgumentList = { command, name, "--instance", "test" },
            RedirectStandardError = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"dev/servers {command} {name} failed: {await errors} {await output}"
            );
        }
    }

    private static string Program(string project, string assembly) =>
        Path.Combine(Root, "artifacts", "bin", project, Configuration, assembly);

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Settlement.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}

using System.Diagnostics;

namespace Settlement.Chaos.Checking;

/// <summary>Asks the product's own audit, as a person would: the worker's program, its words and its exit code.</summary>
internal static class Audit
{
    public static async Task<IReadOnlyList<string>> RunAsync(Surroundings surroundings)
    {
        var start = new ProcessStartInfo(surroundings.WorkerProgram)
        {
            ArgumentList = { "audit" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = surroundings.Folder,
        };
        foreach ((string key, string value) in surroundings.WorkerSettings())
            start.Environment[key] = value;
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? []
            : [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}

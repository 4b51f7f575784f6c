using System.Diagnostics;

namespace Settlement.EndToEnd.Tests.Guide;

/// <summary>Runs the steps in one shell, as a reader would, in a folder of its own.</summary>
internal sealed class GuideShell(IReadOnlyDictionary<string, string> demo)
{
    private const string Marker = "=====next step=====";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <returns>What each step printed.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<GuideStep> steps)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("settlement-guide-");
        try
        {
            folder.CreateSubdirectory(".local");
            await File.WriteAllLinesAsync(
                Path.Combine(folder.FullName, ".local", "demo.env"),
                demo.Select(d => $"{d.Key}={d.Value}")
            );
            string script = string.Join($"\necho '{Marker}'\n", steps.Select(s => s.Commands));
            string output = await RunAsync($"set -euo pipefail\n{script}", folder.FullName);
            return output.Split($"{Marker}\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList = { "-s" },
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{await output}\n{await errors}");
    }
}

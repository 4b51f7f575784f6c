using System.Diagnostics;
using System.Globalization;

namespace Settlement.Chaos.Product;

/// <summary>API or worker as a process of its own. Its output goes straight to a file.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private readonly Process _process;

    private readonly Task _exit;

    private ProductProcess(Process process)
    {
        _process = process;
        _exit = process.WaitForExitAsync();
    }

    /// <summary>Can be asked for ever, also by who waits while somebody else puts it away.</summary>
    public bool HasExited => _exit.IsCompleted;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts it inside of the folder, where ./chaos finds it should nobody else end it.</summary>
    public static ProductProcess Start(
        string name,
        string program,
        IReadOnlyDictionary<string, string> settings,
        string folder
    )
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c",
                "exec \"$0\" >> \"$1\" 2>&1 < /dev/null",
                program,
                Path.Combine(folder, "logs", $"{name}.log"),
            },
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach ((string key, string value) in settings)
            start.Environment[key] = value;
        Process process = Process.Start(start)!;
        File.WriteAllText(
            Path.Combine(folder, "pids", $"{name}.pid"),
            process.Id.ToString(CultureInfo.InvariantCulture) + "\n"
        );
        return new ProductProcess(process);
    }

    /// <summary>SIGKILL: no clean-up of any kind.</summary>
    public async Task KillAsync()
    {
        if (!HasExited)
            _process.Kill();
        await _exit;
    }

    /// <summary>SIGSTOP: it stands still, and its leases run out.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start(
            "kill",
            [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }
}

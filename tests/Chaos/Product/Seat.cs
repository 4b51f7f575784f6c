namespace Settlement.Chaos.Product;

/// <summary>The place of one process: whoever sits there dies and is replaced. One fault at a time.</summary>
internal sealed class Seat(string name, Func<string?, ProductProcess> start) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ProductProcess? _process;

    public string Name => name;

    /// <summary>Starts whoever is missing.</summary>
    /// <returns>The exit code of one that ended although nobody killed it; else null.</returns>
    public Task<int?> EnsureAsync() =>
        AloneAsync<int?>(async () =>
        {
            if (_process is { HasExited: false })
                return null;
            int? code = _process?.ExitCode;
            if (_process is not null)
                await _process.DisposeAsync();
            _process = start(null);
            return code;
        });

    /// <summary>SIGKILL; after a while another one starts.</summary>
    public Task KillAsync(TimeSpan emptyFor, string? crashAt = null) =>
        AloneAsync(async () =>
        {
            if (_process is not null)
                await _process.DisposeAsync();
            await Task.Delay(emptyFor);
            _process = start(crashAt);
            return true;
        });

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    public Task PauseAsync(TimeSpan length) =>
        AloneAsync(async () =>
        {
            if (_process is null || _process.HasExited)
                return false;
            await _process.PauseAsync();
            await Task.Delay(length);
            await _process.ResumeAsync();
            return true;
        });

    /// <summary>Waits until whoever sits there has died.</summary>
    /// <returns>Whether that came to pass in time.</returns>
    public async Task<bool> WaitForDeathAsync(TimeSpan patience)
    {
        ProductProcess? doomed = _process;
        long began = Environment.TickCount64;
        while (doomed is { HasExited: false } && ReferenceEquals(doomed, _process))
        {
            if (Environment.TickCount64 - began > patience.TotalMilliseconds)
                return false;
            await Task.Delay(100);
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> act)
    {
        await _gate.WaitAsync();
        try
        {
            return await act();
        }
        finally
        {
            _gate.Release();
        }
    }
}

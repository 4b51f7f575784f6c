namespace Settlement.Simulation.Tests.Runtime;

/// <summary>A worker process. When it dies its continuations are never resumed; no finally block runs.</summary>
public sealed class SimProcess(int index)
{
    public int Index { get; } = index;
    public string Name { get; } = $"w{index}";

    /// <summary>Which start of the process this is.</summary>
    public int Life { get; private set; }

    public bool IsRunning { get; private set; }

    /// <summary>Until then the whole process stands still.</summary>
    public long PausedUntil { get; set; }

    public CancellationTokenSource Stopping { get; private set; } = new();

    public void Start()
    {
        Life++;
        IsRunning = true;
        PausedUntil = 0;
        Stopping = new CancellationTokenSource();
    }

    public void Die()
    {
        Life++;
        IsRunning = false;
    }

    /// <summary>Asks the process to end; what awaits a cancellable call is cancelled.</summary>
    public void Stop()
    {
        IsRunning = false;
        Stopping.Cancel();
    }
}

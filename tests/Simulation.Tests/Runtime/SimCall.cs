namespace Settlement.Simulation.Tests.Runtime;

/// <summary>An awaited call of a process to the world outside: the effect is decided, the answer is on its way.</summary>
public sealed class SimCall<T>(SimProcess process, T result, Exception? error, CancellationToken ct)
    : TaskCompletionSource<T>,
        ISimEvent
{
    public SimProcess? Process { get; } = process;
    public int Life { get; } = process.Life;

    public void Fire()
    {
        if (ct.IsCancellationRequested)
            SetCanceled(ct);
        else if (error is not null)
            SetException(error);
        else
            SetResult(result);
    }
}

/// <summary>A process that looks again and again whether there is work, without waking its loop when there is none.</summary>
public sealed class SimPoll(SimProcess process, Scheduler clock, long pauseMs, Func<bool> isNeeded)
    : TaskCompletionSource<bool>,
        ISimEvent
{
    public SimProcess? Process { get; } = process;
    public int Life { get; } = process.Life;

    public void Fire()
    {
        if (isNeeded())
            SetResult(true);
        else
            clock.At(clock.Now + pauseMs, this);
    }
}

/// <summary>The database was away, the connection broke, or this transaction was a deadlock's victim.</summary>
public sealed class SimulatedFaultException(string message) : Exception(message);

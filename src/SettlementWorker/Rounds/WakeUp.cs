namespace Settlement.Worker.Rounds;

/// <summary>Ends the pause of a loop early: there is a reason to look sooner. A call that nobody waits for yet is not lost.</summary>
public sealed class WakeUp
{
    private TaskCompletionSource _next = Make();

    /// <summary>Ends with the next call. Whoever takes it before a round hears of calls during the round.</summary>
    public Task NextCall => Volatile.Read(ref _next).Task;

    public void Call() => Interlocked.Exchange(ref _next, Make()).SetResult();

    // The caller's own work must not wait for a round of the one who is woken.
    private static TaskCompletionSource Make() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

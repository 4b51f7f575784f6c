namespace Settlement.Worker.Rounds;

/// <summary>Waits between two rounds.</summary>
internal static class Pause
{
    /// <summary>Returns when the time is over, or at once when the process is to stop.</summary>
    public static async Task ForAsync(TimeSpan time, TimeProvider clock, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(time, clock);
        try
        {
            await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop that waits looks at the same token.
        }
    }

    /// <summary>The same, and it returns early when the task has ended.</summary>
    public static async Task ForAsync(
        TimeSpan time,
        Task early,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(ForAsync(time, clock, limit.Token), early);
        await limit.CancelAsync();
    }
}

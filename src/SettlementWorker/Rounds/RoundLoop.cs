namespace Settlement.Worker.Rounds;

/// <summary>Rounds of one kind of work, again and again while the process lives.</summary>
/// <param name="round">How a round runs and fails.</param>
/// <param name="pause">Tells the pause before the next round.</param>
/// <param name="clock">Measures the pauses.</param>
public sealed class RoundLoop(SafeRound round, Func<TimeSpan> pause, TimeProvider clock)
{
    /// <summary>Full rounds that may follow each other without a pause: other networks want the processor too.</summary>
    public const int MaxRoundsWithoutPause = 50;

    private const int MaxDoublings = 6;
    private static readonly TimeSpan s_longestPauseAfterFailure = TimeSpan.FromSeconds(30);
    private int _failures;
    private int _withoutPause;

    /// <summary>Runs rounds with a pause after each.</summary>
    public Task RunAsync(Func<CancellationToken, Task> roundAsync, CancellationToken stopping) =>
        RunAsync(
            async ct =>
            {
                await roundAsync(ct);
                return 0;
            },
            full: 1,
            new WakeUp(),
            stopping
        );

    /// <summary>Runs rounds. When told to stop it ends the round that is running, and no further one begins.</summary>
    /// <param name="roundAsync">Returns how much was done.</param>
    /// <param name="full">When so much was done there may be more: the next round follows at once.</param>
    /// <param name="wakeUp">Ends a pause early, but not the one after a failure.</param>
    /// <param name="stopping">Ends the loop, between rounds.</param>
    public async Task RunAsync(
        Func<CancellationToken, Task<int>> roundAsync,
        int full,
        WakeUp wakeUp,
        CancellationToken stopping
    )
    {
        while (!stopping.IsCancellationRequested)
        {
            Task woken = wakeUp.NextCall;
            int? done = await round.RunAsync(roundAsync, CancellationToken.None);
            TimeSpan next = NextPause(done, full);
            if (next > TimeSpan.Zero)
            {
                // The pause after a failure is there to leave alone what has failed.
                if (done is null)
                    await Pause.ForAsync(next, clock, stopping);
                else
                    await Pause.ForAsync(next, woken, clock, stopping);
            }
        }
    }

    internal TimeSpan NextPause(int? done, int full)
    {
        if (done is null)
        {
            _withoutPause = 0;
            TimeSpan backoff = pause() * (1 << Math.Min(_failures++, MaxDoublings));
            return backoff < s_longestPauseAfterFailure ? backoff : s_longestPauseAfterFailure;
        }
        _failures = 0;
        if (done >= full && ++_withoutPause < MaxRoundsWithoutPause)
            return TimeSpan.Zero;
        _withoutPause = 0;
        return pause();
    }
}

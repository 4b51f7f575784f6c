namespace Settlement.Webhooks.Sending;

/// <summary>When a message that did not arrive is sent again: nine times within about three days, as Standard Webhooks advises.</summary>
public static class RetrySchedule
{
    // Of many messages that failed together not all come back together.
    private const double Jitter = 0.1;

    // Nobody may keep us waiting for ever, nor make us come sooner than the schedule says.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    /// <summary>The pauses after the first attempt, the second, and so on.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>The pause before the next attempt.</summary>
    /// <param name="failures">How many attempts have failed, this one included; from 1.</param>
    /// <param name="retryAfter">What the endpoint asked for.</param>
    /// <param name="chance">0 to 1.</param>
    /// <returns>Null when there is no further attempt.</returns>
    public static TimeSpan? After(int failures, TimeSpan? retryAfter, double chance)
    {
        if (failures > Pauses.Count)
            return null;
        TimeSpan pause = Pauses[failures - 1];
        if (retryAfter is { } asked && asked > pause)
            pause = asked < s_longest ? asked : s_longest;
        return pause * (1 + Jitter * chance);
    }
}

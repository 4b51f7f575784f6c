using Xunit.Sdk;

namespace Settlement.TestKit;

/// <summary>Waits for something that other threads or processes bring about, by asking again and again.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when the answer is yes.</summary>
    /// <exception cref="XunitException">It did not become so in time.</exception>
    public static async Task BecomesAsync(
        Func<Task<bool>> questionAsync,
        string what,
        int withinSeconds = 20
    )
    {
        using var timer = new PeriodicTimer(s_pause);
        long began = TimeProvider.System.GetTimestamp();
        while (!await questionAsync())
        {
            if (TimeProvider.System.GetElapsedTime(began).TotalSeconds > withinSeconds)
                throw new XunitException($"Not within {withinSeconds} s: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}

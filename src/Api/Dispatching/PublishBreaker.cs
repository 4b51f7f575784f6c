namespace Settlement.Api.Dispatching;

/// <summary>Stops publishing for a while after a failure: 1 s, then twice as long each time, up to 30 s.</summary>
internal sealed class PublishBreaker(TimeProvider clock)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private TimeSpan _pause = s_first;
    private DateTimeOffset _closedAgainAt = DateTimeOffset.MinValue;

    /// <summary>Whether the last publish failed, also while one more is tried.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether to publish now.</summary>
    public bool LetsThrough => clock.GetUtcNow() >= _closedAgainAt;

    /// <returns>Whether this is news.</returns>
    public bool Succeeded()
    {
        bool isNews = IsBroken;
        IsBroken = false;
        _pause = s_first;
        return isNews;
    }

    /// <returns>Whether this is news.</returns>
    public bool Failed()
    {
        bool isNews = !IsBroken;
        IsBroken = true;
        _closedAgainAt = clock.GetUtcNow() + _pause;
        _pause = _pause * 2 > s_longest ? s_longest : _pause * 2;
        return isNews;
    }
}

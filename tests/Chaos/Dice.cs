namespace Settlement.Chaos;

/// <summary>Chance from a seed, for many threads.</summary>
internal sealed class Dice(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public bool Chance(double probability)
    {
        lock (_gate)
            return _random.NextDouble() < probability;
    }

    public int Next(int from, int below)
    {
        lock (_gate)
            return _random.Next(from, below);
    }

    public TimeSpan Seconds(double from, double to)
    {
        lock (_gate)
            return TimeSpan.FromSeconds(from + ((to - from) * _random.NextDouble()));
    }

    public T Of<T>(IReadOnlyList<T> all) => all[Next(0, all.Count)];

    /// <summary>All of them, in an order of chance.</summary>
    public IReadOnlyList<T> Shuffled<T>(IEnumerable<T> all)
    {
        T[] copy = [.. all];
        lock (_gate)
            _random.Shuffle(copy);
        return copy;
    }
}

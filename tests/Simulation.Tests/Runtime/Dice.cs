namespace Settlement.Simulation.Tests.Runtime;

/// <summary>All chance of one history (SplitMix64): the same seed throws the same numbers on every machine.</summary>
public sealed class Dice(long seed)
{
    private ulong _state = unchecked((ulong)seed * 0xD1342543DE82EF95UL + 0x632BE59BD9B4E019UL);

    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>0 ≤ x &lt; 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Unit() < probability;

    /// <summary>low ≤ x ≤ high.</summary>
    public int Between(int low, int high) => (int)Between((long)low, high);

    /// <summary>low ≤ x ≤ high.</summary>
    public long Between(long low, long high) => low + (long)(Next() % (ulong)(high - low + 1));

    /// <summary>Mostly near low, seldom near high.</summary>
    public long Skewed(long low, long high)
    {
        double unit = Unit();
        return low + (long)(unit * unit * unit * (high - low));
    }

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>A fault's rate for a whole history: none in many histories, high in a few.</summary>
    public double Rate(double most)
    {
        double unit = Unit();
        return unit < 0.4 ? 0 : most * (unit - 0.4) * (unit - 0.4) / 0.36;
    }
}

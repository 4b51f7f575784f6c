using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>What a place in a block costs: it rises, falls, and spikes beyond the cap for a while.</summary>
public sealed class FeeMarket
{
    private const long StepMs = 30_000;

    private readonly long[] _levels;
    private readonly Weather _weather;

    public FeeMarket(Dice dice, Weather weather)
    {
        _weather = weather;
        long level = dice.Between(20, 200);
        Cap = level * dice.Between(4, 20);
        bool moves = dice.Chance(0.7);
        _levels = new long[weather.ClearsAt / StepMs + 2];
        for (int i = 0; i < _levels.Length; i++)
        {
            _levels[i] = level;
            if (!moves)
                continue;
            level = dice.Chance(0.5)
                ? level * dice.Between(70, 100) / 100
                : level * dice.Between(100, 150) / 100;
            // What is above the cap for good could never be paid at all.
            level = Math.Clamp(level, 10, Cap * 10 / 11 / 2);
        }
    }

    /// <summary>The most that the policy allows.</summary>
    public long Cap { get; }

    /// <summary>From here on it is the same for ever.</summary>
    public long SettledAt => Math.Max(_levels.Length * StepMs, _weather.ClearsAt);

    /// <summary>The price of a place at a time.</summary>
    public long At(long time)
    {
        long level = _levels[Math.Min(time / StepMs, _levels.Length - 1)];
        return Weather.Within(_weather.FeeSpike, time) ? level * 10 : level;
    }
}

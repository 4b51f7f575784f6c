using System.Globalization;

namespace Settlement.Simulation.Tests;

/// <summary>What the environment may ask for; see docs/simulation.md.</summary>
public static class Settings
{
    /// <summary>How many seeds the swarm runs.</summary>
    public static long Seeds => Number("SETTLEMENT_SIMULATION_SEEDS") ?? 100_000;

    /// <summary>The first of them.</summary>
    public static long FirstSeed => Number("SETTLEMENT_SIMULATION_FIRST_SEED") ?? 0;

    /// <summary>The one seed to tell in full.</summary>
    public static long? Replay => Number("SETTLEMENT_SIMULATION_REPLAY");

    /// <summary>Mistakes to run with, to see them found.</summary>
    public static Flaw Flaws =>
        Enum.TryParse(Read("SETTLEMENT_SIMULATION_FLAW"), out Flaw flaws) ? flaws : Flaw.None;

    private static long? Number(string variable) =>
        Read(variable) is { } value ? long.Parse(value, CultureInfo.InvariantCulture) : null;

    private static string? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

using System.Globalization;

namespace Settlement.Model.Tests;

/// <summary>What the environment may ask for; see docs/model.md.</summary>
public static class Settings
{
    /// <summary>How many sequences PostgreSQL is held to.</summary>
    public static int Sequences => (int)(Number("SETTLEMENT_MODEL_SEQUENCES") ?? 20_000);

    /// <summary>The first of their seeds.</summary>
    public static long FirstSeed => Number("SETTLEMENT_MODEL_FIRST_SEED") ?? 0;

    /// <summary>The one seed to run again.</summary>
    public static long? Replay => Number("SETTLEMENT_MODEL_REPLAY");

    private static long? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? long.Parse(value, CultureInfo.InvariantCulture)
            : null;
}

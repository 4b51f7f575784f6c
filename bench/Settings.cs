using System.Globalization;

namespace Settlement.Bench;

/// <summary>Where everything is; bench/run sets the variables.</summary>
internal static class Settings
{
    public static Uri Api => new(Text("BENCH_API_URL"));

    /// <summary>As the API logs in.</summary>
    public static string Database => Text("BENCH_DATABASE");

    /// <summary>How large the run is; 1 takes about three minutes.</summary>
    public static double Scale => double.Parse(Text("BENCH_SCALE"), CultureInfo.InvariantCulture);

    /// <summary>Process ids by name: api, worker and the servers.</summary>
    public static IReadOnlyDictionary<string, int> Processes { get; } =
        Text("BENCH_PROCESSES")
            .Split(' ')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Number(pair[1]), StringComparer.Ordinal);

    public static string Token(string network) => Text($"Networks__{network}__Token");

    public static int Scaled(int amount) => Math.Max(1, (int)(amount * Scale));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set; start bench/run.");
}

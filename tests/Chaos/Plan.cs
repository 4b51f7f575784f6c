using System.Globalization;
using Settlement.Chaos.Faults;

namespace Settlement.Chaos;

/// <summary>What was asked for.</summary>
/// <param name="Duration">How long the weather lasts.</param>
/// <param name="Seed">What the faults and the users' wishes are drawn from. Not what the machine makes of them: two runs of one
/// seed have the same faults at the same times, and other races.</param>
internal sealed record Plan(TimeSpan Duration, int Seed)
{
    /// <summary>Requests for payouts in a second.</summary>
    public const double PayoutsPerSecond = 9;

    /// <summary>Fewer would show a driver that was held up, and prove less than is promised: 2,000 in five minutes.</summary>
    public int LeastPayouts => (int)(Duration.TotalMinutes * 400);

    /// <summary>Faults to inject: each kind at least once.</summary>
    public int Faults => Math.Max(FaultKinds.All.Count, (int)(Duration.TotalMinutes * 6));

    /// <summary>At least 20 in five minutes, and one of each kind.</summary>
    public int LeastFaults => Math.Max(FaultKinds.All.Count, (int)(Duration.TotalMinutes * 4));

    /// <summary>Reads the command line.</summary>
    /// <returns>Null when it is not understood.</returns>
    public static Plan? Read(string[] args)
    {
        double minutes = 5;
        int seed = Random.Shared.Next(1, 1_000_000);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isRead = args[i] switch
            {
                "--minutes" => double.TryParse(
                    value,
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out minutes
                ) && minutes is >= 1 and <= 10_000,
                "--seed" => int.TryParse(
                    value,
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out seed
                ),
                _ => false,
            };
            if (!isRead)
                return null;
        }
        return new Plan(TimeSpan.FromMinutes(minutes), seed);
    }
}

using Settlement.Chaos.Product;

namespace Settlement.Chaos.Faults;

/// <summary>What happens to the product's own processes.</summary>
internal sealed class ProcessStrikes(Crew crew)
{
    /// <summary>Where a worker can be made to die. The names are the worker's own: one that it does not know would kill nobody.</summary>
    public static IReadOnlyList<string> Places { get; } =
    [
        "after-claim",
        "after-sign",
        "after-store",
        "after-broadcast",
        "after-transaction-claim",
        "after-observe",
        "after-replace",
        "after-attempt-store",
        "after-conclude",
    ];

    public IEnumerable<KeyValuePair<string, Strike>> All =>
        [
            new(FaultKinds.WorkerKilled, KillWorkerAsync),
            new(FaultKinds.WorkerCrashed, CrashWorkerAsync),
            new(FaultKinds.WorkerPaused, PauseWorkerAsync),
            new(FaultKinds.ApiKilled, KillApiAsync),
        ];

    private async Task<string?> KillWorkerAsync(Dice dice)
    {
        Seat seat = dice.Of(crew.Everyone);
        await seat.KillAsync(dice.Seconds(0.2, 3));
        return seat.Name;
    }

    // Killed, and the next one dies by itself at a place between two steps; whoever comes then stays.
    private async Task<string?> CrashWorkerAsync(Dice dice)
    {
        Seat seat = dice.Of(crew.Everyone);
        string place = $"{dice.Of(Places)}:{dice.Next(1, 4)}";
        await seat.KillAsync(TimeSpan.Zero, place);
        bool died = await seat.WaitForDeathAsync(TimeSpan.FromSeconds(20));
        if (!died)
            await seat.KillAsync(TimeSpan.Zero);
        return $"{seat.Name} at {place}{(died ? "" : ", not reached")}";
    }

    private async Task<string?> PauseWorkerAsync(Dice dice)
    {
        Seat seat = dice.Of(crew.Everyone);
        TimeSpan length = Crew.Lease + dice.Seconds(1, 5);
        await seat.PauseAsync(length);
        return $"{seat.Name} for {length.TotalSeconds:F1} s";
    }

    private async Task<string?> KillApiAsync(Dice dice)
    {
        await crew.Api.KillAsync(dice.Seconds(0.2, 2));
        return "api";
    }
}

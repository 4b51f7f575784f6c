using Settlement.Payouts.Settling;

namespace Settlement.Worker;

/// <summary>Section <c>Worker</c>. Everything has a default that suits production.</summary>
public sealed record WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>How often due payouts are looked for. With a broker this is the safety net, without one it is the way.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often open transactions that are due are looked for; when each is due is the policy's to say.</summary>
    public TimeSpan ObserveEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often balances and workload are read.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a network's identity is checked again.</summary>
    public TimeSpan VerifyEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How soon a network that is not confirmed is asked again.</summary>
    public TimeSpan VerifyAgain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most that one round of work or one delivery may take; far below the lease and the broker's patience.</summary>
    public TimeSpan RoundBudget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Messages of a network are gathered this long, so that payouts travel together.</summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(75);

    /// <summary>Rounds of settling at a time on a network without nonces. Where nonces number the transactions it is always one.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>How patient and how greedy settling is.</summary>
    public SettlementPolicy Policy { get; init; } = new();

    /// <summary>By network name.</summary>
    public Dictionary<string, LowMarks> LowMarks { get; init; } =
        new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Below these the hot wallet wants filling up: a warning, not a stop. In smallest units, 0 for no mark.</summary>
public sealed record LowMarks
{
    public UInt128 AssetBaseUnits { get; init; }

    /// <summary>The network's own coin: wei, lamports.</summary>
    public UInt128 NativeBaseUnits { get; init; }
}

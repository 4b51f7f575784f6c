using Settlement.Hosting.Start;
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

    /// <summary>How often operators' questions to the network are looked for.</summary>
    public TimeSpan AnswerEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often balances and workload are read.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a network's identity is checked again.</summary>
    public TimeSpan VerifyEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How soon a network that is not confirmed is asked again.</summary>
    public TimeSpan VerifyAgain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a payout of a closed network is due and untouched before it is told why it waits.</summary>
    public TimeSpan UntoldFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most that one round of work or one delivery may take; far below the lease and the broker's patience.</summary>
    public TimeSpan RoundBudget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The most that a graceful stop may take: the rounds that are running come to their end.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages of a network are gathered this long, so that payouts travel together.</summary>
    public TimeSpan GatherFor { get; init; } = TimeSpan.FromMilliseconds(75);

    /// <summary>Rounds of settling at a time on a network without nonces. Where nonces number the transactions it is always one.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>How often a wallet's balance is compared with what payouts took from it.</summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the books are audited.</summary>
    public TimeSpan AuditEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often stuck payouts are looked for.</summary>
    public TimeSpan StuckEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A payout that has not ended after this time is stuck, whatever the reason.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A payout that is due for so long shows that no worker is at work.</summary>
    public TimeSpan UntouchedAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The lowest open nonce of a wallet that stands for so long raises an alarm: all behind it wait.</summary>
    public TimeSpan HeadOfLineAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How patient and how greedy settling is.</summary>
    public SettlementPolicy Policy { get; init; } = new();

    /// <summary>By network name.</summary>
    public Dictionary<string, LowMarks> LowMarks { get; init; } =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">A value is unusable; the message names its key.</exception>
    public static WorkerOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        WorkerOptions options = configuration.GetSection(Section).Get<WorkerOptions>() ?? new();
        (string Key, TimeSpan Value)[] pauses =
        [
            (nameof(SweepEvery), options.SweepEvery),
            (nameof(ObserveEvery), options.ObserveEvery),
            (nameof(AnswerEvery), options.AnswerEvery),
            (nameof(WatchEvery), options.WatchEvery),
            (nameof(VerifyEvery), options.VerifyEvery),
            (nameof(VerifyAgain), options.VerifyAgain),
            (nameof(RoundBudget), options.RoundBudget),
            (nameof(GatherFor), options.GatherFor),
            (nameof(CompareEvery), options.CompareEvery),
            (nameof(AuditEvery), options.AuditEvery),
            (nameof(StuckEvery), options.StuckEvery),
            (nameof(HeadOfLineAfter), options.HeadOfLineAfter),
        ];
        foreach ((string key, TimeSpan value) in pauses)
        {
            if (value <= TimeSpan.Zero)
                throw Refused(key, "longer than zero, such as 00:00:02");
        }
        if (options.RoundBudget > options.Policy.Lease / 2)
            throw Refused(nameof(RoundBudget), "at most half of Worker:Policy:Lease");
        if (options.Policy.ConcludeLimit < 1)
            throw Refused("Policy:ConcludeLimit", "at least 1");
        if (options.StopWithin < options.RoundBudget)
            throw Refused(nameof(StopWithin), "at least Worker:RoundBudget");
        if (options.Lanes is < 1 or > 64)
            throw Refused(nameof(Lanes), "1 to 64");
        return options;
    }

    private static StartRefusedException Refused(string key, string rule) =>
        new($"{Section}:{key} must be {rule}.");
}

/// <summary>Below these the hot wallet wants filling up: a warning, not a stop. In smallest units, 0 for no mark.</summary>
public sealed record LowMarks
{
    public UInt128 AssetBaseUnits { get; init; }

    /// <summary>The network's own coin: wei, lamports.</summary>
    public UInt128 NativeBaseUnits { get; init; }
}

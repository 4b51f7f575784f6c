namespace Settlement.Chaos.Faults;

/// <summary>Everything that can go wrong here, by the name that the report uses.</summary>
internal static class FaultKinds
{
    public const string WorkerKilled = "worker killed";
    public const string WorkerCrashed = "worker crashed in between";
    public const string WorkerPaused = "worker paused past its lease";
    public const string ApiKilled = "API killed";
    public const string BrokerStopped = "broker killed";
    public const string BrokerStalled = "broker stalled";
    public const string BrokerAlarm = "broker out of memory";
    public const string DatabaseStopped = "PostgreSQL stopped at once";
    public const string DatabaseTerminated = "database sessions terminated";
    public const string NodeErrors = "node answers with errors";
    public const string NodeSilence = "node says nothing";
    public const string NodeLies = "node denies what exists";
    public const string NodeLiesAlone = "node denies, the other has errors";
    public const string NodeDuplicates = "node sends thrice";
    public const string NodeLate = "node sends late";
    public const string NodeDrops = "node takes and drops";
    public const string NodeLostAnswers = "node sends, answer lost";
    public const string EvmFork = "EVM fork";
    public const string SolanaFork = "Solana fork that forgets";
    public const string SolanaExpiry = "Solana block hashes expire";

    public static IReadOnlyList<string> All { get; } =
    [
        WorkerKilled,
        WorkerCrashed,
        WorkerPaused,
        ApiKilled,
        BrokerStopped,
        BrokerStalled,
        BrokerAlarm,
        DatabaseStopped,
        DatabaseTerminated,
        NodeErrors,
        NodeSilence,
        NodeLies,
        NodeLiesAlone,
        NodeDuplicates,
        NodeLate,
        NodeDrops,
        NodeLostAnswers,
        EvmFork,
        SolanaFork,
        SolanaExpiry,
    ];
}

/// <summary>A fault that was.</summary>
/// <param name="Kind">One of <see cref="FaultKinds"/>.</param>
/// <param name="At">When it began.</param>
/// <param name="Healed">When all was as before, but for what it has broken.</param>
/// <param name="Detail">Whom it met, and how; starts with the network where it met only one.</param>
internal sealed record Fault(string Kind, DateTimeOffset At, DateTimeOffset Healed, string Detail);

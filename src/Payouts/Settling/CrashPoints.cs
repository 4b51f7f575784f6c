namespace Settlement.Payouts.Settling;

/// <summary>Named places between two steps at which a process can be made to die, to prove that dying there harms nothing.
/// Compiled in, and off unless SETTLEMENT_CRASH_AT names one.</summary>
public static class CrashPoints
{
    /// <summary>The environment variable: a name of <see cref="All"/>, optionally ":n" for the n-th time it is reached.</summary>
    public const string Variable = "SETTLEMENT_CRASH_AT";

    /// <summary>Payouts are taken up; nothing is signed.</summary>
    public const string AfterClaim = "after-claim";

    /// <summary>Signed; nothing is stored and nothing was sent. The bytes are lost, which is safe.</summary>
    public const string AfterSign = "after-sign";

    /// <summary>Stored; nothing was sent.</summary>
    public const string AfterStore = "after-store";

    /// <summary>Sent; nobody noted it.</summary>
    public const string AfterBroadcast = "after-broadcast";

    /// <summary>An open transaction is taken up for a look.</summary>
    public const string AfterTransactionClaim = "after-transaction-claim";

    /// <summary>The chain has spoken; nothing is written.</summary>
    public const string AfterObserve = "after-observe";

    /// <summary>A dearer attempt is signed; nothing is stored and nothing was sent.</summary>
    public const string AfterReplace = "after-replace";

    /// <summary>The dearer attempt is stored; nothing was sent.</summary>
    public const string AfterAttemptStore = "after-attempt-store";

    /// <summary>The verdict is written.</summary>
    public const string AfterConclude = "after-conclude";

    /// <summary>Every crash point, in the order of the flow.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AfterClaim,
        AfterSign,
        AfterStore,
        AfterBroadcast,
        AfterTransactionClaim,
        AfterObserve,
        AfterReplace,
        AfterAttemptStore,
        AfterConclude,
    ];

    private static readonly (string Name, int Time)? s_armed = Read(
        Environment.GetEnvironmentVariable(Variable)
    );
    private static int s_reached;

    /// <summary>Kills this process, without any clean-up, when it is told to die here.</summary>
    public static void Hit(string name)
    {
        if (s_armed is not { } armed || !string.Equals(armed.Name, name, StringComparison.Ordinal))
            return;
        if (Interlocked.Increment(ref s_reached) == armed.Time)
            System.Diagnostics.Process.GetCurrentProcess().Kill();
    }

    private static (string, int)? Read(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        string[] parts = value.Split(':');
        return (parts[0], parts.Length > 1 ? int.Parse(parts[1], null) : 1);
    }
}

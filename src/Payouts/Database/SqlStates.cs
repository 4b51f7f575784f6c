namespace Settlement.Payouts.Database;

/// <summary>The SQLSTATEs that we answer. Class ST is raised by our own schema; the others are PostgreSQL's
/// (documentation, appendix A).</summary>
public static class SqlStates
{
    /// <summary>The wallet is frozen or unknown, or another transaction took the nonce first.</summary>
    public const string NonceTaken = "ST001";

    /// <summary>The fencing token is stale: somebody else has taken this up, or it has ended.</summary>
    public const string StaleToken = "ST002";

    /// <summary>A spend limit has no room.</summary>
    public const string SpendLimit = "ST003";

    /// <summary>unique_violation.</summary>
    public const string UniqueViolation = "23505";

    /// <summary>check_violation; also raised by our guards when a move is not legal.</summary>
    public const string CheckViolation = "23514";

    /// <summary>deadlock_detected: nothing was written; the same statement may be tried again.</summary>
    public const string DeadlockDetected = "40P01";

    /// <summary>serialization_failure: nothing was written; the same statement may be tried again.</summary>
    public const string SerializationFailure = "40001";

    /// <summary>read_only_sql_transaction: a standby, or a server that was told to take no writes.</summary>
    public const string ReadOnlyTransaction = "25006";

    /// <summary>admin_shutdown: the server is being stopped, or somebody ended the session.</summary>
    public const string AdminShutdown = "57P01";

    /// <summary>crash_shutdown: another session crashed, and all are ended.</summary>
    public const string CrashShutdown = "57P02";

    /// <summary>cannot_connect_now: the server starts, stops or recovers.</summary>
    public const string CannotConnectNow = "57P03";
}

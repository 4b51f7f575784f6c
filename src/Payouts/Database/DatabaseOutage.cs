using Npgsql;

namespace Settlement.Payouts.Database;

/// <summary>Tells an outage of the database from a mistake of ours. After an outage the same request may be made again; whether the
/// one before was committed nobody knows.</summary>
public static class DatabaseOutage
{
    private const string ConnectionException = "08";
    private const string InsufficientResources = "53";

    /// <summary>Whether this came of a database that is away, starts, stops, has no room, or takes no writes.</summary>
    public static bool IsBehind(Exception exception) =>
        exception switch
        {
            PostgresException e => IsOutage(e.SqlState),
            // Refused, cut, or silent for too long; a pool whose connections all wait, too.
            NpgsqlException { IsTransient: true } => true,
            // What the driver throws where its own time to connect is over.
            TimeoutException { Source: "Npgsql" } => true,
            AggregateException e => e.InnerExceptions.Any(IsBehind),
            { InnerException: { } inner } => IsBehind(inner),
            _ => false,
        };

    private static bool IsOutage(string state) =>
        state.StartsWith(ConnectionException, StringComparison.Ordinal)
        || state.StartsWith(InsufficientResources, StringComparison.Ordinal)
        || state
            is SqlStates.AdminShutdown
                or SqlStates.CrashShutdown
                or SqlStates.CannotConnectNow
                or SqlStates.ReadOnlyTransaction;
}

using Npgsql;

namespace Settlement.Payouts.Database;

/// <summary>Runs a whole transaction again when the database picked it as the victim of a conflict and wrote nothing.</summary>
internal static class Retry
{
    private const int MaxTries = 5;

    public static async Task<T> OnConflictAsync<T>(Func<Task<T>> transaction, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                return await transaction();
            }
            catch (PostgresException e)
                when (attempt < MaxTries
                    && (e.SqlState is SqlStates.DeadlockDetected or SqlStates.SerializationFailure)
                )
            {
                // Nothing was written: the same transaction may run again.
            }
        }
    }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>Tries writes in a transaction that is always rolled back, deferred laws included.</summary>
internal static class Attacker
{
    /// <returns>The refusal, or null when the write would have been committed.</returns>
    public static async Task<PostgresException?> TryAsync(
        NpgsqlDataSource source,
        params string[] statements
    )
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        try
        {
            foreach (string statement in statements)
                await connection.ExecuteAsync(statement, transaction: transaction);
            await connection.ExecuteAsync(
                "SET CONSTRAINTS ALL IMMEDIATE",
                transaction: transaction
            );
            return null;
        }
        catch (PostgresException refusal)
        {
            return refusal;
        }
        finally
        {
            await transaction.RollbackAsync();
        }
    }
}

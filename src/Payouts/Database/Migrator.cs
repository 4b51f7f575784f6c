using System.Reflection;
using Dapper;
using Npgsql;

namespace Settlement.Payouts.Database;

/// <summary>Brings a database up to date: numbered, forward-only scripts, each in its own transaction, one migrator at a time.</summary>
public sealed class Migrator(NpgsqlDataSource database)
{
    /// <summary>Any constant will do, as long as nothing else in the database locks it.</summary>
    private const long LockKey = 7_305_808_863_917_341;

    private const string Prefix = "migrations/";

    /// <summary>The scripts of this build, in order.</summary>
    public static IReadOnlyList<string> ScriptNames { get; } =
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal)
            .ToList();

    /// <summary>Runs what has not run yet. Needs a role that may create schemas and roles.</summary>
    /// <returns>The names of the scripts that ran.</returns>
    /// <exception cref="InvalidOperationException">The database is newer than this build.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                "SELECT pg_advisory_lock(@LockKey)",
                new { LockKey },
                commandTimeout: 120,
                cancellationToken: ct
            )
        );
        try
        {
            return await RunMissingAsync(connection, ct);
        }
        finally
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    /// <summary>Whether every script of this build has run.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        bool exists = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(
                "SELECT to_regclass('settlement.schema_migrations') IS NOT NULL",
                cancellationToken: ct
            )
        );
        return exists && (await ReadDoneAsync(connection, ct)).IsSupersetOf(ScriptNames);
    }

    private static async Task<IReadOnlyList<string>> RunMissingAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await connection.ExecuteAsync(
            new CommandDefinition(
                """
                CREATE SCHEMA IF NOT EXISTS settlement;
                CREATE TABLE IF NOT EXISTS settlement.schema_migrations (
                  name   text        PRIMARY KEY,
                  ran_at timestamptz NOT NULL DEFAULT now()
                );
                """,
                cancellationToken: ct
            )
        );
        HashSet<string> done = await ReadDoneAsync(connection, ct);
        string? unknown = done.Except(ScriptNames, StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
        {
            throw new InvalidOperationException(
                $"The database is newer than this build: it has run {unknown}. Deploy the newer build."
            );
        }
        var ran = new List<string>();
        foreach (string name in ScriptNames.Where(name => !done.Contains(name)))
        {
            await RunAsync(connection, name, ct);
            ran.Add(name);
        }
        return ran;
    }

    private static async Task<HashSet<string>> ReadDoneAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    ) =>
        (
            await connection.QueryAsync<string>(
                new CommandDefinition(
                    "SELECT name FROM settlement.schema_migrations",
                    cancellationToken: ct
                )
            )
        ).ToHashSet(StringComparer.Ordinal);

    private static async Task RunAsync(
        NpgsqlConnection connection,
        string name,
        CancellationToken ct
    )
    {
        string script = await ReadScriptAsync(name, ct);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "SET LOCAL search_path = settlement",
            transaction: transaction
        );
        await connection.ExecuteAsync(
            new CommandDefinition(
                script,
                transaction: transaction,
                commandTimeout: 600,
                cancellationToken: ct
            )
        );
        await connection.ExecuteAsync(
            "INSERT INTO settlement.schema_migrations (name) VALUES (@name)",
            new { name },
            transaction
        );
        await transaction.CommitAsync(ct);
    }

    private static async Task<string> ReadScriptAsync(string name, CancellationToken ct)
    {
        await using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"Migration {name} is not in this build.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>The laws that stand in a database, each with the statement that removes it.</summary>
internal sealed class Catalogue
{
    private const string Sql = """
        SELECT c.conname AS name, format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.conrelid::regclass, c.conname) AS removal
          FROM pg_constraint c WHERE c.connamespace = 'settlement'::regnamespace AND c.contype IN ('c', 'u', 'p', 'f')
        UNION ALL
        SELECT i.indexrelid::regclass::text, format('DROP INDEX %s', i.indexrelid::regclass)
          FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE t.relnamespace = 'settlement'::regnamespace AND i.indisunique
           AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'p'))
        UNION ALL
        SELECT g.tgname, format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass)
          FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
         WHERE t.relnamespace = 'settlement'::regnamespace AND NOT g.tgisinternal
        """;

    private readonly ILookup<string, string> _removals;

    private Catalogue(IEnumerable<(string Name, string Removal)> laws) =>
        _removals = laws.ToLookup(law => law.Name, law => law.Removal, StringComparer.Ordinal);

    /// <summary>The name of every CHECK, key, unique index and trigger of the schema.</summary>
    public IEnumerable<string> Laws => _removals.Select(law => law.Key);

    /// <summary>What removes one law.</summary>
    public string Removal(string law) => _removals[law].Single();

    public static async Task<Catalogue> ReadAsync(NpgsqlDataSource source)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        return new Catalogue(await connection.QueryAsync<(string, string)>(Sql));
    }

    /// <summary>The statement that makes a function anew with one piece of its text replaced.</summary>
    public static async Task<string> RewrittenAsync(
        NpgsqlDataSource source,
        string function,
        (string Text, string Instead) rule
    )
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        string definition = (
            await connection.ExecuteScalarAsync<string>(
                "SELECT pg_get_functiondef(@function::regproc)",
                new { function }
            )
        )!;
        return definition.Contains(rule.Text, StringComparison.Ordinal)
            ? definition.Replace(rule.Text, rule.Instead, StringComparison.Ordinal)
            : throw new InvalidOperationException($"{function} says nothing like \"{rule.Text}\".");
    }
}

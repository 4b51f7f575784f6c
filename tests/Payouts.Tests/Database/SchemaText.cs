using Dapper;
using Npgsql;

namespace Settlement.Payouts.Tests.Database;

/// <summary>A schema as PostgreSQL itself describes it, line by line.</summary>
internal static class SchemaText
{
    private const string Sql = """
        WITH ours AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname IN ('settlement', 'quartz')),
        tables AS (SELECT c.* FROM pg_class c JOIN ours ON ours.oid = c.relnamespace)
        SELECT format('schema %s %s', nspname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) a)) FROM ours
        UNION ALL
        SELECT format('%s %s %s %s', relkind, relname, reloptions, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a))
          FROM tables
        UNION ALL
        SELECT format('column %s.%s %s %s not null %s identity %s generated %s default %s %s', t.relname, a.attname, a.attnum,
                      format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
                      (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(a.attacl) x))
          FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        UNION ALL
        SELECT format('constraint %s.%s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
          FROM pg_constraint c JOIN ours ON ours.oid = c.connamespace
        UNION ALL
        SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN tables t ON t.oid = i.indrelid
        UNION ALL
        SELECT format('%s enabled %s', pg_get_triggerdef(g.oid), g.tgenabled) FROM pg_trigger g JOIN tables t ON t.oid = g.tgrelid
         WHERE NOT g.tgisinternal
        UNION ALL
        SELECT format('%s %s', pg_get_functiondef(p.oid), (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(p.proacl) a))
          FROM pg_proc p JOIN ours ON ours.oid = p.pronamespace
        """;

    public static async Task<List<string>> ReadAsync(NpgsqlDataSource source)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<string>(Sql)).Order(StringComparer.Ordinal).ToList();
    }
}

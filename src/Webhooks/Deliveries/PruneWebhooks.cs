using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Forgets events, and their deliveries with them, that are older than they are kept.</summary>
public sealed class PruneWebhooks(NpgsqlDataSource database, WebhookOptions options)
{
    private const int Limit = 5_000;

    private const string Sql = """
        -- PruneWebhooks
        SELECT prune_webhooks(@KeepFor, @Limit)
        """;

    /// <summary>Forgets all of them, some at a time.</summary>
    /// <returns>How many events it forgot.</returns>
    public async Task<int> ExecuteAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        int all = 0;
        while (true)
        {
            int some = await connection.ExecuteScalarAsync<int>(
                new CommandDefinition(Sql, new { options.KeepFor, Limit }, cancellationToken: ct)
            );
            all += some;
            if (some < Limit)
                return all;
        }
    }
}

using Dapper;
using Npgsql;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Turns what was noted in the outbox into messages, one delivery for each endpoint that listens; see
/// fan_out_webhooks() in the schema.</summary>
public sealed class FanOut(NpgsqlDataSource database)
{
    /// <summary>How many notes are taken at a time.</summary>
    public const int Limit = 500;

    private const string Sql = """
        -- FanOut
        SELECT fan_out_webhooks(@Limit)
        """;

    /// <summary>Takes what is there. Of workers that come together one does it, and the others find nothing.</summary>
    /// <returns>How many notes it took.</returns>
    public async Task<int> ExecuteAsync(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(Sql, new { Limit }, cancellationToken: ct)
        );
    }
}

using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Chains.Endpoints;

namespace Settlement.Payouts.Settling;

/// <summary>How far finality had come for the verdicts that are stored, whichever worker wrote them.</summary>
public sealed class StoredMark(NpgsqlDataSource database)
{
    private const string Sql = """
        -- StoredMark
        SELECT proof #>> '{agreement,final,block}' AS block, proof #>> '{agreement,final,hash}' AS hash
          FROM chain_transactions
         WHERE network = @Network AND proof #>> '{agreement,final,block}' IS NOT NULL
         ORDER BY (proof #>> '{agreement,final,block}')::numeric DESC
         LIMIT 1
        """;

    /// <summary>Reads the highest final block that a stored verdict rests on.</summary>
    /// <returns>Null while there is no verdict.</returns>
    public async Task<FinalHead?> ReadAsync(NetworkId network, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        Row? row = await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(Sql, new { Network = network.Name }, cancellationToken: ct)
        );
        return row is null
            ? null
            : new FinalHead(ulong.Parse(row.Block, CultureInfo.InvariantCulture), row.Hash);
    }

    private sealed record Row(string Block, string? Hash);
}

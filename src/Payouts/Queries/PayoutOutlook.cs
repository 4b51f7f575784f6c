using Dapper;
using Npgsql;

namespace Settlement.Payouts.Queries;

/// <summary>What would hold a payout up that is asked for now.</summary>
public sealed class PayoutOutlook(NpgsqlDataSource database)
{
    private const string Sql = """
        -- PayoutOutlook
        SELECT EXISTS (SELECT FROM pauses WHERE scope IN ('all', @Network)) AS is_paused,
               @AmountMicro > approval_threshold(@Network) AS needs_approval
        """;

    /// <summary>Looks.</summary>
    /// <param name="network">Lower-case network name.</param>
    /// <param name="amountMicro">Micro-units.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<(bool IsPaused, bool NeedsApproval)> ReadAsync(
        string network,
        long amountMicro,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<(bool, bool)>(
            new CommandDefinition(
                Sql,
                new { Network = network, AmountMicro = amountMicro },
                cancellationToken: ct
            )
        );
    }
}

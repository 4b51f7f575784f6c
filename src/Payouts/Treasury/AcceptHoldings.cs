using Dapper;
using Npgsql;

namespace Settlement.Payouts.Treasury;

/// <summary>An operator's word that what is missing from a hot wallet was taken on purpose. The next comparison starts from what
/// is there then.</summary>
public sealed class AcceptHoldings(NpgsqlDataSource database)
{
    private const string Sql = """
        -- AcceptHoldings
        WITH before AS (
            SELECT network, sender, asset_address, missing_base_units, missing_since FROM wallet_holdings
             WHERE network = @Network AND missing_base_units IS NOT NULL
               FOR NO KEY UPDATE
        ), accepted AS (
            UPDATE wallet_holdings h
               SET received_base_units = NULL, missing_base_units = NULL, missing_since = NULL
              FROM before b
             WHERE (h.network, h.sender, h.asset_address) = (b.network, b.sender, b.asset_address)
            RETURNING h.network, h.sender, b.missing_base_units, b.missing_since
        )
        INSERT INTO audit_log (actor, action, target, reason, detail, request_id)
        SELECT @Actor, 'holdings_accepted', network || ':' || sender, @Reason,
               jsonb_build_object('missing_base_units', missing_base_units::text, 'missing_since', missing_since), @RequestId
          FROM accepted
        RETURNING id
        """;

    /// <summary>Accepts what is missing on a network.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Where it went; kept for ever.</param>
    /// <param name="requestId">For the audit log.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>Whether anything was missing.</returns>
    public async Task<bool> ExecuteAsync(
        string network,
        string actor,
        string reason,
        string? requestId,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await ExecuteAsync(
            connection,
            new HoldingsWord(network, actor, reason, requestId),
            ct
        );
    }

    /// <summary>Accepts what is missing with what else is written by this connection.</summary>
    /// <returns>Whether anything was missing.</returns>
    public static async Task<bool> ExecuteAsync(
        NpgsqlConnection connection,
        HoldingsWord word,
        CancellationToken ct
    )
    {
        IEnumerable<long> written = await connection.QueryAsync<long>(
            new CommandDefinition(Sql, word, cancellationToken: ct)
        );
        return written.Any();
    }
}

/// <summary>Who accepts what is missing.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Where it went; kept for ever.</param>
/// <param name="RequestId">For the audit log.</param>
public sealed record HoldingsWord(string Network, string Actor, string Reason, string? RequestId);

using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Treasury;

/// <summary>Finds out whether more has left a hot wallet than payouts took: somebody else uses the key.</summary>
/// <remarks>
/// <para>Balance and landed payouts together can only grow, by deposits. The balance is read between two readings of the
/// payouts: with those known before it, the sum is at most what came in; with those known after it and all that may still
/// land, the sum is at least what came in. So payouts under way never raise an alarm.</para>
/// <para>A node that is behind tells an older balance. That payouts which landed only lately do not count for the most keeps it
/// from raising what came in; a deposit that it has not seen yet is missing until the next comparison.</para>
/// <para>What it cannot see: an outflow that a deposit of the same size has covered before the next comparison.</para>
/// </remarks>
/// <param name="database">Where payouts are.</param>
/// <param name="behind">How far behind a node may be.</param>
public sealed class CompareHoldings(NpgsqlDataSource database, TimeSpan behind)
{
    /// <summary>How far behind a node may be, usually.</summary>
    public static readonly TimeSpan UsuallyBehind = TimeSpan.FromMinutes(30);

    // A transaction that succeeded without the ordered effect carries no paid rider: what it took shows as missing.
    private const string TakenSql = """
        -- CompareHoldings: what payouts took
        SELECT p.asset_address,
               round(coalesce(sum(taken.units) FILTER (WHERE t.decided_at < now() - @Behind), 0))::text AS landed_before,
               round(coalesce(sum(taken.units) FILTER (WHERE r.outcome = 'paid'), 0))::text AS landed,
               round(coalesce(sum(taken.units) FILTER (WHERE r.outcome IS NULL), 0))::text AS open
          FROM transaction_payouts r
          JOIN chain_transactions t ON t.id = r.transaction_id
          JOIN payouts p ON p.id = r.payout_id
         CROSS JOIN LATERAL (SELECT p.amount_micro * 10::numeric ^ (p.asset_decimals - 6) AS units) taken
         WHERE t.network = @Network AND t.sender = @Sender AND (r.outcome IS NULL OR r.outcome = 'paid')
         GROUP BY p.asset_address
        """;

    private const string WriteSql = """
        -- CompareHoldings: write
        WITH before AS (
            SELECT network, sender, asset_address, missing_since,
                   greatest(received_base_units, @Least::numeric) AS received,
                   nullif(greatest(received_base_units - @Most::numeric, 0), 0) AS missing
              FROM wallet_holdings
             WHERE network = @Network AND sender = @Sender AND asset_address = @Asset
               FOR NO KEY UPDATE
        )
        UPDATE wallet_holdings h
           SET received_base_units = b.received, missing_base_units = b.missing, compared_at = now(),
               missing_since = CASE WHEN b.missing IS NULL THEN NULL ELSE coalesce(b.missing_since, now()) END
          FROM before b
         WHERE (h.network, h.sender, h.asset_address) = (b.network, b.sender, b.asset_address)
        RETURNING h.missing_base_units::text AS missing, b.missing_since IS NULL AS was_balanced
        """;

    /// <summary>Compares, and writes the result down.</summary>
    /// <returns>What is missing; null when all is accounted for, or when no node answered: then nothing is known.</returns>
    public async Task<MissingFunds?> ExecuteAsync(IChainAdapter chain, CancellationToken ct)
    {
        Taken before = await ReadAsync(chain, ct);
        if (await chain.ReadBalancesAsync(ct) is not { } balances)
            return null;
        Taken after = await ReadAsync(chain, ct);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        ResultRow? row = await connection.QuerySingleOrDefaultAsync<ResultRow>(
            new CommandDefinition(
                WriteSql,
                new
                {
                    Network = chain.Network.Name,
                    chain.Sender,
                    chain.Asset,
                    Least = RecordHoldings.Text(balances.AssetBaseUnits + before.LandedBefore),
                    Most = RecordHoldings.Text(balances.AssetBaseUnits + after.Landed + after.Open),
                },
                cancellationToken: ct
            )
        );
        return row?.Missing is { } missing
            ? new MissingFunds(Number(missing), IsNews: row.WasBalanced)
            : null;
    }

    private async Task<Taken> ReadAsync(IChainAdapter chain, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IEnumerable<TakenRow> rows = await connection.QueryAsync<TakenRow>(
            new CommandDefinition(
                TakenSql,
                new
                {
                    Network = chain.Network.Name,
                    chain.Sender,
                    Behind = behind,
                },
                cancellationToken: ct
            )
        );
        // The adapter knows its asset in any spelling.
        TakenRow[] ours = rows.Where(r => chain.PaysIn(r.AssetAddress)).ToArray();
        return new Taken(
            Sum(ours.Select(r => r.LandedBefore)),
            Sum(ours.Select(r => r.Landed)),
            Sum(ours.Select(r => r.Open))
        );
    }

    private static UInt128 Sum(IEnumerable<string> numbers) =>
        numbers.Aggregate(UInt128.Zero, (sum, number) => checked(sum + Number(number)));

    private static UInt128 Number(string text) =>
        UInt128.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private sealed record Taken(UInt128 LandedBefore, UInt128 Landed, UInt128 Open);

    private sealed record TakenRow
    {
        public required string AssetAddress { get; init; }
        public required string LandedBefore { get; init; }
        public required string Landed { get; init; }
        public required string Open { get; init; }
    }

    private sealed record ResultRow
    {
        public string? Missing { get; init; }
        public bool WasBalanced { get; init; }
    }
}

/// <summary>More has left a hot wallet than payouts took.</summary>
/// <param name="BaseUnits">How much more, in the asset's smallest units.</param>
/// <param name="IsNews">Whether all was accounted for at the comparison before.</param>
public sealed record MissingFunds(UInt128 BaseUnits, bool IsNews);

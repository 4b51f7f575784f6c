using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Treasury;

/// <summary>Finds wallets that hold less than their low marks, and remembers it, so that it is told once: when a mark is crossed,
/// by whichever worker sees it first, and again only after the wallet was above that mark.</summary>
public sealed class LowFunds(NpgsqlDataSource database)
{
    private const string Sql = """
        -- LowFunds
        WITH seen AS (
            SELECT w.network, w.address AS sender, v.coin, v.held, v.mark
              FROM wallets w CROSS JOIN unnest(@Coins, @Held::numeric[], @Marks::numeric[]) AS v (coin, held, mark)
             WHERE w.network = @Network AND w.address = @Sender
        ), well AS (
            DELETE FROM low_funds f USING seen s
             WHERE f.network = s.network AND f.sender = s.sender AND f.coin = s.coin AND f.mark_base_units <= s.held
        )
        INSERT INTO low_funds (network, sender, coin, mark_base_units, held_base_units)
        SELECT network, sender, coin, mark, held FROM seen WHERE held < mark
        ON CONFLICT DO NOTHING
        RETURNING coin, held_base_units::text AS held, mark_base_units::text AS mark
        """;

    /// <summary>What stands for the network's own coin.</summary>
    public const string Native = "native";

    /// <summary>Compares. Does nothing for a wallet that was never registered.</summary>
    /// <param name="chain">The network and its wallet.</param>
    /// <param name="held">What was just read.</param>
    /// <param name="marks">0 for no mark.</param>
    /// <param name="ct">Cancels before the write.</param>
    /// <returns>The marks that were crossed since anybody looked.</returns>
    public async Task<IReadOnlyList<LowFinding>> ExecuteAsync(
        IChainAdapter chain,
        WalletBalances held,
        WalletBalances marks,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<LowFinding>(
                new CommandDefinition(
                    Sql,
                    new
                    {
                        Network = chain.Network.Name,
                        chain.Sender,
                        Coins = new[] { chain.Asset, Native },
                        Held = Texts(held),
                        Marks = Texts(marks),
                    },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }

    private static string[] Texts(WalletBalances amounts) =>
        [RecordHoldings.Text(amounts.AssetBaseUnits), RecordHoldings.Text(amounts.NativeBaseUnits)];
}

/// <summary>A wallet fell below a mark.</summary>
/// <param name="Coin">The asset's address, or <see cref="LowFunds.Native"/>.</param>
/// <param name="Held">In the smallest units.</param>
/// <param name="Mark">In the smallest units.</param>
public sealed record LowFinding(string Coin, string Held, string Mark);

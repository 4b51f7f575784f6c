using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Treasury;

/// <summary>Writes down what a hot wallet holds, so that whoever has no node to ask can tell.</summary>
public sealed class RecordHoldings(NpgsqlDataSource database)
{
    private const string Sql = """
        -- RecordHoldings
        INSERT INTO wallet_holdings AS h (network, sender, asset_address, asset_base_units, native_base_units)
        SELECT w.network, w.address, @Asset, @AssetBaseUnits::numeric, @NativeBaseUnits::numeric
          FROM wallets w WHERE w.network = @Network AND w.address = @Sender
        ON CONFLICT (network, sender, asset_address) DO UPDATE
           SET asset_base_units = excluded.asset_base_units, native_base_units = excluded.native_base_units, read_at = now()
        """;

    /// <summary>Writes it down. Does nothing for a wallet that was never registered.</summary>
    public async Task ExecuteAsync(
        IChainAdapter chain,
        WalletBalances balances,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql,
                new
                {
                    Network = chain.Network.Name,
                    chain.Sender,
                    chain.Asset,
                    AssetBaseUnits = Text(balances.AssetBaseUnits),
                    NativeBaseUnits = Text(balances.NativeBaseUnits),
                },
                cancellationToken: ct
            )
        );
    }

    // As text: numeric(39,0) holds every 128-bit number, decimal does not.
    internal static string Text(UInt128 baseUnits) =>
        baseUnits.ToString(CultureInfo.InvariantCulture);
}

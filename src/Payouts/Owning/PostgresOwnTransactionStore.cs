using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;

namespace Settlement.Payouts.Owning;

/// <summary>The store over PostgreSQL.</summary>
public sealed class PostgresOwnTransactionStore(NpgsqlDataSource database) : IOwnTransactionStore
{
    private const string ReadSql = """
        -- OwnTransactions: read
        SELECT cursor, checked_in IS DISTINCT FROM this_database() AS is_another_database
          FROM wallet_watch WHERE network = @Network AND address = @Sender
        """;

    private const string UnknownSql = """
        -- OwnTransactions: find the unknown
        SELECT v.id AS transaction_id, v.nonce
          FROM unnest(@Ids, @Nonces) AS v (id, nonce)
         WHERE NOT EXISTS (SELECT FROM attempts a WHERE a.network = @Network AND a.hash = v.id)
           AND NOT EXISTS (SELECT FROM chain_transactions t WHERE t.network = @Network AND t.sender = @Sender AND t.nonce = v.nonce::numeric)
           AND NOT EXISTS (SELECT FROM foreign_transactions f WHERE f.network = @Network AND f.transaction_id = v.id)
           AND NOT EXISTS (SELECT FROM foreign_transactions f WHERE f.network = @Network AND f.sender = @Sender AND f.nonce = v.nonce::numeric)
        """;

    // Whoever finds it first writes it down.
    private const string RecordSql = """
        -- OwnTransactions: record
        INSERT INTO foreign_transactions (network, sender, transaction_id, nonce, transfers, facts)
        SELECT @Network, @Sender, v.id, v.nonce::numeric, v.transfers::jsonb, v.facts::jsonb
          FROM unnest(@Ids, @Nonces, @Transfers, @Facts) AS v (id, nonce, transfers, facts)
        ON CONFLICT DO NOTHING
        """;

    private const string MoveSql = """
        -- OwnTransactions: move
        INSERT INTO wallet_watch AS w (network, address, cursor, checked_at, checked_in)
        VALUES (@Network, @Sender, @Cursor, now(), this_database())
        ON CONFLICT (network, address)
        DO UPDATE SET cursor = excluded.cursor, checked_at = excluded.checked_at, checked_in = excluded.checked_in
         WHERE w.cursor IS NOT DISTINCT FROM @From
        """;

    /// <inheritdoc />
    public async Task<WalletWatch> ReadAsync(NetworkId network, string sender, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        WatchRow? row = await connection.QuerySingleOrDefaultAsync<WatchRow>(
            new CommandDefinition(
                ReadSql,
                new { Network = network.Name, Sender = sender },
                cancellationToken: ct
            )
        );
        return row is null
            ? new WalletWatch(Cursor: null, IsAnotherDatabase: false)
            : new WalletWatch(row.Cursor, row.IsAnotherDatabase);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<OwnTransaction>> FindUnknownAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<OwnTransaction> transactions,
        CancellationToken ct
    )
    {
        if (transactions.Count == 0)
            return [];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IEnumerable<UnknownRow> rows = await connection.QueryAsync<UnknownRow>(
            new CommandDefinition(
                UnknownSql,
                new
                {
                    Network = network.Name,
                    Sender = sender,
                    Ids = transactions.Select(t => t.TransactionId).ToArray(),
                    Nonces = transactions.Select(t => Text(t.Nonce)).ToArray(),
                },
                cancellationToken: ct
            )
        );
        return
        [
            .. rows.Select(r => new OwnTransaction(
                r.TransactionId,
                r.Nonce is null ? null : ulong.Parse(r.Nonce, CultureInfo.InvariantCulture)
            )),
        ];
    }

    /// <inheritdoc />
    public async Task RecordAsync(
        NetworkId network,
        string sender,
        IReadOnlyList<ForeignTransaction> found,
        string reason,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await using NpgsqlTransaction commit = await connection.BeginTransactionAsync(ct);
        if (found.Count > 0)
        {
            await connection.ExecuteAsync(
                new CommandDefinition(
                    RecordSql,
                    new
                    {
                        Network = network.Name,
                        Sender = sender,
                        Ids = found.Select(f => f.Facts.TransactionId).ToArray(),
                        Nonces = found.Select(f => Text(f.Nonce)).ToArray(),
                        Transfers = found.Select(f => Json(f.Facts.Transfers)).ToArray(),
                        Facts = found.Select(f => f.Facts.Proof.Json).ToArray(),
                    },
                    cancellationToken: ct
                )
            );
        }
        await Wallets.FreezeAsync(connection, network, sender, reason, ct);
        await commit.CommitAsync(ct);
    }

    /// <inheritdoc />
    public async Task<bool> MoveAsync(
        NetworkId network,
        string sender,
        string? from,
        string cursor,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        int moved = await connection.ExecuteAsync(
            new CommandDefinition(
                MoveSql,
                new
                {
                    Network = network.Name,
                    Sender = sender,
                    From = from,
                    Cursor = cursor,
                },
                cancellationToken: ct
            )
        );
        return moved == 1;
    }

    private static string? Text(ulong? nonce) => nonce?.ToString(CultureInfo.InvariantCulture);

    // As text: programs that read JSON numbers as doubles would round it.
    private static string Json(IReadOnlyList<OutgoingTransfer> transfers) =>
        JsonSerializer.Serialize(
            transfers.Select(t => new
            {
                to = t.Destination,
                baseUnits = t.BaseUnits.ToString(CultureInfo.InvariantCulture),
            })
        );

    private sealed record WatchRow
    {
        public string? Cursor { get; init; }
        public bool IsAnotherDatabase { get; init; }
    }

    private sealed record UnknownRow
    {
        public string? TransactionId { get; init; }
        public string? Nonce { get; init; }
    }
}

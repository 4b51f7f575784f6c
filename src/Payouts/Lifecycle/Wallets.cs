using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Lifecycle;

/// <summary>The hot wallets: registered once, read before each signature, frozen when the chain contradicts us.</summary>
public sealed class Wallets(NpgsqlDataSource database)
{
    private const string RegisterSql = """
        -- Wallets: register
        INSERT INTO wallets (network, address, next_nonce) VALUES (@Network, @Address, @NextNonce::numeric) ON CONFLICT DO NOTHING
        """;

    private const string ReadSql = """
        -- Wallets: read
        SELECT w.next_nonce::text, w.frozen_reason,
               (SELECT count(*)::int FROM chain_transactions t
                 WHERE t.network = w.network AND t.sender = w.address AND t.decided_at IS NULL AND NOT t.included) AS in_flight
          FROM wallets w WHERE w.network = @Network AND w.address = @Address
        """;

    private const string FreezeSql = """
        -- Wallets: freeze
        WITH frozen AS (
            UPDATE wallets SET frozen = true, frozen_reason = left(@Reason, 2000), frozen_at = now()
             WHERE network = @Network AND address = @Address AND NOT frozen
            RETURNING network, address
        )
        INSERT INTO audit_log (actor, action, target, reason)
        SELECT 'worker', 'wallet_frozen', network || ':' || address, @Reason FROM frozen
        """;

    private const string ThawSql = $"""
        -- Wallets: thaw
        WITH before AS (
            SELECT network, address, frozen_reason FROM wallets w
             WHERE network = @Network AND address = @Address AND frozen
               AND NOT EXISTS (SELECT FROM chain_transactions t
                                WHERE t.network = w.network AND t.sender = w.address AND t.state = 'open'
                                  AND t.last_observation LIKE '{NextLook.Contradiction}%')
               AND NOT EXISTS (SELECT FROM foreign_transactions f
                                WHERE f.network = w.network AND f.sender = w.address
                                  AND NOT EXISTS (SELECT FROM adoptions a WHERE a.foreign_id = f.id))
               AND NOT EXISTS (SELECT FROM wallet_watch k
                                WHERE k.network = w.network AND k.address = w.address AND k.checked_in IS DISTINCT FROM this_database())
               FOR NO KEY UPDATE
        ), thawed AS (
            UPDATE wallets w SET frozen = false, frozen_reason = NULL, frozen_at = NULL
              FROM before b WHERE w.network = b.network AND w.address = b.address
            RETURNING w.network, w.address, b.frozen_reason
        )
        INSERT INTO audit_log (actor, action, target, reason, detail)
        SELECT @Actor, 'wallet_thawed', network || ':' || address, @Reason, jsonb_build_object('was', frozen_reason) FROM thawed
        RETURNING id
        """;

    /// <summary>Makes a wallet known. Does nothing when it is known already: its next nonce is never lowered by a node's answer.</summary>
    public async Task RegisterAsync(
        NetworkId network,
        string address,
        ulong? nextNonce,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                RegisterSql,
                new
                {
                    Network = network.Name,
                    Address = address,
                    NextNonce = nextNonce?.ToString(CultureInfo.InvariantCulture),
                },
                cancellationToken: ct
            )
        );
    }

    /// <summary>Reads a wallet.</summary>
    /// <exception cref="InvalidOperationException">It was never registered.</exception>
    public async Task<WalletState> ReadAsync(
        NetworkId network,
        string address,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        WalletRow row =
            await connection.QuerySingleOrDefaultAsync<WalletRow>(
                new CommandDefinition(
                    ReadSql,
                    new { Network = network.Name, Address = address },
                    cancellationToken: ct
                )
            ) ?? throw new InvalidOperationException($"Wallet {address} on {network} is unknown.");
        return new WalletState(
            row.NextNonce is null ? null : ulong.Parse(row.NextNonce, CultureInfo.InvariantCulture),
            row.InFlight,
            row.FrozenReason
        );
    }

    /// <summary>Forbids new transactions of a wallet.</summary>
    public async Task FreezeAsync(
        NetworkId network,
        string address,
        string reason,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await FreezeAsync(connection, network, address, reason, ct);
    }

    /// <summary>Forbids new transactions of a wallet with what else is written by this connection.</summary>
    internal static Task FreezeAsync(
        NpgsqlConnection connection,
        NetworkId network,
        string address,
        string reason,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                FreezeSql,
                new
                {
                    Network = network.Name,
                    Address = address,
                    Reason = reason,
                },
                cancellationToken: ct
            )
        );

    /// <summary>Lets a frozen wallet open transactions again, by a person's word. A reason that stands freezes it again.</summary>
    /// <param name="network">The network.</param>
    /// <param name="address">As it was registered.</param>
    /// <param name="actor">Who, such as "operator:ann".</param>
    /// <param name="reason">Why it is safe now; kept for ever.</param>
    /// <param name="ct">Cancels before the write.</param>
    /// <returns>Whether it was thawed: false when it was not frozen, while a transaction of it contradicts the chain, while
    /// nobody has accounted for one that this database does not know of, and before a restored database was compared.</returns>
    public async Task<bool> ThawAsync(
        NetworkId network,
        string address,
        string actor,
        string reason,
        CancellationToken ct
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        long? written = await connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(
                ThawSql,
                new
                {
                    Network = network.Name,
                    Address = address,
                    Actor = actor,
                    Reason = reason,
                },
                cancellationToken: ct
            )
        );
        return written is not null;
    }

    private sealed record WalletRow
    {
        public string? NextNonce { get; init; }
        public string? FrozenReason { get; init; }
        public int InFlight { get; init; }
    }
}

using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Lifecycle;

/// <summary>Compares a wallet's stored nonces with what the chain and a node's pool say of them.</summary>
public sealed class NonceQueue(NpgsqlDataSource database)
{
    // What is in a block holds nobody up.
    private const string Sql = """
        -- NonceQueue: the head of the line, and the nonces that the chain asks for
        SELECT w.next_nonce::text, head.nonce::text AS head_nonce, head.id AS head_id, head.last_observation AS head_seen,
               extract(epoch FROM now() - head.opened_at)::float8 AS head_age_seconds,
               (SELECT t.state FROM chain_transactions t WHERE t.network = w.network AND t.sender = w.address AND t.nonce = @Pending::numeric) AS at_pending
          FROM wallets w
          LEFT JOIN LATERAL (
               SELECT t.id, t.nonce, t.opened_at, t.last_observation FROM chain_transactions t
                WHERE t.network = w.network AND t.sender = w.address AND t.decided_at IS NULL AND NOT t.included
                ORDER BY t.nonce LIMIT 1) head ON true
         WHERE w.network = @Network AND w.address = @Sender AND w.next_nonce IS NOT NULL
        """;

    private const string Hurry = """
        -- NonceQueue: look at it now, and send again what is stored
        UPDATE chain_transactions t SET due_at = now()
         WHERE t.network = @Network AND t.sender = @Sender AND t.nonce = @Nonce::numeric AND t.decided_at IS NULL AND t.due_at > now()
        """;

    /// <summary>Reads; null when the wallet is unknown or has no nonces.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sender">The wallet.</param>
    /// <param name="counts">What a node said.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<NonceLine?> ReadAsync(
        NetworkId network,
        string sender,
        NonceCounts counts,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(counts);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        LineRow? row = await connection.QuerySingleOrDefaultAsync<LineRow>(
            new CommandDefinition(
                Sql,
                new
                {
                    Network = network.Name,
                    Sender = sender,
                    Pending = Text(counts.Pending),
                },
                cancellationToken: ct
            )
        );
        return row?.Judge(counts);
    }

    /// <summary>Makes the transaction at a nonce due for a look, which sends it again.</summary>
    public async Task HurryAsync(
        NetworkId network,
        string sender,
        ulong nonce,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Hurry,
                new
                {
                    Network = network.Name,
                    Sender = sender,
                    Nonce = Text(nonce),
                },
                cancellationToken: ct
            )
        );
    }

    private static string Text(ulong nonce) => nonce.ToString(CultureInfo.InvariantCulture);

    private sealed record LineRow
    {
        public required string NextNonce { get; init; }
        public string? HeadNonce { get; init; }
        public long? HeadId { get; init; }
        public string? HeadSeen { get; init; }
        public double? HeadAgeSeconds { get; init; }
        public string? AtPending { get; init; }

        public NonceLine Judge(NonceCounts counts)
        {
            ulong next = ulong.Parse(NextNonce, CultureInfo.InvariantCulture);
            return new NonceLine
            {
                Head = HeadNonce is null
                    ? null
                    : new NonceHead(
                        HeadId!.Value,
                        ulong.Parse(HeadNonce, CultureInfo.InvariantCulture),
                        TimeSpan.FromSeconds(HeadAgeSeconds!.Value),
                        HeadSeen
                    ),
                Gap = GapOf(next, counts),
                IsGapStored = AtPending is "open",
                Ahead = counts.Mined > next ? counts.Mined - next : 0,
            };
        }

        // Below next every nonce was stored; the first that neither chain nor pool has is what the others wait for.
        private static ulong? GapOf(ulong next, NonceCounts counts) =>
            counts.Pending < next ? counts.Pending : null;
    }
}

/// <summary>How a wallet's line of nonces stands.</summary>
public sealed record NonceLine
{
    /// <summary>The lowest open nonce that is in no block; null when there is none.</summary>
    public NonceHead? Head { get; init; }

    /// <summary>The lowest stored nonce that a node has neither in a block nor in its pool; null when there is none.</summary>
    public ulong? Gap { get; init; }

    /// <summary>Whether there is something to send for the gap.</summary>
    public bool IsGapStored { get; init; }

    /// <summary>How many nonces the chain has used up beyond what we ever stored: somebody else has the key.</summary>
    public ulong Ahead { get; init; }
}

/// <summary>What those behind it wait for.</summary>
/// <param name="TransactionId">Ours.</param>
/// <param name="Nonce">The lowest that is open.</param>
/// <param name="Age">Since it was stored.</param>
/// <param name="Seen">What the last look saw.</param>
public sealed record NonceHead(long TransactionId, ulong Nonce, TimeSpan Age, string? Seen);

using Dapper;
using Npgsql;
using Settlement.Chains;

namespace Settlement.Payouts.Auditing;

/// <summary>Counts what is to be done on a network. For people and dashboards; nothing is decided by it.</summary>
public sealed class ReadWorkload(NpgsqlDataSource database)
{
    // Only open payouts and transactions are touched: both have partial indexes. What rides is never due; what waits for a person's word keeps no worker.
    private const string Sql = """
        -- ReadWorkload
        SELECT count(*) FILTER (WHERE p.status = 'requested') AS requested,
               count(*) FILTER (WHERE p.status = 'processing') AS processing,
               count(*) FILTER (WHERE p.park_reason IS NOT NULL) AS parked,
               greatest(coalesce(extract(epoch FROM now() - min(p.due_at) FILTER (
                   WHERE p.due_at < 'infinity' AND p.held_at IS NULL
                     AND (p.approved_at IS NOT NULL OR p.amount_micro <= (SELECT approval_threshold(@Network))))), 0), 0)::float8 AS oldest_due_seconds,
               greatest(coalesce(extract(epoch FROM now() - min(p.requested_at)), 0), 0)::float8 AS oldest_open_seconds,
               (SELECT count(*) FROM chain_transactions t WHERE t.network = @Network AND t.decided_at IS NULL) AS open_transactions
          FROM payouts p WHERE p.network = @Network AND p.completed_at IS NULL
        """;

    /// <summary>Counts.</summary>
    public async Task<NetworkWorkload> ExecuteAsync(NetworkId network, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<NetworkWorkload>(
            new CommandDefinition(Sql, new { Network = network.Name }, cancellationToken: ct)
        );
    }
}

/// <summary>What is to be done on a network.</summary>
public sealed record NetworkWorkload
{
    /// <summary>Payouts nobody has taken up.</summary>
    public long Requested { get; init; }

    /// <summary>Payouts taken up: riding, waiting their turn or parked.</summary>
    public long Processing { get; init; }

    /// <summary>Of these, payouts that wait for a reason.</summary>
    public long Parked { get; init; }

    /// <summary>For how long the payout that is due longest has been due; 0 when none is.</summary>
    public double OldestDueSeconds { get; init; }

    /// <summary>The age of the oldest payout that has not ended; 0 when there is none.</summary>
    public double OldestOpenSeconds { get; init; }

    /// <summary>Transactions that may still land.</summary>
    public long OpenTransactions { get; init; }
}

using Dapper;
using Npgsql;
using Settlement.Payouts.Auditing;
using Settlement.Payouts.Settling;

namespace Settlement.Payouts.Treasury;

/// <summary>Where ledger, payouts and chain do not say the same.</summary>
public sealed class FindDifferences(LedgerAudit audit, NpgsqlDataSource database)
{
    /// <summary>Named of each kind; there may be more.</summary>
    public const int MaxOfAKind = 100;

    private static readonly string Sql = $"""
        -- FindDifferences: payouts and chain
        (SELECT 'paid_although_failed' AS kind, 'payout ' || number AS subject, id AS payout_id, conflict_at AS since,
                format('failed by force; transaction %s has paid %s micro-units after all', tx_hash, amount_micro) AS detail
           FROM payouts WHERE conflict_at IS NOT NULL ORDER BY conflict_at DESC LIMIT {MaxOfAKind})
        UNION ALL
        (SELECT 'refund_held', 'payout ' || number, id, completed_at,
                format('failed by force while a transaction may land; %s micro-units wait for the chain', amount_micro)
           FROM payouts WHERE refund_held ORDER BY completed_at DESC LIMIT {MaxOfAKind})
        UNION ALL
        (SELECT 'sent_by_hand', 'payout ' || number, id, completed_at,
                format('an operator says that transaction %s paid %s micro-units; the chain was not asked', tx_hash, amount_micro)
           FROM payouts WHERE status = 'sent' AND settled_by = 'operator' ORDER BY completed_at DESC LIMIT {MaxOfAKind})
        UNION ALL
        (SELECT 'chain_contradicts', 'transaction ' || t.id, NULL, t.opened_at, left(t.last_observation, 500)
           FROM chain_transactions t
          WHERE t.decided_at IS NULL AND t.last_observation LIKE '{NextLook.Contradiction}%' ORDER BY t.id DESC LIMIT {MaxOfAKind})
        UNION ALL
        (SELECT 'funds_missing', 'wallet ' || network || ':' || sender, NULL, missing_since,
                format('%s base units of %s have left it and no payout took them', missing_base_units, asset_address)
           FROM wallet_holdings WHERE missing_base_units IS NOT NULL)
        UNION ALL
        (SELECT 'wallet_frozen', 'wallet ' || network || ':' || address, NULL, frozen_at, frozen_reason FROM wallets WHERE frozen)
        """;

    /// <summary>Compares all there is. Reads whole tables: for people, not for a loop.</summary>
    /// <exception cref="NpgsqlException">The database did not answer in time: nothing is known.</exception>
    public async Task<Differences> ExecuteAsync(CancellationToken ct)
    {
        AuditReport books = await audit.RunAsync(ct);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        IEnumerable<Difference> rows = await connection.QueryAsync<Difference>(
            new CommandDefinition(Sql, cancellationToken: ct)
        );
        IEnumerable<Difference> broken = books.Violations.Select(v => new Difference
        {
            Kind = v.Invariant,
            Subject = v.Subject,
            Detail = v.Detail,
        });
        return new Differences([.. broken, .. rows]);
    }
}

/// <summary>Every difference, the broken invariants of the ledger first; empty when all agree.</summary>
public sealed record Differences(IReadOnlyList<Difference> Items);

/// <summary>One difference.</summary>
public sealed record Difference
{
    /// <summary>For programs: an invariant's name, or which two do not agree.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: a payout's number, an account, a wallet.</summary>
    public required string Subject { get; init; }

    /// <summary>What was found, with both values.</summary>
    public required string Detail { get; init; }
    public Guid? PayoutId { get; init; }
    public DateTimeOffset? Since { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Treasury;

/// <summary>What the hot wallets hold beside what is asked of them. For people; nothing is decided by it.</summary>
public sealed class ReadTreasury(NpgsqlDataSource database)
{
    /// <summary>The days over which spending is averaged.</summary>
    public const int SpendingDays = 7;

    // Hexadecimal addresses are the same in any case; no two mints differ by case alone.
    private const string Sql = """
        -- ReadTreasury
        SELECT n.name AS network, h.sender, h.asset_address, h.asset_base_units::text, h.native_base_units::text, h.read_at,
               h.missing_base_units::text, h.missing_since, h.compared_at, w.frozen_reason, w.frozen_at,
               open.payouts AS open_payouts, open.micro AS committed_micro, spent.micro AS paid_micro,
               fees.per_payout::text AS native_per_payout,
               (SELECT p.reason FROM pauses p WHERE p.scope IN ('all', n.name) ORDER BY p.scope = 'all' DESC, p.paused_at LIMIT 1) AS paused_reason
          FROM unnest(@Networks) AS n (name)
          LEFT JOIN wallet_holdings h ON h.network = n.name
          LEFT JOIN wallets w ON w.network = h.network AND w.address = h.sender
         CROSS JOIN LATERAL (
               SELECT count(*) AS payouts, coalesce(sum(amount_micro), 0)::bigint AS micro
                 FROM payouts p
                WHERE p.network = n.name AND p.completed_at IS NULL
                  AND (h.asset_address IS NULL OR lower(p.asset_address) = lower(h.asset_address))) open
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(amount_micro), 0)::bigint AS micro
                 FROM payouts p
                WHERE p.network = n.name AND p.status = 'sent' AND p.requested_at > now() - make_interval(days => @Days)
                  AND (h.asset_address IS NULL OR lower(p.asset_address) = lower(h.asset_address))) spent
         CROSS JOIN LATERAL (
               SELECT ceil(sum(l.fee) / nullif(sum(l.riders), 0)) AS per_payout
                 FROM (SELECT coalesce((t.proof ->> 'feeLamports')::numeric,
                                       (t.proof ->> 'gasUsed')::numeric * (t.proof ->> 'effectiveGasPriceWei')::numeric) AS fee,
                              (SELECT count(*) FROM transaction_payouts r WHERE r.transaction_id = t.id) AS riders
                         FROM chain_transactions t
                        WHERE t.network = h.network AND t.sender = h.sender AND t.state = 'landed'
                        ORDER BY t.id DESC LIMIT 100) l
                WHERE l.fee IS NOT NULL) fees
         ORDER BY n.name, h.read_at DESC
        """;

    /// <summary>Reads; a network whose wallet was never read has a row without holdings.</summary>
    public async Task<IReadOnlyList<TreasuryRow>> ExecuteAsync(
        IEnumerable<string> networks,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<TreasuryRow>(
                new CommandDefinition(
                    Sql,
                    new { Networks = networks.ToArray(), Days = SpendingDays },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>A hot wallet. Base units are decimal texts: they may exceed 64 bits.</summary>
public sealed record TreasuryRow
{
    public required string Network { get; init; }

    /// <summary>Null, with all that follows from it, until a worker has read it.</summary>
    public string? Sender { get; init; }
    public string? AssetAddress { get; init; }
    public string? AssetBaseUnits { get; init; }
    public string? NativeBaseUnits { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
    public string? MissingBaseUnits { get; init; }
    public DateTimeOffset? MissingSince { get; init; }
    public DateTimeOffset? ComparedAt { get; init; }
    public string? FrozenReason { get; init; }
    public DateTimeOffset? FrozenAt { get; init; }
    public string? PausedReason { get; init; }

    /// <summary>Payouts that have not ended; some of their money may have left already.</summary>
    public long OpenPayouts { get; init; }
    public long CommittedMicro { get; init; }

    /// <summary>Sent, of what was asked for in the last <see cref="ReadTreasury.SpendingDays"/> days.</summary>
    public long PaidMicro { get; init; }

    /// <summary>Network fee per payout over the last hundred landed transactions; rent of new token accounts is not in it.</summary>
    public string? NativePerPayout { get; init; }
}

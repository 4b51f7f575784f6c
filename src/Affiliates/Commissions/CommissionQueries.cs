using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Commissions;

/// <summary>Reads commissions and reversals.</summary>
public sealed class CommissionQueries(NpgsqlDataSource database)
{
    // Of two that apply the upper one counts.
    private const string Sql = """
        -- CommissionQueries: list
        SELECT * FROM (
            SELECT c.id, c.affiliate_id, c.currency, c.kind, c.amount_cents, c.source_event_id, c.reverses_id, c.earned_at, c.hold_until,
                   c.payout_id, c.reason, c.recorded_at,
                   CASE WHEN c.reversed_at IS NOT NULL THEN 'reversed'
                        WHEN c.rejected_at IS NOT NULL THEN 'rejected'
                        WHEN c.held_at IS NOT NULL     THEN 'held'
                        WHEN p.status = 'paid'         THEN 'paid'
                        WHEN c.payout_id IS NOT NULL   THEN 'in_payout'
                        WHEN c.approved_at IS NOT NULL OR c.hold_until <= now() THEN 'approved'
                        ELSE 'pending' END AS status
              FROM commissions c LEFT JOIN affiliate_payouts p ON p.id = c.payout_id
             WHERE (@AffiliateId::text IS NULL OR c.affiliate_id = @AffiliateId::text)
               AND (@PayoutId::uuid IS NULL OR c.payout_id = @PayoutId::uuid)
               AND (c.recorded_at, c.id) < (coalesce(@AfterAt::timestamptz, 'infinity'),
                                            coalesce(@AfterId::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        ) judged
         WHERE @Statuses::text[] IS NULL OR status = ANY (@Statuses::text[])
         ORDER BY recorded_at DESC, id DESC LIMIT @Limit::int
        """;

    /// <summary>Those that match, newest first.</summary>
    public async Task<IReadOnlyList<Commission>> ListAsync(
        CommissionFilter filter,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<Commission>(
                new CommandDefinition(Sql, filter, cancellationToken: ct)
            )
        ).AsList();
    }
}

/// <summary>Which commissions are asked for; what is null does not narrow.</summary>
public sealed record CommissionFilter
{
    /// <summary>Any of these; a word that is no status matches nothing.</summary>
    public string[]? Statuses { get; init; }

    /// <summary>Of this affiliate.</summary>
    public string? AffiliateId { get; init; }

    /// <summary>In this payout.</summary>
    public Guid? PayoutId { get; init; }

    /// <summary>Recorded before this; with <see cref="AfterId"/> the place of the last one that was read.</summary>
    public DateTimeOffset? AfterAt { get; init; }

    /// <summary>The id of the last one that was read.</summary>
    public Guid? AfterId { get; init; }

    /// <summary>At most so many; null: all.</summary>
    public int? Limit { get; init; }
}

/// <summary>A commission, or the reversal of one.</summary>
public sealed record Commission
{
    /// <summary>Unique id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who earned it, or gives it back.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>commission or reversal: which way the amount counts.</summary>
    public required string Kind { get; init; }

    /// <summary>Cents, greater than 0.</summary>
    public required long AmountCents { get; init; }

    /// <summary>What it was earned by; null for a reversal.</summary>
    public string? SourceEventId { get; init; }

    /// <summary>What is taken back; null for a commission.</summary>
    public Guid? ReversesId { get; init; }

    /// <summary>pending, approved, in_payout, paid, held, rejected or reversed.</summary>
    public required string Status { get; init; }

    /// <summary>Decides the period.</summary>
    public required DateTimeOffset EarnedAt { get; init; }

    /// <summary>No payout takes it before, unless it is approved by hand.</summary>
    public required DateTimeOffset HoldUntil { get; init; }

    /// <summary>The payout that it is in.</summary>
    public Guid? PayoutId { get; init; }

    /// <summary>Why it was taken back.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

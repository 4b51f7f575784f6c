using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Reads payouts of affiliates.</summary>
public sealed class AffiliatePayoutQueries(NpgsqlDataSource database)
{
    private const string Select = """
        SELECT p.id, p.affiliate_id, p.currency, p.version, p.recovered_by, p.gross_amount_cents, p.reversal_amount_cents, p.amount_cents,
               p.recovery_owed_cents, p.period_start, p.period_end, p.status, p.approved_at, p.approved_by, p.paid_at,
               p.external_ref, p.created_at,
               (SELECT coalesce(sum(o.recovery_owed_cents), 0)::bigint
                  FROM affiliate_payouts o WHERE o.recovered_by = p.id) AS recovery_applied_cents,
               ARRAY (SELECT c.id FROM commissions c WHERE c.payout_id = p.id ORDER BY c.earned_at, c.id) AS commission_ids
        """;

    private const string FindSql = $"""
        -- AffiliatePayoutQueries: find
        {Select} FROM affiliate_payouts p WHERE p.id = @id
        """;

    // The page is cut before the rest is looked up.
    private const string ListSql = $"""
        -- AffiliatePayoutQueries: list
        {Select}
          FROM (SELECT * FROM affiliate_payouts
                 WHERE (@Statuses::text[] IS NULL OR status = ANY (@Statuses::text[]))
                   AND (@AffiliateId::text IS NULL OR affiliate_id = @AffiliateId::text)
                   AND (@Reference::text IS NULL OR external_ref = @Reference::text)
                   AND period_start >= coalesce(@From::timestamptz, '-infinity') AND period_start < coalesce(@To::timestamptz, 'infinity')
                   AND (created_at, id) < (coalesce(@AfterAt::timestamptz, 'infinity'),
                                           coalesce(@AfterId::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                 ORDER BY created_at DESC, id DESC LIMIT @Limit::int OFFSET @Offset) p
         ORDER BY p.created_at DESC, p.id DESC
        """;

    private const string CurrenciesSql = """
        -- AffiliatePayoutQueries: currencies
        SELECT currency FROM affiliate_accounts WHERE affiliate_id = @affiliateId ORDER BY currency
        """;

    /// <summary>One payout, or null.</summary>
    public async Task<AffiliatePayout?> FindAsync(Guid id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await FindAsync(connection, id, ct);
    }

    /// <summary>One payout as the caller's transaction sees it, or null.</summary>
    public static Task<AffiliatePayout?> FindAsync(
        NpgsqlConnection connection,
        Guid id,
        CancellationToken ct
    ) =>
        connection.QuerySingleOrDefaultAsync<AffiliatePayout>(
            new CommandDefinition(FindSql, new { id }, cancellationToken: ct)
        );

    /// <summary>A page of payouts, newest first.</summary>
    public async Task<IReadOnlyList<AffiliatePayout>> ListAsync(
        AffiliatePayoutFilter filter,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<AffiliatePayout>(
                new CommandDefinition(ListSql, filter, cancellationToken: ct)
            )
        ).ToList();
    }

    /// <summary>In which currencies an affiliate has ever earned; none for one that is unknown.</summary>
    public async Task<IReadOnlyList<string>> CurrenciesOfAsync(
        string affiliateId,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<string>(
                new CommandDefinition(CurrenciesSql, new { affiliateId }, cancellationToken: ct)
            )
        ).ToList();
    }
}

/// <summary>Which payouts to list; what is null does not narrow.</summary>
public sealed record AffiliatePayoutFilter
{
    /// <summary>Of one of these; a word that is no status matches nothing.</summary>
    public string[]? Statuses { get; init; }

    /// <summary>Of this affiliate.</summary>
    public string? AffiliateId { get; init; }

    /// <summary>Paid by this transfer.</summary>
    public string? Reference { get; init; }

    /// <summary>Of a period that starts at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Of a period that starts before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Created before this; with <see cref="AfterId"/> the place of the last one that was read.</summary>
    public DateTimeOffset? AfterAt { get; init; }

    /// <summary>The id of the last one that was read.</summary>
    public Guid? AfterId { get; init; }

    /// <summary>At most so many; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>How many to skip.</summary>
    public long Offset { get; init; }
}

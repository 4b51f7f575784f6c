using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Reads payouts of affiliates.</summary>
public sealed class AffiliatePayoutQueries(NpgsqlDataSource database)
{
    private const string Columns = """
        SELECT p.id, p.affiliate_id, p.currency, p.gross_amount_cents, p.reversal_amount_cents, p.amount_cents,
               p.recovery_owed_cents, p.period_start, p.period_end, p.status, p.approved_at, p.approved_by, p.paid_at,
               p.external_ref, p.created_at,
               ARRAY (SELECT c.id FROM commissions c WHERE c.payout_id = p.id ORDER BY c.earned_at, c.id) AS commission_ids
          FROM affiliate_payouts p
        """;

    private const string FindSql = $"""
        -- AffiliatePayoutQueries: find
        {Columns} WHERE p.id = @id
        """;

    private const string ListSql = $"""
        -- AffiliatePayoutQueries: list
        {Columns}
         WHERE p.status = ANY (@Statuses) AND (@AffiliateId::text IS NULL OR p.affiliate_id = @AffiliateId)
         ORDER BY p.created_at DESC, p.id DESC LIMIT @Limit OFFSET @Offset
        """;

    private const string CurrenciesSql = """
        -- AffiliatePayoutQueries: currencies
        SELECT currency FROM affiliate_accounts WHERE affiliate_id = @affiliateId ORDER BY currency
        """;

    /// <summary>One payout, or null.</summary>
    public async Task<AffiliatePayout?> FindAsync(Guid id, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<AffiliatePayout>(
            new CommandDefinition(FindSql, new { id }, cancellationToken: ct)
        );
    }

    /// <summary>A page of payouts, newest first.</summary>
    public async Task<IReadOnlyList<AffiliatePayout>> ListAsync(
        PayoutFilter filter,
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

/// <summary>Which payouts to list.</summary>
/// <param name="Statuses">Of one of these; a word that is no status matches nothing.</param>
/// <param name="AffiliateId">Null: of every affiliate.</param>
public sealed record PayoutFilter(string[] Statuses, string? AffiliateId, int Limit, long Offset);

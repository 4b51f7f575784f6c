using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Reads what is to be transferred, with how to reach each affiliate, for the files of those who transfer it.</summary>
public sealed class PayoutExport(NpgsqlDataSource database)
{
    // What is paid on a chain, or may be, is paid by nobody else.
    private const string Sql = """
        -- PayoutExport
        SELECT p.id, p.affiliate_id, y.name, y.email, y.network, y.address, p.currency, p.gross_amount_cents, p.reversal_amount_cents,
               p.amount_cents, p.recovery_owed_cents, p.status, p.period_start, p.period_end, p.approved_at, p.paid_at, p.external_ref
          FROM affiliate_payouts p LEFT JOIN affiliate_payees y USING (affiliate_id)
         WHERE (@Statuses::text[] IS NULL OR p.status = ANY (@Statuses::text[]))
           AND (@AffiliateId::text IS NULL OR p.affiliate_id = @AffiliateId::text)
           AND (@Reference::text IS NULL OR p.external_ref = @Reference::text)
           AND p.period_start >= coalesce(@From::timestamptz, '-infinity') AND p.period_start < coalesce(@To::timestamptz, 'infinity')
           AND (@currency::text IS NULL OR p.currency = @currency::text)
           AND NOT (@onlyPayable AND (p.amount_cents = 0 OR EXISTS (SELECT FROM affiliate_chain_payouts c
                                                                     WHERE c.affiliate_payout_id = p.id AND c.outcome IS NULL)))
         ORDER BY p.created_at DESC, p.id DESC
        """;

    /// <summary>As they come from the database, newest first.</summary>
    /// <param name="filter">Which of them; its page does not count.</param>
    /// <param name="currency">ISO 4217; null: every one.</param>
    /// <param name="onlyPayable">Only those for which somebody must transfer something.</param>
    public async IAsyncEnumerable<ExportedPayout> StreamAsync(
        AffiliatePayoutFilter filter,
        string? currency,
        bool onlyPayable,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        var parameters = new DynamicParameters(filter);
        parameters.Add("currency", currency);
        parameters.Add("onlyPayable", onlyPayable);
        IAsyncEnumerable<ExportedPayout> rows = connection.QueryUnbufferedAsync<ExportedPayout>(
            Sql,
            parameters
        );
        await foreach (ExportedPayout row in rows.WithCancellation(ct))
            yield return row;
    }
}

/// <summary>A payout with how to reach its affiliate.</summary>
public sealed record ExportedPayout
{
    /// <summary>The payout.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whom it pays.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>As banks know them.</summary>
    public string? Name { get; init; }

    /// <summary>Known to PayPal or Wise.</summary>
    public string? Email { get; init; }

    /// <summary>Where the wallet is.</summary>
    public string? Network { get; init; }

    /// <summary>The wallet.</summary>
    public string? Address { get; init; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>The sum of the commissions in it.</summary>
    public required long GrossAmountCents { get; init; }

    /// <summary>What is taken off.</summary>
    public required long ReversalAmountCents { get; init; }

    /// <summary>What must be transferred.</summary>
    public required long AmountCents { get; init; }

    /// <summary>What the affiliate owes.</summary>
    public required long RecoveryOwedCents { get; init; }

    /// <summary>Its status.</summary>
    public required string Status { get; init; }

    /// <summary>The first moment of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>The first moment after the period.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>When it was approved.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The transfer that paid it.</summary>
    public string? ExternalRef { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>What one affiliate has earned, was paid and owes, in each currency.</summary>
public sealed class OwnAccount(NpgsqlDataSource database)
{
    private const string Sql = """
        -- OwnAccount
        SELECT a.currency, coalesce(c.pending, 0) AS pending_cents, coalesce(c.approved, 0) AS approved_cents,
               coalesce(c.held, 0) AS held_cents,
               coalesce(p.in_payout, 0) AS in_payout_cents, coalesce(p.paid, 0) AS paid_cents,
               coalesce(p.owed, 0) + coalesce(c.reversed, 0) AS recovery_owed_cents
          FROM affiliate_accounts a
          LEFT JOIN (SELECT currency,
                            sum(amount_cents) FILTER (WHERE kind = 'commission' AND held_at IS NULL
                                                              AND approved_at IS NULL AND hold_until > now())::bigint AS pending,
                            sum(amount_cents) FILTER (WHERE kind = 'commission' AND held_at IS NULL
                                                              AND (approved_at IS NOT NULL OR hold_until <= now()))::bigint AS approved,
                            sum(amount_cents) FILTER (WHERE held_at IS NOT NULL)::bigint AS held,
                            sum(amount_cents) FILTER (WHERE kind = 'reversal')::bigint AS reversed
                       FROM commissions
                      WHERE affiliate_id = @affiliateId AND payout_id IS NULL AND reversed_at IS NULL AND rejected_at IS NULL
                      GROUP BY currency) c USING (currency)
          LEFT JOIN (SELECT currency,
                            sum(amount_cents) FILTER (WHERE status IN ('pending', 'approved'))::bigint AS in_payout,
                            sum(amount_cents) FILTER (WHERE status = 'paid')::bigint AS paid,
                            sum(recovery_owed_cents) FILTER (WHERE status = 'recovery_owed')::bigint AS owed
                       FROM affiliate_payouts WHERE affiliate_id = @affiliateId GROUP BY currency) p USING (currency)
         WHERE a.affiliate_id = @affiliateId ORDER BY a.currency
        """;

    /// <summary>One row for each currency in which anything was ever earned.</summary>
    public async Task<IReadOnlyList<OwnBalance>> ReadAsync(string affiliateId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<OwnBalance>(
                new CommandDefinition(Sql, new { affiliateId }, cancellationToken: ct)
            )
        ).AsList();
    }
}

/// <summary>What an affiliate has in one currency, in cents.</summary>
public sealed record OwnBalance
{
    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>Earned, and inside its hold.</summary>
    public required long PendingCents { get; init; }

    /// <summary>Earned, past its hold, and in no payout yet.</summary>
    public required long ApprovedCents { get; init; }

    /// <summary>Held by a person.</summary>
    public required long HeldCents { get; init; }

    /// <summary>In payouts that are not paid yet.</summary>
    public required long InPayoutCents { get; init; }

    /// <summary>Paid, over all time.</summary>
    public required long PaidCents { get; init; }

    /// <summary>Taken back after it was paid, and taken off the next payout.</summary>
    public required long RecoveryOwedCents { get; init; }
}

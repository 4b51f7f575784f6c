using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Reads payouts for a comparison with what a bank says: each with what its entries add up to.</summary>
public sealed class VerifyPayouts(NpgsqlDataSource database)
{
    private const string Sql = """
        -- VerifyPayouts
        SELECT p.id, p.affiliate_id, p.currency, p.status, p.amount_cents, p.external_ref,
               (SELECT greatest(0, coalesce(sum(CASE c.kind WHEN 'commission' THEN c.amount_cents ELSE -c.amount_cents END), 0)
                                   - (SELECT coalesce(sum(o.recovery_owed_cents), 0)
                                        FROM affiliate_payouts o WHERE o.recovered_by = p.id))::bigint
                  FROM commissions c WHERE c.payout_id = p.id) AS entries_cents
          FROM affiliate_payouts p
         WHERE CASE WHEN @reference::text IS NOT NULL THEN p.external_ref = @reference::text ELSE p.id = ANY (@ids::uuid[]) END
         ORDER BY p.created_at, p.id
        """;

    /// <summary>Those that were paid by a transfer, or those of these ids.</summary>
    public async Task<IReadOnlyList<RecordedPayout>> ReadAsync(
        string? reference,
        IReadOnlyList<Guid> ids,
        CancellationToken ct
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<RecordedPayout>(
                new CommandDefinition(
                    Sql,
                    new { reference, ids = ids.ToArray() },
                    cancellationToken: ct
                )
            )
        ).AsList();
    }
}

/// <summary>A payout as it was recorded.</summary>
public sealed record RecordedPayout
{
    /// <summary>The payout.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whom it pays.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>Its status.</summary>
    public required string Status { get; init; }

    /// <summary>What it says must be transferred.</summary>
    public required long AmountCents { get; init; }

    /// <summary>What its entries add up to.</summary>
    public required long EntriesCents { get; init; }

    /// <summary>The transfer that paid it.</summary>
    public string? ExternalRef { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>How to reach affiliates: their names and e-mail addresses for files, their wallets for chains.</summary>
public sealed class Payees(NpgsqlDataSource database)
{
    private const string FindSql = """
        -- Payees: find
        SELECT affiliate_id, name, email, network, address, told_by, told_at FROM affiliate_payees WHERE affiliate_id = @affiliateId
        """;

    private const string OfPayoutSql = """
        -- Payees: of a payout
        SELECT p.amount_cents, y.network, y.address
          FROM affiliate_payouts p LEFT JOIN affiliate_payees y USING (affiliate_id) WHERE p.id = @payoutId
        """;

    private const string TellSql = """
        -- Payees: tell
        SELECT tell_affiliate_payee(@AffiliateId, @Name, @Email, @Network, @Address, @Actor, @RequestId)
        """;

    /// <summary>What is known of one, or null.</summary>
    public async Task<Payee?> FindAsync(string affiliateId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<Payee>(
            new CommandDefinition(FindSql, new { affiliateId }, cancellationToken: ct)
        );
    }

    /// <summary>What a payout would transfer, and to which wallet; null when there is no such payout.</summary>
    public async Task<PayoutTarget?> OfPayoutAsync(Guid payoutId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PayoutTarget>(
            new CommandDefinition(OfPayoutSql, new { payoutId }, cancellationToken: ct)
        );
    }

    /// <summary>Puts this in the place of what was known, in the caller's transaction.</summary>
    public static Task TellAsync(
        NpgsqlConnection connection,
        NewPayee payee,
        CancellationToken ct
    ) => connection.ExecuteAsync(new CommandDefinition(TellSql, payee, cancellationToken: ct));
}

/// <summary>How to reach an affiliate.</summary>
/// <param name="Network">With <paramref name="Address"/>: the wallet to pay to. Null: none.</param>
public sealed record NewPayee(
    string AffiliateId,
    string? Name,
    string? Email,
    string? Network,
    string? Address,
    string Actor,
    string RequestId
);

/// <summary>How to reach an affiliate, as it is known.</summary>
public sealed record Payee
{
    /// <summary>Who.</summary>
    public required string AffiliateId { get; init; }

    /// <summary>As banks know it.</summary>
    public string? Name { get; init; }

    /// <summary>Known to PayPal or Wise.</summary>
    public string? Email { get; init; }

    /// <summary>Where the wallet is.</summary>
    public string? Network { get; init; }

    /// <summary>The wallet.</summary>
    public string? Address { get; init; }

    /// <summary>The name on the token of whoever told it.</summary>
    public required string ToldBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ToldAt { get; init; }
}

/// <summary>What a payout would transfer, and to which wallet.</summary>
public sealed record PayoutTarget
{
    /// <summary>Cents.</summary>
    public required long AmountCents { get; init; }

    /// <summary>Null: no wallet is known.</summary>
    public string? Network { get; init; }

    /// <summary>Null: no wallet is known.</summary>
    public string? Address { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.TestKit;

/// <summary>Brings payouts of affiliates into a state as the product does: by its doors only.</summary>
public sealed class AnAffiliatePayout(NpgsqlDataSource database)
{
    private const long Cents = 2_500;

    public static AnAffiliatePayout In(PostgresDatabase database) => new(database.App);

    /// <summary>25.00 USD of a new affiliate, approved.</summary>
    public async Task<Guid> ApprovedAsync(string currency = "USD", long cents = Cents)
    {
        var id = Guid.NewGuid();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            SELECT ingest_commission(gen_random_uuid(), @id::text, @currency, @cents, @id::text, '2026-01-05', NULL, 'system', NULL);
            SELECT create_affiliate_payout(@id, @id::text, @currency, '2026-01-01', '2026-02-01', 'system', NULL);
            SELECT move_affiliate_payout(@id, 'approved', NULL, 'tess', NULL);
            """,
            new
            {
                id,
                currency,
                cents,
            }
        );
        return id;
    }

    /// <summary>Asks for it to be paid on a chain.</summary>
    public async Task<(string Outcome, GivenPayout Chain)> PayAsync(
        Guid payout,
        string network = "solana"
    )
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        (string outcome, Guid? chain) = await connection.QuerySingleAsync<(string, Guid?)>(
            """
            SELECT outcome, chain_payout
              FROM pay_affiliate_payout(@payout, gen_random_uuid(), @network, repeat('A', 40), 'mint', 6::smallint, NULL, 'tess', NULL)
            """,
            new { payout, network }
        );
        if (chain is null)
            return (outcome, new GivenPayout(Guid.Empty, 0, Guid.Empty));
        return (
            outcome,
            await connection.QuerySingleAsync<GivenPayout>(
                "SELECT id, number, user_id FROM payouts WHERE id = @chain",
                new { chain }
            )
        );
    }

    /// <summary>Status and reference.</summary>
    public async Task<(string Status, string? Reference)> ReadAsync(Guid payout)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(string, string?)>(
            "SELECT status, external_ref FROM affiliate_payouts WHERE id = @payout",
            new { payout }
        );
    }

    /// <summary>What move_affiliate_payout answers.</summary>
    public async Task<string> MoveAsync(Guid payout, string becomes, string? reference = null)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>(
            "SELECT outcome FROM move_affiliate_payout(@payout, @becomes, @reference, 'tess', NULL)",
            new
            {
                payout,
                becomes,
                reference,
            }
        );
    }
}

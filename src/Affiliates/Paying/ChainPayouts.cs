using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Reads the payouts on a chain that pay, or were to pay, an affiliate's payout.</summary>
public sealed class ChainPayouts(NpgsqlDataSource database)
{
    private const string Sql = """
        -- ChainPayouts
        SELECT c.payout_id, p.network, p.address, p.amount_micro, p.status, p.tx_hash, p.park_reason, c.outcome, c.asked_by, c.asked_at
          FROM affiliate_chain_payouts c JOIN payouts p ON p.id = c.payout_id
         WHERE c.affiliate_payout_id = @payoutId ORDER BY c.asked_at DESC, c.payout_id DESC
        """;

    /// <summary>All of them, newest first.</summary>
    public async Task<IReadOnlyList<ChainPayout>> OfAsync(Guid payoutId, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await OfAsync(connection, payoutId, ct);
    }

    /// <summary>All of them as the caller's transaction sees them, newest first.</summary>
    public static async Task<IReadOnlyList<ChainPayout>> OfAsync(
        NpgsqlConnection connection,
        Guid payoutId,
        CancellationToken ct
    ) =>
        (
            await connection.QueryAsync<ChainPayout>(
                new CommandDefinition(Sql, new { payoutId }, cancellationToken: ct)
            )
        ).AsList();
}

/// <summary>A payout on a chain that pays an affiliate's payout.</summary>
public sealed record ChainPayout
{
    /// <summary>The payout on the chain: operators find it under their routes.</summary>
    public required Guid PayoutId { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>Where it pays to.</summary>
    public required string Address { get; init; }

    /// <summary>Micro-units.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>requested, processing, sent, failed or cancelled.</summary>
    public required string Status { get; init; }

    /// <summary>The transaction that paid it.</summary>
    public string? TxHash { get; init; }

    /// <summary>Why it waits.</summary>
    public string? ParkReason { get; init; }

    /// <summary>paid or not_paid; null while it may still pay.</summary>
    public string? Outcome { get; init; }

    /// <summary>The name on the token of whoever asked for it.</summary>
    public required string AskedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset AskedAt { get; init; }
}

using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Commissions;

/// <summary>Records what an affiliate earned, once per source event.</summary>
public static class IngestCommission
{
    private const string Sql = """
        -- IngestCommission
        SELECT outcome, commission_id
          FROM ingest_commission(@Id, @AffiliateId, @Currency, @AmountCents, @SourceEventId, @EarnedAt, @HoldUntil, @Actor, @RequestId,
                                 @UsualHold)
        """;

    /// <summary>Records it, in the caller's transaction.</summary>
    public static async Task<CommissionOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        NewCommission commission,
        CancellationToken ct
    )
    {
        (string outcome, Guid id) = await connection.QuerySingleAsync<(string, Guid)>(
            new CommandDefinition(
                Sql,
                new
                {
                    Id = Guid.CreateVersion7(),
                    commission.AffiliateId,
                    commission.Currency,
                    commission.AmountCents,
                    commission.SourceEventId,
                    commission.EarnedAt,
                    commission.HoldUntil,
                    commission.Actor,
                    commission.RequestId,
                    commission.UsualHold,
                },
                cancellationToken: ct
            )
        );
        return outcome switch
        {
            "created" => new CommissionOutcome.Created(id),
            "replay" => new CommissionOutcome.Replayed(id),
            "mismatch" => new CommissionOutcome.Mismatch(id),
            _ => throw new InvalidOperationException($"ingest_commission answered {outcome}."),
        };
    }
}

/// <summary>A commission to record.</summary>
/// <param name="AffiliateId">1 to 200 characters.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
/// <param name="AmountCents">1 to 100,000,000,000.</param>
/// <param name="SourceEventId">1 to 200 characters; an event counts once.</param>
/// <param name="EarnedAt">Decides the period; null: now.</param>
/// <param name="HoldUntil">No payout takes it before; null: for as long as is usual.</param>
/// <param name="UsualHold">Counted from the moment it was earned; zero: not at all.</param>
public sealed record NewCommission(
    string AffiliateId,
    string Currency,
    long AmountCents,
    string SourceEventId,
    DateTimeOffset? EarnedAt,
    DateTimeOffset? HoldUntil,
    TimeSpan UsualHold,
    string Actor,
    string RequestId
);

/// <summary>The answer of <see cref="IngestCommission"/>.</summary>
public abstract record CommissionOutcome
{
    private CommissionOutcome() { }

    /// <summary>Recorded.</summary>
    public sealed record Created(Guid Id) : CommissionOutcome;

    /// <summary>The same event with the same values was recorded before. Nothing new was written.</summary>
    public sealed record Replayed(Guid Id) : CommissionOutcome;

    /// <summary>The event was recorded before with other values. Nothing was written.</summary>
    public sealed record Mismatch(Guid Id) : CommissionOutcome;
}

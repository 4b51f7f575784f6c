using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Gathers what an affiliate earned in a period into one payout. A commission is in one payout at most.</summary>
public static class CreateAffiliatePayout
{
    private const string Sql = """
        -- CreateAffiliatePayout
        SELECT outcome, payout_id FROM create_affiliate_payout(@Id, @AffiliateId, @Currency, @Start, @End, @Actor, @RequestId)
        """;

    private const string AmountSql = """
        -- CreateAffiliatePayout: amount
        SELECT amount_cents FROM affiliate_payouts WHERE id = @id
        """;

    /// <summary>Creates it, in the caller's transaction.</summary>
    public static async Task<CreatedOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        PayoutOrder order,
        CancellationToken ct
    )
    {
        (string outcome, Guid? id) = await connection.QuerySingleAsync<(string, Guid?)>(
            new CommandDefinition(
                Sql,
                new
                {
                    Id = Guid.CreateVersion7(),
                    order.AffiliateId,
                    order.Currency,
                    order.Period.Start,
                    order.Period.End,
                    order.Actor,
                    order.RequestId,
                },
                cancellationToken: ct
            )
        );
        return outcome switch
        {
            "created" => new CreatedOutcome.Created(
                id!.Value,
                await connection.ExecuteScalarAsync<long>(
                    new CommandDefinition(AmountSql, new { id }, cancellationToken: ct)
                )
            ),
            "exists" => new CreatedOutcome.Exists(id!.Value),
            "nothing" => new CreatedOutcome.Nothing(),
            _ => throw new InvalidOperationException(
                $"create_affiliate_payout answered {outcome}."
            ),
        };
    }
}

/// <summary>A payout to create.</summary>
public sealed record PayoutOrder(
    string AffiliateId,
    string Currency,
    Period Period,
    string Actor,
    string RequestId
);

/// <summary>The answer of <see cref="CreateAffiliatePayout"/>.</summary>
public abstract record CreatedOutcome
{
    private CreatedOutcome() { }

    /// <summary>It is there.</summary>
    /// <param name="AmountCents">What must be transferred; 0 when the affiliate owes.</param>
    public sealed record Created(Guid Id, long AmountCents) : CreatedOutcome;

    /// <summary>This period has a payout already.</summary>
    public sealed record Exists(Guid Id) : CreatedOutcome;

    /// <summary>There is nothing to pay or to take off.</summary>
    public sealed record Nothing : CreatedOutcome;
}

using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Commissions;

/// <summary>Takes a commission back: out of a payout that is not approved yet, else off the next one.</summary>
public static class ReverseCommission
{
    private const string Sql = """
        -- ReverseCommission
        SELECT outcome, reversal_id FROM reverse_commission(@Id, @ReversalId, @Reason, @Actor, @RequestId)
        """;

    /// <summary>Reverses it, in the caller's transaction. A second time changes nothing.</summary>
    public static async Task<ReversalOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        Reversal reversal,
        CancellationToken ct
    )
    {
        (string outcome, Guid? id) = await connection.QuerySingleAsync<(string, Guid?)>(
            new CommandDefinition(
                Sql,
                new
                {
                    Id = reversal.CommissionId,
                    ReversalId = Guid.CreateVersion7(),
                    reversal.Reason,
                    reversal.Actor,
                    reversal.RequestId,
                },
                cancellationToken: ct
            )
        );
        return outcome switch
        {
            "dropped" or "entered" or "replay" => new ReversalOutcome.Reversed(id),
            "missing" => new ReversalOutcome.Missing(),
            "not_reversible" => new ReversalOutcome.NotReversible(),
            _ => throw new InvalidOperationException($"reverse_commission answered {outcome}."),
        };
    }
}

/// <summary>Which commission to take back, and why.</summary>
public sealed record Reversal(Guid CommissionId, string? Reason, string Actor, string RequestId);

/// <summary>The answer of <see cref="ReverseCommission"/>.</summary>
public abstract record ReversalOutcome
{
    private ReversalOutcome() { }

    /// <summary>It is taken back, by this request or an earlier one.</summary>
    /// <param name="ReversalId">The entry that the next payout takes off; null when the commission just dropped out.</param>
    public sealed record Reversed(Guid? ReversalId) : ReversalOutcome;

    /// <summary>There is no such commission.</summary>
    public sealed record Missing : ReversalOutcome;

    /// <summary>It is a reversal itself.</summary>
    public sealed record NotReversible : ReversalOutcome;
}

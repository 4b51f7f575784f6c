using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Commissions;

/// <summary>A person's word on a commission: ends its hold early, holds it, lets go of it, or refuses it for ever.</summary>
public static class JudgeCommission
{
    private const string Sql = """
        -- JudgeCommission
        SELECT outcome FROM judge_commission(@CommissionId, @Becomes, @Reason, @Actor, @RequestId)
        """;

    /// <summary>Carries it out, in the caller's transaction. A second time changes nothing.</summary>
    public static async Task<JudgedOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        Judgement judgement,
        CancellationToken ct
    )
    {
        string outcome = await connection.QuerySingleAsync<string>(
            new CommandDefinition(Sql, judgement, cancellationToken: ct)
        );
        return outcome switch
        {
            "moved" or "unchanged" => JudgedOutcome.Done,
            "refused" => JudgedOutcome.Refused,
            "missing" => JudgedOutcome.Missing,
            _ => throw new InvalidOperationException($"judge_commission answered {outcome}."),
        };
    }
}

/// <summary>What becomes of a commission.</summary>
/// <param name="Becomes">approved, held, released or rejected.</param>
public sealed record Judgement(
    Guid CommissionId,
    string Becomes,
    string? Reason,
    string Actor,
    string RequestId
);

/// <summary>The answer of <see cref="JudgeCommission"/>.</summary>
public enum JudgedOutcome
{
    /// <summary>It is so.</summary>
    Done,

    /// <summary>It is unchanged: reversed, rejected, in an approved payout, or a reversal itself.</summary>
    Refused,

    /// <summary>There is no such commission.</summary>
    Missing,
}

using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Approves a payout, takes the approval back, voids it, or records that it was paid.</summary>
public sealed class MoveAffiliatePayout(NpgsqlDataSource database)
{
    private const string Sql = """
        -- MoveAffiliatePayout
        SELECT outcome, status, external_ref FROM move_affiliate_payout(@PayoutId, @Becomes, @ExternalRef, @Actor, @RequestId)
        """;

    /// <summary>Moves it. What it is already it becomes once more: nothing changes.</summary>
    public async Task<MoveOutcome> ExecuteAsync(Move move, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        (string outcome, string? status, string? reference) = await connection.QuerySingleAsync<(
            string,
            string?,
            string?
        )>(new CommandDefinition(Sql, move, cancellationToken: ct));
        return outcome switch
        {
            "moved" or "unchanged" => new MoveOutcome.Done(),
            "refused" => new MoveOutcome.Refused(status!, reference),
            "missing" => new MoveOutcome.Missing(),
            _ => throw new InvalidOperationException($"move_affiliate_payout answered {outcome}."),
        };
    }
}

/// <summary>What a payout is to become.</summary>
/// <param name="Becomes">pending, approved, paid or void.</param>
/// <param name="ExternalRef">With paid: the transfer, 1 to 500 characters. Else null.</param>
public sealed record Move(
    Guid PayoutId,
    string Becomes,
    string? ExternalRef,
    string Actor,
    string RequestId
);

/// <summary>The answer of <see cref="MoveAffiliatePayout"/>.</summary>
public abstract record MoveOutcome
{
    private MoveOutcome() { }

    /// <summary>It is what it was to become.</summary>
    public sealed record Done : MoveOutcome;

    /// <summary>It is unchanged: its status does not allow it, or it was paid by another transfer.</summary>
    public sealed record Refused(string Status, string? ExternalRef) : MoveOutcome;

    /// <summary>There is no such payout.</summary>
    public sealed record Missing : MoveOutcome;
}

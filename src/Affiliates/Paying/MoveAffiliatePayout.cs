using Dapper;
using Npgsql;

namespace Settlement.Affiliates.Paying;

/// <summary>Approves a payout, takes the approval back, voids it, records that it was paid, or forgives what is owed.</summary>
public static class MoveAffiliatePayout
{
    private const string Sql = """
        -- MoveAffiliatePayout
        SELECT outcome, status, external_ref, chain_payout, version
          FROM move_affiliate_payout(@PayoutId, @Becomes, @ExternalRef, @Actor, @RequestId, @Version, @Reason)
        """;

    /// <summary>Moves it, in the caller's transaction. What it is already it becomes once more: nothing changes.</summary>
    public static async Task<MoveOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        Move move,
        CancellationToken ct
    )
    {
        (string outcome, string? status, string? reference, Guid? chain, int? version) =
            await connection.QuerySingleAsync<(string, string?, string?, Guid?, int?)>(
                new CommandDefinition(Sql, move, cancellationToken: ct)
            );
        return outcome switch
        {
            "moved" or "unchanged" => new MoveOutcome.Done(),
            "refused" => new MoveOutcome.Refused(status!, reference),
            "in_flight" => new MoveOutcome.InFlight(status!, chain!.Value),
            "stale" => new MoveOutcome.Stale(status!, version!.Value),
            "missing" => new MoveOutcome.Missing(),
            _ => throw new InvalidOperationException($"move_affiliate_payout answered {outcome}."),
        };
    }
}

/// <summary>What a payout is to become.</summary>
/// <param name="Becomes">pending, approved, paid, void or written_off.</param>
/// <param name="ExternalRef">With paid: the transfer, 1 to 500 characters. Else null.</param>
public sealed record Move(
    Guid PayoutId,
    string Becomes,
    string? ExternalRef,
    string Actor,
    string RequestId
)
{
    /// <summary>The version it must be at; null: any.</summary>
    public int? Version { get; init; }

    /// <summary>For the audit trail.</summary>
    public string? Reason { get; init; }
}

/// <summary>The answer of <see cref="MoveAffiliatePayout"/>.</summary>
public abstract record MoveOutcome
{
    private MoveOutcome() { }

    /// <summary>It is what it was to become.</summary>
    public sealed record Done : MoveOutcome;

    /// <summary>It is unchanged: its status does not allow it, or it was paid by another transfer.</summary>
    public sealed record Refused(string Status, string? ExternalRef) : MoveOutcome;

    /// <summary>It is unchanged: a payout on a chain may still pay it.</summary>
    public sealed record InFlight(string Status, Guid ChainPayoutId) : MoveOutcome;

    /// <summary>It is unchanged: it is no longer at the version that was named.</summary>
    public sealed record Stale(string Status, int Version) : MoveOutcome;

    /// <summary>There is no such payout.</summary>
    public sealed record Missing : MoveOutcome;
}

using Dapper;
using Npgsql;

namespace Settlement.Payouts.Ledger;

/// <summary>Credits a user once per source event, or takes money back. Nothing else creates a balance.</summary>
public sealed class IngestReward(NpgsqlDataSource database)
{
    private const string Sql = """
        -- IngestReward
        SELECT outcome, reward_id
          FROM ingest_reward(@Id, @UserId, @AmountMicro, @Kind, @SourceEventId, @UnlockAt, @Note, @Actor, @RequestId)
        """;

    /// <summary>Records it.</summary>
    public async Task<IngestOutcome> ExecuteAsync(NewReward reward, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(ct);
        return await ExecuteAsync(connection, reward, ct);
    }

    /// <summary>Records it with what else is written by this connection.</summary>
    public static async Task<IngestOutcome> ExecuteAsync(
        NpgsqlConnection connection,
        NewReward reward,
        CancellationToken ct
    )
    {
        (string outcome, Guid id) = await connection.QuerySingleAsync<(string, Guid)>(
            new CommandDefinition(
                Sql,
                new
                {
                    Id = Guid.CreateVersion7(),
                    reward.UserId,
                    reward.AmountMicro,
                    Kind = SnakeCase.Of(reward.Kind),
                    reward.SourceEventId,
                    reward.UnlockAt,
                    reward.Note,
                    reward.Actor,
                    reward.RequestId,
                },
                cancellationToken: ct
            )
        );
        return outcome switch
        {
            "created" => new IngestOutcome.Created(id),
            "replay" => new IngestOutcome.Replayed(id),
            "mismatch" => new IngestOutcome.Mismatch(id),
            _ => throw new InvalidOperationException($"ingest_reward answered {outcome}."),
        };
    }
}

/// <summary>What a reward row means.</summary>
public enum RewardKind
{
    /// <summary>Earned.</summary>
    Reward,

    /// <summary>Given by an operator.</summary>
    Adjustment,

    /// <summary>Taken back; what the free balance cannot cover is owed and netted from the next rewards.</summary>
    Reversal,
}

/// <summary>A reward to record.</summary>
/// <param name="AmountMicro">Micro-units, greater than 0, also for a reversal.</param>
/// <param name="SourceEventId">1 to 200 characters; an event counts once.</param>
/// <param name="UnlockAt">When it becomes available; null: now.</param>
public sealed record NewReward(
    Guid UserId,
    long AmountMicro,
    RewardKind Kind,
    string SourceEventId,
    DateTimeOffset? UnlockAt,
    string? Note,
    string Actor,
    string? RequestId
)
{
    /// <summary>10^9 units, as in the schema: a typing mistake beyond it would fill the account's 64 bits.</summary>
    public const long MaxAmountMicro = 1_000_000_000_000_000;

    /// <summary>Characters of <see cref="SourceEventId"/>.</summary>
    public const int MaxEventLength = 200;

    /// <summary>Characters of <see cref="Note"/>.</summary>
    public const int MaxNoteLength = 1_000;
}

/// <summary>The answer of <see cref="IngestReward"/>.</summary>
public abstract record IngestOutcome
{
    private IngestOutcome() { }

    /// <summary>Recorded.</summary>
    public sealed record Created(Guid RewardId) : IngestOutcome;

    /// <summary>The same event with the same values was recorded before. Nothing new was written.</summary>
    public sealed record Replayed(Guid RewardId) : IngestOutcome;

    /// <summary>The event was recorded before with other values. Nothing was written.</summary>
    public sealed record Mismatch(Guid RewardId) : IngestOutcome;
}

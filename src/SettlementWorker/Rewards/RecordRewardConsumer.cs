using MassTransit;
using Npgsql;
using Settlement.Contracts;
using Settlement.Payouts.Ledger;

namespace Settlement.Worker.Rewards;

/// <summary>Records what messages say that users earned, by the function that operators' requests use.</summary>
public sealed partial class RecordRewardConsumer(
    IngestReward ingest,
    ILogger<RecordRewardConsumer> log
) : IConsumer<RecordReward>
{
    public const string Actor = "bus";

    public async Task Consume(ConsumeContext<RecordReward> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await RecordAsync(
                Read(context.Message, context.MessageId?.ToString()),
                context.CancellationToken
            );
        }
        catch (Exception error) when (IsTold(error))
        {
            throw;
        }
    }

    private async Task RecordAsync(NewReward reward, CancellationToken ct)
    {
        IngestOutcome outcome = await ingest.ExecuteAsync(reward, ct);
        if (outcome is IngestOutcome.Mismatch mismatch)
        {
            throw new RewardRefusedException(
                $"This event was recorded before with other values, as reward {mismatch.RewardId}."
            );
        }
    }

    /// <summary>Whether an error will come again however often this message is tried: it is wrong by itself, or the schema
    /// refuses its values (SQLSTATE classes 22, data exception, and 23, integrity constraint violation). Everything else may
    /// be an outage, a restart or a rollout in progress.</summary>
    internal static bool IsHopeless(Exception error) =>
        error is RewardRefusedException
        || (
            error is PostgresException { SqlState: var state }
            && (
                state.StartsWith("22", StringComparison.Ordinal)
                || state.StartsWith("23", StringComparison.Ordinal)
            )
        );

    private bool IsTold(Exception error)
    {
        if (IsHopeless(error))
            IsSetAside(log, error.Message);
        else
            Waits(log, error.Message);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "A reward message is set aside: {Reason}")]
    private static partial void IsSetAside(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "A reward message waits and is tried again: {Reason}")]
    private static partial void Waits(ILogger log, string reason);

    private static NewReward Read(RecordReward message, string? messageId)
    {
        if (message.UserId == Guid.Empty)
            throw new RewardRefusedException("user_id is missing.");
        if (message.AmountMicro is <= 0 or > NewReward.MaxAmountMicro)
        {
            throw new RewardRefusedException(
                $"amount_micro is not from 1 to {NewReward.MaxAmountMicro}."
            );
        }
        if (
            string.IsNullOrWhiteSpace(message.SourceEventId)
            || message.SourceEventId.Length > NewReward.MaxEventLength
        )
        {
            throw new RewardRefusedException(
                $"source_event_id is not a text of 1 to {NewReward.MaxEventLength} characters."
            );
        }
        if (message.Note?.Length > NewReward.MaxNoteLength)
        {
            throw new RewardRefusedException(
                $"note is longer than {NewReward.MaxNoteLength} characters."
            );
        }
        return new NewReward(
            message.UserId,
            message.AmountMicro,
            KindOf(message.Kind),
            message.SourceEventId,
            message.UnlockAt?.ToUniversalTime(),
            message.Note,
            Actor,
            messageId
        );
    }

    private static RewardKind KindOf(string? kind) =>
        kind switch
        {
            null or "reward" => RewardKind.Reward,
            "adjustment" => RewardKind.Adjustment,
            "reversal" => RewardKind.Reversal,
            _ => throw new RewardRefusedException("kind is not reward, adjustment or reversal."),
        };
}

/// <summary>A message that can never be recorded as it is.</summary>
public sealed class RewardRefusedException(string message) : Exception(message);

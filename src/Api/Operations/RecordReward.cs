using System.Globalization;
using System.Text.Json;
using Settlement.Api.Http;
using Settlement.Payouts.Ledger;

namespace Settlement.Api.Operations;

/// <summary>POST /v1/admin/referrals/rewards: 201 when recorded, 200 when the same event was recorded before.</summary>
internal sealed class RecordReward(KeyedAnswers keys)
{
    public async Task HandleAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        (NewReward? reward, ErrorBody? problem) = RewardRules.Read(
            body,
            context.Operator().Actor,
            context.RequestId()
        );
        if (reward is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidArgs, problem!);
            return;
        }
        await keys.ChangeAsync(
            context,
            KeyedAnswers.Of(
                context.Operator().Principal,
                Routes.Rewards,
                key,
                default,
                Asked(reward)
            ),
            connection => IngestReward.ExecuteAsync(connection, reward, CancellationToken.None),
            Tell
        );
    }

    private static string?[] Asked(NewReward reward) =>
        [
            $"{reward.UserId}",
            $"{reward.AmountMicro}",
            $"{reward.Kind}",
            reward.SourceEventId,
            reward.UnlockAt?.ToString("O", CultureInfo.InvariantCulture),
            reward.Note,
        ];

    private static Told Tell(IngestOutcome outcome) =>
        outcome switch
        {
            IngestOutcome.Created created => Told.Success(
                StatusCodes.Status201Created,
                Body(created.RewardId)
            ),
            IngestOutcome.Replayed replayed => Told.Success(
                StatusCodes.Status200OK,
                Body(replayed.RewardId)
            ),
            IngestOutcome.Mismatch mismatch => Told.Refusal(
                ErrorCatalogue.DuplicateEventMismatch,
                ErrorCatalogue.DuplicateEventMismatch.Body() with
                {
                    RewardId = mismatch.RewardId,
                }
            ),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };

    private static byte[] Body(Guid rewardId) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new RewardView(Ok: true, rewardId),
            ApiJson.Default.RewardView
        );
}

/// <summary>What the body of a reward must hold.</summary>
internal static class RewardRules
{
    public static (NewReward? Reward, ErrorBody? Problem) Read(
        JsonBody body,
        string actor,
        string requestId
    )
    {
        if (
            !body.Text("user_id").Has(out string user) || !PayoutIds.TryParse(user, out Guid userId)
        )
        {
            return Refuse("user_id", "user_id must be a UUID of the form 8-4-4-4-12.");
        }

        if (
            !body.Integer("amount_micro").Has(out long amount)
            || amount is <= 0 or > NewReward.MaxAmountMicro
        )
        {
            return Refuse(
                "amount_micro",
                $"amount_micro must be a whole number from 1 to {NewReward.MaxAmountMicro}, in plain digits."
            );
        }
        if (
            !body.Text("source_event_id").Has(out string sourceEvent)
            || sourceEvent.Length > NewReward.MaxEventLength
            || string.IsNullOrWhiteSpace(sourceEvent)
        )
        {
            return Refuse(
                "source_event_id",
                $"source_event_id must be a text of 1 to {NewReward.MaxEventLength} characters."
            );
        }
        Field<string> unlock = body.Text("unlock_at");
        if (!Rfc3339.TryRead(unlock, out DateTimeOffset? unlockAt))
        {
            return Refuse(
                "unlock_at",
                "unlock_at must be an RFC 3339 time, such as 2026-01-02T03:04:05Z."
            );
        }

        if (!TryReadKind(body.Text("kind"), out RewardKind kind))
            return Refuse("kind", "kind must be reward, adjustment or reversal.");
        Field<string> note = body.Text("note");
        if (note.IsWrong || note.OrDefault()?.Length > NewReward.MaxNoteLength)
        {
            return Refuse(
                "note",
                $"note must be a text of at most {NewReward.MaxNoteLength} characters."
            );
        }
        return (
            new NewReward(
                userId,
                amount,
                kind,
                sourceEvent,
                unlockAt,
                note.OrDefault(),
                actor,
                requestId
            ),
            null
        );
    }

    private static (NewReward? Reward, ErrorBody? Problem) Refuse(string field, string problem) =>
        (null, ErrorBodies.InvalidField(field, problem));

    private static bool TryReadKind(Field<string> text, out RewardKind kind)
    {
        kind = RewardKind.Reward;
        if (!text.Has(out string word))
            return !text.IsWrong;
        (bool isKnown, kind) = word switch
        {
            "reward" => (true, RewardKind.Reward),
            "adjustment" => (true, RewardKind.Adjustment),
            "reversal" => (true, RewardKind.Reversal),
            _ => (false, RewardKind.Reward),
        };
        return isKnown;
    }
}

/// <summary>The body of a reward.</summary>
public sealed record RewardBody
{
    /// <summary>Whose balance.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Micro-units, above zero, also for a reversal.</summary>
    public required long AmountMicro { get; init; }

    /// <summary>What it is for; an event counts once. 1 to 200 characters.</summary>
    public required string SourceEventId { get; init; }

    /// <summary>When it becomes available; now when left out.</summary>
    public DateTimeOffset? UnlockAt { get; init; }

    /// <summary>reward (default), adjustment or reversal.</summary>
    public string? Kind { get; init; }

    /// <summary>For operators, at most 1,000 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>The recorded reward.</summary>
public sealed record RewardView(bool Ok, Guid RewardId);

using System.Text.Json.Serialization;

namespace Settlement.Contracts;

/// <summary>Says what a user earned, or takes it back: the body of POST /v1/admin/referrals/rewards, as a message. Repeating it
/// changes nothing; losing it loses a reward, so publish it from an outbox and with confirmation.</summary>
/// <remarks>A field that is not named here makes the whole message wrong: it may be one of these, misspelt.</remarks>
/// <param name="UserId">The user.</param>
/// <param name="AmountMicro">Micro-units, 1 to 10^15, also for a reversal.</param>
/// <param name="SourceEventId">1 to 200 characters; an event counts once.</param>
/// <param name="UnlockAt">When it becomes available; null: at once.</param>
/// <param name="Kind">reward, adjustment or reversal; null: reward.</param>
/// <param name="Note">For operators, at most 1,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record RecordReward(
    [property: JsonPropertyName("user_id")] Guid UserId,
    [property: JsonPropertyName("amount_micro")] long AmountMicro,
    [property: JsonPropertyName("source_event_id")] string SourceEventId,
    [property: JsonPropertyName("unlock_at")] DateTimeOffset? UnlockAt = null,
    [property: JsonPropertyName("kind")] string? Kind = null,
    [property: JsonPropertyName("note")] string? Note = null
);

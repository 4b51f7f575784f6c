using System.Text.Json;
using System.Text.Json.Serialization;
using Settlement.Api.Operations;
using Settlement.Webhooks;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Api.Webhooks;

/// <summary>An endpoint; never its secret.</summary>
public sealed record WebhookView
{
    public required Guid Id { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }

    /// <summary>Types, groups such as payout.*, or *.</summary>
    public required IReadOnlyList<string> Events { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>operator, gone (it answered 410) or failing; left out while enabled.</summary>
    public string? DisabledReason { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Since when no attempt has succeeded; left out while they do.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when the secret before the last rotation signs as well.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Attempts of the last 24 hours, by the hour.</summary>
    [JsonPropertyName("last_24h")]
    public required WebhookDayView Last24Hours { get; init; }

    /// <summary>Messages that wait for their next attempt.</summary>
    public required long Pending { get; init; }

    internal static WebhookView Of(WebhookEndpoint endpoint) =>
        new()
        {
            Id = endpoint.Id,
            Url = endpoint.Url,
            Description = endpoint.Description,
            Events = endpoint.EventTypes,
            Enabled = endpoint.Enabled,
            DisabledReason = endpoint.DisabledReason,
            DisabledAt = endpoint.DisabledAt,
            FailingSince = endpoint.FailingSince,
            PreviousSecretUntil = endpoint.PreviousUntil,
            CreatedAt = endpoint.CreatedAt,
            Last24Hours = new WebhookDayView(endpoint.Delivered, endpoint.Failed),
            Pending = endpoint.Pending,
        };
}

/// <summary>How the last day went.</summary>
/// <param name="Delivered">Messages that arrived.</param>
/// <param name="Failed">Attempts that failed.</param>
public sealed record WebhookDayView(long Delivered, long Failed);

/// <summary>All endpoints, oldest first.</summary>
public sealed record WebhookList(IReadOnlyList<WebhookView> Items);

/// <summary>A secret, shown this once.</summary>
public sealed record WebhookSecretView
{
    /// <summary>The endpoint.</summary>
    public required Guid Id { get; init; }

    /// <summary>whsec_ and Base64. Left out when the answer is repeated for an Idempotency-Key: it is not stored in the clear.</summary>
    public string? Secret { get; init; }
}

/// <summary>A message that was put in the queue.</summary>
/// <param name="DeliveryId">Its webhook-id.</param>
public sealed record WebhookOrderView(bool Ok, string DeliveryId);

/// <summary>A message on its way to an endpoint, with its last attempt.</summary>
public sealed record WebhookDeliveryView
{
    /// <summary>The webhook-id.</summary>
    public required string Id { get; init; }
    public required string Type { get; init; }

    /// <summary>What it is about: the payout, the commission.</summary>
    public required Guid SubjectId { get; init; }
    public required long Sequence { get; init; }

    /// <summary>pending, delivered or failed.</summary>
    public required string Status { get; init; }
    public required int Attempts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastAttemptAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Only while pending.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
    public int? ResponseStatus { get; init; }

    /// <summary>The beginning of the answer.</summary>
    public string? ResponseBody { get; init; }
    public int? TookMs { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>What is sent; only when one delivery is asked for.</summary>
    public JsonElement? Payload { get; init; }

    internal static WebhookDeliveryView Of(Delivery delivery) =>
        new()
        {
            Id = MessageId.Of(delivery.EventId),
            Type = delivery.Type,
            SubjectId = delivery.SubjectId,
            Sequence = delivery.Sequence,
            Status = delivery.Status,
            Attempts = delivery.Attempts,
            CreatedAt = delivery.CreatedAt,
            LastAttemptAt = delivery.AttemptedAt,
            DeliveredAt = delivery.DeliveredAt,
            NextAttemptAt = delivery.DueAt,
            ResponseStatus = delivery.ResponseStatus,
            ResponseBody = delivery.ResponseBody,
            TookMs = delivery.TookMs,
            Error = delivery.Error,
            Payload = StoredJson.Read(delivery.Payload),
        };
}

/// <summary>A page of deliveries, newest first.</summary>
/// <param name="NextCursor">Ask for the next page with it; left out on the last.</param>
public sealed record WebhookDeliveryList(
    IReadOnlyList<WebhookDeliveryView> Items,
    string? NextCursor = null
);

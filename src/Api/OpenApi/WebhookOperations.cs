using Settlement.Api.Http;
using Settlement.Api.Webhooks;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.OpenApi;

/// <summary>What the description says of webhooks' routes.</summary>
internal static class WebhookOperations
{
    private const string EndpointId = "The endpoint's id; one of any other form is not found.";

    public static readonly Operation List = new(
        "listWebhooks",
        "List webhook endpoints, oldest first",
        Caller.Operator,
        [(200, typeof(WebhookList))]
    )
    {
        Scope = Scopes.Webhooks,
        Text = "With the attempts of the last 24 hours and what waits. Never a secret.",
    };

    public static readonly Operation Create = new(
        "createWebhook",
        "Register a webhook endpoint",
        Caller.Operator,
        [(201, typeof(WebhookSecretView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.WebhooksNotConfigured,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.WebhookUrlInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.WebhookLimit
    )
    {
        Scope = Scopes.Webhooks,
        Text =
            "Messages follow Standard Webhooks: headers webhook-id, webhook-timestamp, webhook-signature. The "
            + "answer holds the secret, this once. Example: "
            + "`{\"url\":\"https://example.com/webhooks\",\"events\":[\"payout.sent\",\"payout.failed\"]}`.",
        Body = typeof(WebhookBody),
        TakesIdempotencyKey = true,
    };

    public static readonly Operation Get = new(
        "getWebhook",
        "Look at a webhook endpoint",
        Caller.Operator,
        [(200, typeof(WebhookView))],
        ErrorCatalogue.WebhookNotFound
    )
    {
        Scope = Scopes.Webhooks,
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Change = new(
        "changeWebhook",
        "Change a webhook endpoint, or switch it on or off",
        Caller.Operator,
        [(200, typeof(WebhookView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.WebhookUrlInvalid,
        ErrorCatalogue.WebhookNotFound
    )
    {
        Scope = Scopes.Webhooks,
        Text =
            "What happens while an endpoint is off is not told to it later; what waited when it was switched off goes on.",
        Body = typeof(WebhookChangeBody),
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Delete = new(
        "deleteWebhook",
        "Delete a webhook endpoint",
        Caller.Operator,
        [(200, typeof(OkView))],
        ErrorCatalogue.WebhookNotFound
    )
    {
        Scope = Scopes.Webhooks,
        Text = "Its secrets are forgotten, and what waits for it is never sent.",
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Test = new(
        "testWebhook",
        "Send a webhook.test message",
        Caller.Operator,
        [(202, typeof(WebhookOrderView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.WebhookNotFound,
        ErrorCatalogue.WebhookDisabled
    )
    {
        Scope = Scopes.Webhooks,
        Text = "The worker sends it; look at the delivery to see what became of it.",
        TakesIdempotencyKey = true,
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Rotate = new(
        "rotateWebhookSecret",
        "Give a webhook endpoint a new secret",
        Caller.Operator,
        [(200, typeof(WebhookSecretView))],
        ErrorCatalogue.InvalidJson,
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.WebhooksNotConfigured,
        ErrorCatalogue.InvalidArgs,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.WebhookNotFound
    )
    {
        Scope = Scopes.Webhooks,
        Text =
            "Old and new secret both sign until the overlap is over. The answer holds the new secret, this once.",
        Body = typeof(WebhookRotateBody),
        IsBodyOptional = true,
        TakesIdempotencyKey = true,
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Deliveries = new(
        "listWebhookDeliveries",
        "What was sent to an endpoint, newest first",
        Caller.Operator,
        [(200, typeof(WebhookDeliveryList))],
        ErrorCatalogue.WebhookNotFound
    )
    {
        Scope = Scopes.Webhooks,
        Filters =
        [
            ("status", "One or several of pending, delivered, failed, with commas."),
            ("limit", "Brought into 1 to 200; 50 when left out."),
            ("cursor", "The next_cursor of the page before."),
        ],
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Delivery = new(
        "getWebhookDelivery",
        "One message with its body and the last answer",
        Caller.Operator,
        [(200, typeof(WebhookDeliveryView))],
        ErrorCatalogue.DeliveryNotFound
    )
    {
        Scope = Scopes.Webhooks,
        IsIdAnyText = true,
        IdText = EndpointId,
    };

    public static readonly Operation Redeliver = new(
        "redeliverWebhook",
        "Send a message once more",
        Caller.Operator,
        [(202, typeof(WebhookOrderView))],
        ErrorCatalogue.IdempotencyKeyInvalid,
        ErrorCatalogue.IdempotencyKeyReused,
        ErrorCatalogue.WebhookNotFound,
        ErrorCatalogue.DeliveryNotFound,
        ErrorCatalogue.WebhookDisabled
    )
    {
        Scope = Scopes.Webhooks,
        Text = "Whatever became of it, under the same webhook-id; the schedule begins anew.",
        TakesIdempotencyKey = true,
        IsIdAnyText = true,
        IdText = EndpointId,
    };
}

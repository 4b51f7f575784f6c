using Settlement.Api.Http;
using Settlement.Webhooks;

namespace Settlement.Api.Webhooks;

/// <summary>The ids in the paths; one of another form names nothing.</summary>
internal static class WebhookIds
{
    public static Guid Endpoint(HttpContext context) =>
        PayoutIds.TryRead(context, out Guid id) ? id : Guid.Empty;

    public static Guid Delivery(HttpContext context) =>
        MessageId.TryParse(context.GetRouteValue("delivery") as string, out Guid id)
            ? id
            : Guid.Empty;
}

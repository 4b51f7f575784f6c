using System.Globalization;
using Settlement.Api.Http;
using Settlement.Payouts.Lifecycle;
using Settlement.Webhooks;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Api.Webhooks;

/// <summary>What was sent to an endpoint, and sending by an operator's word. The worker sends; this puts in the queue.</summary>
internal sealed class WebhookDeliveries(
    DeliveryQueries queries,
    EndpointQueries endpoints,
    OrderDeliveries orders,
    KeyedAnswers keys
)
{
    public async Task ListAsync(HttpContext context)
    {
        CancellationToken ct = context.RequestAborted;
        Guid id = WebhookIds.Endpoint(context);
        if (await endpoints.FindAsync(id, ct) is null)
        {
            await context.ErrorAsync(ErrorCatalogue.WebhookNotFound);
            return;
        }
        IQueryCollection query = context.Request.Query;
        int limit = Paging.Read(query).Limit;
        IReadOnlyList<Delivery> page = TryReadCursor(query["cursor"], out long? before)
            ? await queries.ListAsync(id, Statuses(query["status"]), before, limit, ct)
            : [];
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new WebhookDeliveryList(
                page.Select(WebhookDeliveryView.Of).ToList(),
                page.Count == limit ? page[^1].Id.ToString(CultureInfo.InvariantCulture) : null
            ),
            ApiJson.Default.WebhookDeliveryList
        );
    }

    public async Task GetAsync(HttpContext context)
    {
        Delivery? delivery = await queries.FindAsync(
            WebhookIds.Endpoint(context),
            WebhookIds.Delivery(context),
            context.RequestAborted
        );
        await (
            delivery is null
                ? context.ErrorAsync(ErrorCatalogue.DeliveryNotFound)
                : context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    WebhookDeliveryView.Of(delivery),
                    ApiJson.Default.WebhookDeliveryView
                )
        );
    }

    public Task TestAsync(HttpContext context)
    {
        Guid id = WebhookIds.Endpoint(context);
        return OrderAsync(
            context,
            Routes.TestWebhook,
            [$"{id}"],
            (actor, key) => orders.TestAsync(id, actor, key, CancellationToken.None)
        );
    }

    public Task RedeliverAsync(HttpContext context)
    {
        Guid id = WebhookIds.Endpoint(context);
        Guid delivery = WebhookIds.Delivery(context);
        return OrderAsync(
            context,
            Routes.Redeliver,
            [$"{id}", $"{delivery}"],
            (actor, key) => orders.AgainAsync(id, delivery, actor, key, CancellationToken.None)
        );
    }

    private async Task OrderAsync(
        HttpContext context,
        string route,
        string?[] asked,
        Func<Actor, StoredAnswer?, Task<Guid?>> orderAsync
    )
    {
        if (!IdempotencyKey.TryRead(context.Request, out string? key))
        {
            await context.ErrorAsync(ErrorCatalogue.IdempotencyKeyInvalid);
            return;
        }
        StoredAnswer? stored = KeyedAnswers.Of(
            context.Operator().Principal,
            route,
            key,
            default,
            asked
        );
        stored = stored is null ? null : stored with { StatusCode = StatusCodes.Status202Accepted };
        if (await keys.ReplayAsync(context, stored))
            return;
        try
        {
            Guid? sent = await orderAsync(ManageWebhooks.ActorOf(context), stored);
            await (
                sent is { } message
                    ? context.Response.JsonAsync(
                        StatusCodes.Status202Accepted,
                        new WebhookOrderView(Ok: true, MessageId.Of(message)),
                        ApiJson.Default.WebhookOrderView
                    )
                    : RefuseAsync(context)
            );
        }
        catch (TwinWasFirstException)
        {
            await keys.ReplayAsync(context, stored);
        }
    }

    private async Task RefuseAsync(HttpContext context)
    {
        WebhookEndpoint? endpoint = await endpoints.FindAsync(
            WebhookIds.Endpoint(context),
            context.RequestAborted
        );
        await context.ErrorAsync(
            endpoint switch
            {
                null => ErrorCatalogue.WebhookNotFound,
                { Enabled: false } => ErrorCatalogue.WebhookDisabled,
                _ => ErrorCatalogue.DeliveryNotFound,
            }
        );
    }

    private static string[]? Statuses(string? text) =>
        string.IsNullOrEmpty(text)
            ? null
            : text.ToLowerInvariant()
                .Replace("\0", "?", StringComparison.Ordinal)
                .Split(',', StringSplitOptions.TrimEntries);

    // What cannot be read matches nothing.
    private static bool TryReadCursor(string? text, out long? before)
    {
        bool isNumber = long.TryParse(
            text,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long number
        );
        before = isNumber ? number : null;
        return isNumber || string.IsNullOrEmpty(text);
    }
}

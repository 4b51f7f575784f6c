using Settlement.Api.Http;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Api.Webhooks;

/// <summary>GET, PATCH and DELETE of endpoints.</summary>
internal sealed class ManageWebhooks(
    WebhookEndpoints endpoints,
    EndpointQueries queries,
    WebhookRules rules
)
{
    public async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<WebhookEndpoint> all = await queries.ListAsync(context.RequestAborted);
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            new WebhookList(all.Select(WebhookView.Of).ToList()),
            ApiJson.Default.WebhookList
        );
    }

    public Task GetAsync(HttpContext context) => ShowAsync(context, WebhookIds.Endpoint(context));

    public async Task ChangeAsync(HttpContext context)
    {
        using JsonBody? body = await BodyReader.ReadAsync(context.Request);
        if (body is null)
        {
            await context.ErrorAsync(ErrorCatalogue.InvalidJson);
            return;
        }
        (EndpointChange? change, ErrorEntry? error, ErrorBody? why) = rules.Read(
            body,
            isNew: false
        );
        if (change is null)
        {
            await context.ErrorAsync(error!, why!);
            return;
        }
        Guid id = WebhookIds.Endpoint(context);
        EndpointOutcome outcome = await endpoints.ChangeAsync(
            id,
            change,
            ActorOf(context),
            CancellationToken.None
        );
        await (
            outcome is EndpointOutcome.Done
                ? ShowAsync(context, id)
                : context.ErrorAsync(ErrorCatalogue.WebhookNotFound)
        );
    }

    public async Task DeleteAsync(HttpContext context)
    {
        EndpointOutcome outcome = await endpoints.DeleteAsync(
            WebhookIds.Endpoint(context),
            ActorOf(context),
            CancellationToken.None
        );
        await (
            outcome is EndpointOutcome.Done
                ? context.Response.OkAsync()
                : context.ErrorAsync(ErrorCatalogue.WebhookNotFound)
        );
    }

    public static Actor ActorOf(HttpContext context) =>
        new(context.Operator().Actor, context.RequestId());

    private async Task ShowAsync(HttpContext context, Guid id)
    {
        WebhookEndpoint? endpoint = await queries.FindAsync(id, context.RequestAborted);
        await (
            endpoint is null
                ? context.ErrorAsync(ErrorCatalogue.WebhookNotFound)
                : context.Response.JsonAsync(
                    StatusCodes.Status200OK,
                    WebhookView.Of(endpoint),
                    ApiJson.Default.WebhookView
                )
        );
    }
}

using Settlement.Api.Http;
using Settlement.Api.OpenApi;
using Settlement.Webhooks;
using Settlement.Webhooks.Addresses;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;

namespace Settlement.Api.Webhooks;

/// <summary>Operators' routes for webhooks; <see cref="AdminGate"/> stands before all of them.</summary>
internal static class WebhookRoutes
{
    public static void AddWebhookRoutes(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        WebhookOptions options = WebhookOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton(new SealingKey(options.OpenBox()));
        services.AddSingleton<UrlRules>();
        services.AddSingleton<WebhookRules>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<EndpointQueries>();
        services.AddSingleton<DeliveryQueries>();
        services.AddSingleton<OrderDeliveries>();
        services.AddSingleton<ManageWebhooks>();
        services.AddSingleton<IssueSecrets>();
        services.AddSingleton<WebhookDeliveries>();
    }

    public static void MapWebhookRoutes(this IEndpointRouteBuilder app)
    {
        ManageWebhooks manage = app.ServiceProvider.GetRequiredService<ManageWebhooks>();
        IssueSecrets secrets = app.ServiceProvider.GetRequiredService<IssueSecrets>();
        WebhookDeliveries sent = app.ServiceProvider.GetRequiredService<WebhookDeliveries>();

        app.MapRead(Routes.Webhooks, manage.ListAsync).Describe(WebhookOperations.List);
        app.MapPost(Routes.Webhooks, secrets.CreateAsync).Describe(WebhookOperations.Create);
        app.MapRead(Routes.Webhook, manage.GetAsync).Describe(WebhookOperations.Get);
        app.MapMethods(Routes.Webhook, [HttpMethods.Patch], manage.ChangeAsync)
            .Describe(WebhookOperations.Change);
        app.MapMethods(Routes.Webhook, [HttpMethods.Delete], manage.DeleteAsync)
            .Describe(WebhookOperations.Delete);
        app.MapPost(Routes.TestWebhook, sent.TestAsync).Describe(WebhookOperations.Test);
        app.MapPost(Routes.RotateWebhook, secrets.RotateAsync).Describe(WebhookOperations.Rotate);
        app.MapRead(Routes.WebhookDeliveries, sent.ListAsync)
            .Describe(WebhookOperations.Deliveries);
        app.MapRead(Routes.WebhookDelivery, sent.GetAsync).Describe(WebhookOperations.Delivery);
        app.MapPost(Routes.Redeliver, sent.RedeliverAsync).Describe(WebhookOperations.Redeliver);
    }
}

using Settlement.Payouts.Settling;
using Settlement.Webhooks;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Secrets;
using Settlement.Webhooks.Sending;

namespace Settlement.Worker.Webhooks;

/// <summary>What it takes to tell other systems.</summary>
public static class WebhookRegistration
{
    /// <summary>Registers it; without a key to open the endpoints' secrets nothing is sent.</summary>
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        WebhookOptions options = WebhookOptions.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton<PruneWebhooks>();
        SecretBox? box = options.OpenBox();
        services.AddSingleton<ReadBacklog>();
        services.AddSingleton(new WebhookVitals(HasKey: box is not null));
        services.AddHostedService<WebhookWatch>();
        services.AddHealthChecks().AddCheck<WebhookCheck>("webhooks");
        if (box is null)
            return;
        services.AddSingleton<SecretBox>(_ => box);
        services.AddSingleton(_ => WebhookTransport.Create(options));
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<ClaimDeliveries>();
        services.AddSingleton<MarkDeliveries>();
        services.AddSingleton<DeliveryMarks>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<Courier>();
        services.AddSingleton(provider => new CourierSettings(
            provider.GetRequiredService<WorkerIdentity>().Name,
            options.Concurrency,
            options.Timeout
        ));
        services.AddHostedService<WebhookLoop>();
    }
}

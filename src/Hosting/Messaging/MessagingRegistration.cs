using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Settlement.Hosting.Messaging;

/// <summary>One way to the broker for both hosts.</summary>
public static class MessagingRegistration
{
    /// <summary>The health check of the bus; MassTransit registers it.</summary>
    public const string HealthCheck = "broker";

    /// <summary>Registers the bus. The host starts, and runs, with the broker down or absent.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Holds section <c>RabbitMq</c>; without a URL nothing is registered.</param>
    /// <param name="networks">Lower-case names of all networks; each gets its queue.</param>
    /// <param name="consumers">Worker only: registers consumers.</param>
    /// <param name="endpoints">Worker only: calls <see cref="SettlePayoutTopology.ReceiveSettlePayouts"/> per network.</param>
    /// <returns>Whether there is a broker.</returns>
    public static bool AddSettlementMessaging(
        this IServiceCollection services,
        IConfiguration configuration,
        IReadOnlyCollection<string> networks,
        Action<IBusRegistrationConfigurator>? consumers = null,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? endpoints = null
    )
    {
        var broker = BrokerOptions.Read(configuration);
        services.AddSingleton(broker);
        if (broker.Url.Length == 0)
            return false;

        services.AddOptions<MassTransitHostOptions>().Configure(ConfigureHost);
        // A warning with a stack per publish while the broker is down; who publishes logs each change of state once.
        services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Error));
        services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.ConfigureHealthCheckOptions(check =>
            {
                check.Name = HealthCheck;
                check.MinimalFailureStatus = HealthStatus.Degraded;
            });
            consumers?.Invoke(registration);
            registration.UsingRabbitMq(
                (context, bus) =>
                {
                    ConfigureConnection(bus, broker);
                    SettlePayoutTopology.ConfigurePublish(bus, networks);
                    endpoints?.Invoke(context, bus);
                }
            );
        });
        if (endpoints is not null)
            services.AddHostedService<DeadEndpointWatchdog>();
        return true;
    }

    private static void ConfigureHost(MassTransitHostOptions options)
    {
        options.WaitUntilStarted = false;
        // StartTimeout stays null: with a value and the broker down at start, consumers never start.
        options.StopTimeout = TimeSpan.FromSeconds(30);
        options.ConsumerStopTimeout = TimeSpan.FromSeconds(20);
    }

    private static void ConfigureConnection(
        IRabbitMqBusFactoryConfigurator bus,
        BrokerOptions broker
    )
    {
        var url = new Uri(broker.Url);
        string[] user = url.UserInfo.Split(':', 2);
        var probe = new BrokerProbe(url);
        string virtualHost = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        bus.Host(
            url.Host,
            (ushort)probe.Port,
            virtualHost.Length == 0 ? "/" : virtualHost,
            host =>
            {
                host.Username(Uri.UnescapeDataString(user[0]));
                host.Password(Uri.UnescapeDataString(user[1]));
                if (probe.IsSecure)
                    host.UseSsl(ssl => ssl.ServerName = url.Host);
                host.PublisherConfirmation = true;
                host.Heartbeat(TimeSpan.FromSeconds(10));
                host.RequestedConnectionTimeout(TimeSpan.FromSeconds(3));
                // The default of 20 s prolongs every publish into a stalled broker.
                host.ContinuationTimeout(TimeSpan.FromSeconds(5));
            }
        );
    }
}

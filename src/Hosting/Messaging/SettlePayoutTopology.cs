using MassTransit;
using RabbitMQ.Client;
using Settlement.Contracts;

namespace Settlement.Hosting.Messaging;

/// <summary>The broker's side of <see cref="SettlePayout"/>: one direct exchange, routed by network to one quorum queue per
/// network, so that a stuck network holds up no other.</summary>
/// <remarks>Publisher and consumer declare the same things with the same arguments. Queue arguments can never be changed
/// later, so there is one only, the type; limits and dead-lettering belong in a broker policy.</remarks>
public static class SettlePayoutTopology
{
    /// <summary>The exchange. Spelled out: a renamed class must not move to another exchange.</summary>
    public const string Exchange = "settle-payout";

    /// <summary>The queue of a network.</summary>
    public static string QueueOf(string network) => $"{Exchange}-{network}";

    /// <summary>How the message leaves: exchange, queues and bindings are declared before the first publish, so that
    /// nothing is confirmed and dropped while no worker was ever up.</summary>
    internal static void ConfigurePublish(
        IRabbitMqBusFactoryConfigurator bus,
        IReadOnlyCollection<string> networks
    )
    {
        bus.Message<SettlePayout>(message => message.SetEntityName(Exchange));
        bus.Send<SettlePayout>(send => send.UseRoutingKeyFormatter(c => c.Message.Network));
        bus.Publish<SettlePayout>(publish =>
        {
            publish.ExchangeType = ExchangeType.Direct;
            foreach (string network in networks)
            {
                publish.BindQueue(
                    Exchange,
                    QueueOf(network),
                    queue =>
                    {
                        queue.ExchangeType = ExchangeType.Direct;
                        queue.RoutingKey = network;
                        queue.SetQuorumQueue();
                    }
                );
            }
        });
    }

    /// <summary>Receives the messages of one network.</summary>
    /// <param name="bus">The bus that is being configured.</param>
    /// <param name="network">Lower-case network name.</param>
    /// <param name="configure">Sets prefetch and concurrency and connects the consumer. A delivery must be done within 20 s:
    /// the broker closes the channel of one that is held too long, and this endpoint would be dead until a restart.</param>
    public static void ReceiveSettlePayouts(
        this IRabbitMqBusFactoryConfigurator bus,
        string network,
        Action<IRabbitMqReceiveEndpointConfigurator> configure
    ) =>
        bus.ReceiveEndpoint(
            QueueOf(network),
            endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.SetQuorumQueue();
                endpoint.Bind(
                    Exchange,
                    binding =>
                    {
                        binding.ExchangeType = ExchangeType.Direct;
                        binding.RoutingKey = network;
                    }
                );
                // The row is the truth and its due time is the retry: a failed message is neither kept nor repeated.
                endpoint.DiscardFaultedMessages();
                endpoint.DiscardSkippedMessages();
                endpoint.PublishFaults = false;
                configure(endpoint);
            }
        );
}

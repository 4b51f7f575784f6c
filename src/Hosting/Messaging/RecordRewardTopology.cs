using MassTransit;
using RabbitMQ.Client;
using Settlement.Contracts;

namespace Settlement.Hosting.Messaging;

/// <summary>The broker's side of <see cref="RecordReward"/>: a fanout exchange and one quorum queue. Unlike a hint, this message
/// is the only copy: what cannot be recorded is kept in the queue's <c>_error</c> queue until a person has looked.</summary>
public static class RecordRewardTopology
{
    /// <summary>The exchange. Spelled out: a renamed class must not move to another exchange.</summary>
    public const string Exchange = "record-reward";

    // Four minutes: a restart of the database passes by. Brokers close the channel of a delivery that is held for half an hour.
    private static readonly TimeSpan[] s_again =
    [
        .. new[] { 1, 3, 5, 10, 20, 30, 60, 60, 60 }.Select(s => TimeSpan.FromSeconds(s)),
    ];

    /// <summary>Receives the messages.</summary>
    /// <param name="bus">The bus that is being configured.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="isHopeless">Whether an error will come again however often the message is tried.</param>
    /// <param name="configure">Connects the consumer.</param>
    public static void ReceiveRewards(
        this IRabbitMqBusFactoryConfigurator bus,
        string queue,
        Func<Exception, bool> isHopeless,
        Action<IRabbitMqReceiveEndpointConfigurator> configure
    ) =>
        bus.ReceiveEndpoint(
            queue,
            endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.SetQuorumQueue();
                endpoint.Bind(Exchange, binding => binding.ExchangeType = ExchangeType.Fanout);
                // Whoever publishes need not know MassTransit, nor name a content type.
                endpoint.UseRawJsonDeserializer(
                    RawSerializerOptions.AnyMessageType,
                    isDefault: true
                );
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Intervals(s_again);
                    retry.Ignore(isHopeless);
                });
                endpoint.PublishFaults = false;
                configure(endpoint);
            }
        );
}

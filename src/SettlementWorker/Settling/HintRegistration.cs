using Settlement.Hosting.Messaging;

namespace Settlement.Worker.Settling;

/// <summary>Receives the messages that name new payouts. Without a broker there are none, and the sweep finds all.</summary>
public static class HintRegistration
{
    public static void AddHints(
        this IServiceCollection services,
        IConfiguration configuration,
        IReadOnlyList<string> networks
    ) =>
        services.AddSettlementMessaging(
            configuration,
            networks,
            consumers => consumers.AddConsumer<SettlePayoutConsumer>(),
            (context, bus) =>
            {
                foreach (string network in networks)
                {
                    bus.ReceiveSettlePayouts(
                        network,
                        e => SettlePayoutConsumerDefinition.Configure(e, network, context)
                    );
                }
            }
        );
}

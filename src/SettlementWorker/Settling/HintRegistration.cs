using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Settlement.Hosting.Messaging;
using Settlement.Payouts.Ledger;
using Settlement.Worker.Rewards;

namespace Settlement.Worker.Settling;

/// <summary>Receives the messages that name new payouts, and where that is wanted those that tell of rewards. Without a broker
/// there are none, and the sweep finds all payouts.</summary>
public static class HintRegistration
{
    public static void AddHints(
        this IServiceCollection services,
        IConfiguration configuration,
        IReadOnlyList<string> networks
    )
    {
        services.TryAddSingleton<IngestReward>();
        services.AddSettlementMessaging(
            configuration,
            networks,
            consumers =>
            {
                consumers.AddConsumer<SettlePayoutConsumer>();
                consumers.AddConsumer<RecordRewardConsumer>();
            },
            (context, bus) =>
            {
                string rewards = context.GetRequiredService<BrokerOptions>().RewardQueue;
                if (rewards.Length > 0)
                {
                    bus.ReceiveRewards(
                        rewards,
                        RecordRewardConsumer.IsHopeless,
                        e => e.ConfigureConsumer<RecordRewardConsumer>(context)
                    );
                }
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
}

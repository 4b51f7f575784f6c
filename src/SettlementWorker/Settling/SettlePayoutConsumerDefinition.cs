using MassTransit;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Settling;

/// <summary>How the messages of one network arrive: gathered for a moment, so that payouts travel together.</summary>
/// <remarks>The queue itself, and what becomes of messages that fail, is SettlePayoutTopology's to say. There is no retry
/// here: it would hold the delivery, and the payout's due time is the retry.</remarks>
public static class SettlePayoutConsumerDefinition
{
    /// <summary>Batches that are gathered while others are worked on.</summary>
    private const int BatchesAhead = 1;

    /// <summary>Connects the consumer to the queue of one network.</summary>
    public static void Configure(
        IReceiveEndpointConfigurator endpoint,
        string network,
        IBusRegistrationContext context
    )
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        WorkerOptions options = context.GetRequiredService<WorkerOptions>();
        Network? target = context.GetRequiredService<ConfiguredNetworks>().Find(network);
        int batch = Math.Min(options.Policy.ClaimLimit, target?.Capacity ?? 1);
        int lanes = target?.Lanes ?? 1;
        TimeSpan gatherFor = options.GatherFor;
        if (target is not null && target.Linger > gatherFor)
            gatherFor = target.Linger;
        endpoint.PrefetchCount = batch * (lanes + BatchesAhead);
        endpoint.ConfigureConsumer<SettlePayoutConsumer>(
            context,
            consumer =>
                consumer.Options<BatchOptions>(gather =>
                    gather.SetMessageLimit(batch).SetTimeLimit(gatherFor).SetConcurrencyLimit(lanes)
                )
        );
    }
}

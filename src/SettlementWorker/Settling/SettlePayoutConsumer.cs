using MassTransit;
using Settlement.Contracts;
using Settlement.Worker.Networks;

namespace Settlement.Worker.Settling;

/// <summary>Settles the payouts that messages name. Always acknowledges: the payout's row is the truth, and what is not
/// done here is done by the sweep.</summary>
public sealed class SettlePayoutConsumer(ConfiguredNetworks networks)
    : IConsumer<Batch<SettlePayout>>
{
    public async Task Consume(ConsumeContext<Batch<SettlePayout>> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // A queue holds the messages of one network; one that nobody here works on is dropped, its row waits.
        foreach (
            IGrouping<string, SettlePayout> hints in context
                .Message.Select(m => m.Message)
                .GroupBy(m => m.Network, StringComparer.Ordinal)
        )
        {
            if (networks.Find(hints.Key) is not { } network)
                continue;
            List<Guid> payouts = hints.Select(h => h.PayoutId).Distinct().ToList();
            await network.Deliveries.RunAsync(
                ct => network.SettleAsync(payouts, ct),
                context.CancellationToken
            );
        }
    }
}

using Settlement.Chaos.Checking;
using Settlement.Chaos.Faults;

namespace Settlement.Chaos.Reporting;

/// <summary>When payouts became sent, to tell how soon the system went on after a fault.</summary>
internal sealed class SentTimes(IReadOnlyList<PayoutFact> payouts)
{
    private readonly (string Network, DateTimeOffset At)[] _sent =
    [
        .. payouts
            .Where(p => p.IsPaidByUs && p.CompletedAt is not null)
            .Select(p => (p.Network, p.CompletedAt!.Value))
            .OrderBy(p => p.Value),
    ];

    /// <summary>The time to the next sent payout, on the network of the fault where it has one.</summary>
    public (TimeSpan? Since, TimeSpan? SinceEnd) Recovery(Fault fault)
    {
        string[] networks =
        [
            .. _sent
                .Select(s => s.Network)
                .Distinct()
                .Where(n => fault.Detail.StartsWith(n, StringComparison.Ordinal)),
        ];
        return (NextAfter(fault.At, networks), NextAfter(fault.Healed, networks));
    }

    private TimeSpan? NextAfter(DateTimeOffset time, string[] networks)
    {
        foreach ((string network, DateTimeOffset at) in _sent)
        {
            if (at > time && (networks.Length == 0 || networks.Contains(network)))
                return at - time;
        }
        return null;
    }
}

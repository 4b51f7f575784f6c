using Settlement.Chains;
using Settlement.Payouts.Settling;

namespace Settlement.Simulation.Tests.Storage;

/// <content>How much may leave in a time: spend_within_limits() and give_back_spend().</content>
public sealed partial class SimDatabase
{
    private const long WindowMs = 60_000;

    private long _window;
    private long _spentMicro;

    /// <summary>Null: no limit.</summary>
    public long? SpendLimitMicro { get; set; }

    /// <summary>SpendRoom.</summary>
    public IReadOnlyList<ParkedPayout> FindOverLimit(IReadOnlyList<ClaimedPayout> payouts)
    {
        var over = new List<ParkedPayout>();
        long taken = Spent();
        foreach (ClaimedPayout payout in payouts)
        {
            if (taken + payout.AmountMicro <= (SpendLimitMicro ?? long.MaxValue))
                taken += payout.AmountMicro;
            else
                over.Add(new ParkedPayout(payout, ParkReason.SpendLimit, "limit", UntilNext()));
        }
        return over;
    }

    private bool Spend(IReadOnlyList<ClaimedPayout> riders)
    {
        if (SpendLimitMicro is not { } limit)
            return true;
        long sum = Spent() + riders.Sum(r => r.AmountMicro);
        if (sum > limit)
            return false;
        (_window, _spentMicro) = (clock.Now / WindowMs, sum);
        return true;
    }

    private void GiveBack(StoredPayout payout, StoredTransaction transaction)
    {
        if (transaction.OpenedAt / WindowMs == _window)
            _spentMicro = Math.Max(_spentMicro - payout.AmountMicro, 0);
    }

    private long Spent() => clock.Now / WindowMs == _window ? _spentMicro : 0;

    private TimeSpan UntilNext() =>
        TimeSpan.FromMilliseconds((clock.Now / WindowMs + 1) * WindowMs - clock.Now);
}

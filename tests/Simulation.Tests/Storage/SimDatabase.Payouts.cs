using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.Simulation.Tests.Storage;

/// <content>Payouts: taken up, parked, ended, and their money.</content>
public sealed partial class SimDatabase
{
    /// <summary>ClaimPayouts.</summary>
    public IReadOnlyList<ClaimedPayout> Claim(PayoutClaim claim)
    {
        if (IsPaused)
            return [];
        List<StoredPayout>? due = null;
        foreach (StoredPayout payout in _payouts)
        {
            if (
                payout.DueAt <= clock.Now
                && !payout.IsFinal
                && !IsHeldBack(payout)
                && (claim.PayoutIds is null || claim.PayoutIds.Contains(payout.Id))
            )
            {
                (due ??= []).Add(payout);
            }
        }
        if (due is null)
            return [];
        if (due.Count > claim.Limit)
        {
            if (claim.PayoutIds is null)
                due.Sort((a, b) => (a.DueAt, a.Number).CompareTo((b.DueAt, b.Number)));
            due.RemoveRange(claim.Limit, due.Count - claim.Limit);
            due.Sort((a, b) => a.Number.CompareTo(b.Number));
        }
        var claimed = new List<ClaimedPayout>(due.Count);
        foreach (StoredPayout payout in due)
        {
            payout.Status = PayoutStatus.Processing;
            payout.Token++;
            payout.TakeUps++;
            payout.DueAt = clock.Now + (long)claim.Lease.TotalMilliseconds;
            clock.Mix(payout.Number * 31 + payout.Token);
            claimed.Add(
                new ClaimedPayout(
                    payout.Id,
                    payout.Number,
                    payout.Token,
                    payout.Address,
                    payout.AmountMicro,
                    payout.FailedRides
                )
                {
                    TakeUps = payout.TakeUps,
                    IsLimited = SpendLimitMicro is not null,
                }
            );
        }
        return claimed;
    }

    /// <summary>ParkPayouts.</summary>
    public void Park(IReadOnlyList<ParkedPayout> parked)
    {
        foreach (ParkedPayout park in parked)
        {
            StoredPayout payout = Find(park.Payout.Id);
            if (payout.Status != PayoutStatus.Processing || payout.DueAt == StoredPayout.Never)
                continue;
            if (!Holds(payout, park.Payout.Token))
                continue;
            if (park.IsUntouched && payout.TakeUps != park.Payout.TakeUps)
                continue;
            payout.DueAt = clock.Now + (long)park.RetryAfter.TotalMilliseconds;
            payout.ParkReason = park.Reason;
            payout.TakeUps = park.IsUntouched ? Math.Max(payout.TakeUps - 1, 0) : 0;
            clock.Mix(payout.Number * 37 + (park.Reason is { } reason ? (int)reason + 1 : 0));
        }
    }

    /// <summary>FinalizePayout.BeforeSigning.</summary>
    public TransitionResult FailBeforeSigning(ClaimedPayout claimed)
    {
        StoredPayout payout = Find(claimed.Id);
        if (payout.Status != PayoutStatus.Processing || payout.RidesOn is not null)
            return Refused(payout);
        if (!Holds(payout, claimed.Token))
            return Refused(payout);
        End(payout, PayoutStatus.Failed, "chain", null);
        return TransitionResult.Applied.Instance;
    }

    /// <summary>FinalizePayout.ByOperator; a null hash means failed.</summary>
    public bool ByOperator(StoredPayout payout, string? txHash, bool force, string by)
    {
        bool live = payout.RidesOn is not null;
        if (payout.IsFinal || (live && !(force && txHash is null)))
            return false;
        bool isOverride = force || txHash is not null;
        if ((isOverride && !MayOverride(payout, by)) || IsProvenUnpaid(payout, txHash))
            return false;
        payout.RefundHeld = live;
        End(payout, txHash is null ? PayoutStatus.Failed : PayoutStatus.Sent, "operator", txHash);
        return true;
    }

    /// <summary>SteerPayout.Hold: not while a transaction may land; whoever works on it loses it.</summary>
    public bool Hold(StoredPayout payout)
    {
        if (payout.IsFinal || payout.IsHeld || payout.RidesOn is not null)
            return false;
        payout.IsHeld = true;
        if (!flaws.HasFlag(Flaw.HoldOnlySkips))
            payout.Token++;
        clock.Mix(payout.Number * 61 + payout.Token);
        return true;
    }

    /// <summary>SteerPayout.Release: due at once.</summary>
    public bool LetGo(StoredPayout payout, long now)
    {
        if (payout.IsFinal || !payout.IsHeld)
            return false;
        payout.IsHeld = false;
        payout.DueAt = now;
        clock.Mix(payout.Number * 67);
        return true;
    }

    /// <summary>SteerPayout.Requeue: due at once, with nothing held against it.</summary>
    public bool Requeue(StoredPayout payout, long now)
    {
        if (payout.IsFinal || IsHeldBack(payout) || payout.RidesOn is not null)
            return false;
        payout.DueAt = now;
        payout.FailedRides = 0;
        payout.TakeUps = 0;
        payout.ParkReason = null;
        clock.Mix(payout.Number * 71);
        return true;
    }

    /// <summary>CancelPayout: only while nobody has taken it up.</summary>
    public bool Cancel(StoredPayout payout)
    {
        if (payout.Status != PayoutStatus.Requested)
            return false;
        End(payout, PayoutStatus.Cancelled, "user", null);
        return true;
    }

    private static TransitionResult.Refused Refused(StoredPayout payout) =>
        new(RefusedBecause.Final, payout.Status, payout.TxHash, null);

    private void End(StoredPayout payout, PayoutStatus status, string settledBy, string? hash)
    {
        if (payout.IsFinal)
            throw new LawBrokenException($"payout {payout.Number} ended twice");
        payout.Status = status;
        payout.SettledBy = settledBy;
        payout.TxHash = hash;
        payout.ParkReason = null;
        payout.IsHeld = false;
        Unfinished--;
        clock.Mix(payout.Number * 59 + (int)status);
        if (status == PayoutStatus.Sent)
            Settle(payout);
        else if (!payout.RefundHeld)
            Release(payout);
    }

    private static void Settle(StoredPayout payout)
    {
        payout.Account.PostedMicro -= payout.AmountMicro;
        Release(payout);
    }

    private static void Release(StoredPayout payout)
    {
        payout.Account.ReservedMicro -= payout.AmountMicro;
        if (
            payout.Account.ReservedMicro < 0
            || payout.Account.PostedMicro < payout.Account.ReservedMicro
        )
        {
            throw new LawBrokenException("balance_never_negative");
        }
    }
}

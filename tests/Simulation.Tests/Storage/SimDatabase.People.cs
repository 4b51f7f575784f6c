using Settlement.Payouts.Lifecycle;

namespace Settlement.Simulation.Tests.Storage;

/// <content>Approvals, verdicts and looks by an operator's word.</content>
public sealed partial class SimDatabase
{
    /// <summary>Above so much a payout is paid only after an approval.</summary>
    public long ThresholdMicro { get; set; } = long.MaxValue;

    /// <summary>Approvals by people.</summary>
    public int Approved { get; private set; }

    /// <summary>Verdicts by people.</summary>
    public int Decided { get; private set; }

    /// <summary>SteerPayout.Approve.</summary>
    public bool Approve(StoredPayout payout, string by)
    {
        if (payout.IsFinal || payout.ApprovedBy is not null || !IsAbove(payout))
            return false;
        payout.ApprovedBy = by;
        Approved++;
        clock.Mix(payout.Number * 73);
        return true;
    }

    /// <summary>SteerPayout.Check: its transaction is looked at now.</summary>
    public bool Check(StoredPayout payout)
    {
        if (payout.RidesOn is not { } transaction)
            return false;
        transaction.DueAt = Math.Min(transaction.DueAt, clock.Now);
        clock.Mix(payout.Number * 79);
        return true;
    }

    /// <summary>CancelPayout by an operator: also while it is processing, as long as nothing of ours can land.</summary>
    public bool CancelByOperator(StoredPayout payout)
    {
        if (payout.IsFinal || payout.RidesOn is not null)
            return false;
        End(payout, PayoutStatus.Cancelled, "operator", null);
        return true;
    }

    /// <summary>DecideTransaction: a person's verdict where the chain contradicts what was signed. What is said to be unpaid is held
    /// until the next word.</summary>
    /// <param name="transaction">Ours.</param>
    /// <param name="hash">Which of its attempts landed; null: it never will.</param>
    /// <param name="isPaid">By position.</param>
    /// <param name="by">Who says so.</param>
    public bool DecideByOperator(
        StoredTransaction transaction,
        string? hash,
        Func<int, bool> isPaid,
        string by
    )
    {
        bool isOwnWord = transaction.Riders.Any(r => IsAbove(r) && IsSame(r.ApprovedBy, by));
        bool mayDecide = transaction.IsContradicted || flaws.HasFlag(Flaw.AnyVerdict);
        if (transaction.State != TransactionState.Open || !mayDecide || isOwnWord)
            return false;
        Decide(transaction, hash is null ? TransactionState.Dead : TransactionState.Landed);
        transaction.Observations++;
        Decided++;
        for (int i = 0; i < transaction.Riders.Count; i++)
        {
            StoredPayout payout = transaction.Riders[i];
            if (hash is not null && isPaid(i))
            {
                Paid(payout, transaction, hash, "operator");
                continue;
            }
            NotPaid(transaction, payout, failedRides: hash is null ? 0 : 1, after: 0);
            if (payout.Status == PayoutStatus.Processing)
                Hold(payout);
        }
        return true;
    }

    /// <summary>Wallets.Thaw: not while a transaction contradicts the chain.</summary>
    public bool Thaw()
    {
        bool stands = _transactions.Exists(t =>
            t.State == TransactionState.Open && t.IsContradicted
        );
        if (FrozenReason is null || stands)
            return false;
        FrozenReason = null;
        return true;
    }

    /// <summary>approval_threshold(): nobody has approved it, and somebody must.</summary>
    public bool WaitsForApproval(StoredPayout payout) =>
        payout.ApprovedBy is null && IsAbove(payout);

    private bool IsAbove(StoredPayout payout) => payout.AmountMicro > ThresholdMicro;

    private bool IsHeldBack(StoredPayout payout) =>
        payout.IsHeld || (WaitsForApproval(payout) && !flaws.HasFlag(Flaw.NoApprovalLaw));

    /// <summary>A hash of ours that is proven not to have paid this payout cannot be the one that paid it.</summary>
    private bool IsProvenUnpaid(StoredPayout payout, string? hash) =>
        hash is not null
        && _transactions.Exists(t =>
            t.State != TransactionState.Open
            && t.ForAdapter.Attempts.Any(a => IsSame(a.TransactionId, hash))
            && t.Riders.Contains(payout)
            && !ReferenceEquals(payout.PaidBy, t)
        );

    private bool MayOverride(StoredPayout payout, string by) =>
        !IsAbove(payout) || (payout.ApprovedBy is not null && !IsSame(payout.ApprovedBy, by));

    private static bool IsSame(string? one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}

using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;

namespace Settlement.Simulation.Tests.Storage;

/// <content>Transactions: opened with their riders, looked at, decided.</content>
public sealed partial class SimDatabase
{
    /// <summary>StoreTransaction.</summary>
    public OpenOutcome Open(NewTransaction opened)
    {
        if (IsPaused)
            return OpenOutcome.Fenced.Instance;
        if (FrozenReason is not null || opened.Signed.Nonce != NextNonce)
            return OpenOutcome.NonceTaken.Instance;
        foreach (ClaimedPayout rider in opened.Riders)
        {
            StoredPayout payout = Find(rider.Id);
            bool rides = payout.RidesOn is not null || payout.PaidBy is not null;
            if (payout.Status != PayoutStatus.Processing || !Holds(payout, rider.Token))
                return OpenOutcome.Fenced.Instance;
            if (payout.IsHeld && !flaws.HasFlag(Flaw.HoldOnlySkips))
                return OpenOutcome.Fenced.Instance;
            if (payout.IsHeld)
                HeldRides++;
            if (WaitsForApproval(payout) && !flaws.HasFlag(Flaw.NoApprovalLaw))
                return OpenOutcome.Fenced.Instance;
            if (rides && !flaws.HasFlag(Flaw.NoRideLaw))
                return OpenOutcome.Fenced.Instance;
        }
        if (IsStored(opened.Signed.TransactionId))
            return OpenOutcome.Fenced.Instance;
        if (!Spend(opened.Riders))
            return OpenOutcome.OverLimit.Instance;
        _hashes.Add(opened.Signed.TransactionId);
        if (NextNonce is { } nonce)
            NextNonce = nonce + 1;
        StoredTransaction transaction = Stored(opened);
        _transactions.Add(transaction);
        Unfinished++;
        foreach (StoredPayout payout in transaction.Riders)
        {
            if (!flaws.HasFlag(Flaw.RidersStayDue))
                payout.DueAt = StoredPayout.Never;
            payout.TakeUps = 0;
            payout.ParkReason = null;
            payout.RidesOn = transaction;
        }
        clock.Mix(transaction.Id * 41 + transaction.Riders.Count);
        return new OpenOutcome.Opened(transaction.Id);
    }

    /// <summary>NoteBroadcast: history only, unless silence is mistaken for failure.</summary>
    public void Note(BroadcastNote note)
    {
        clock.Mix(note.TransactionId * 43);
        StoredTransaction transaction = _transactions[(int)note.TransactionId - 1];
        if (note.Outcome is BroadcastOutcome.Refused refused)
            transaction.Attempts.Single(a => IsOf(a, note.Hash)).Refused = refused.Reason;
        if (
            !flaws.HasFlag(Flaw.SilenceIsFailure)
            || note.Outcome is not BroadcastOutcome.Unknown
            || transaction.State != TransactionState.Open
        )
        {
            return;
        }
        Decide(transaction, TransactionState.Dead);
        foreach (StoredPayout payout in transaction.Riders)
        {
            payout.RidesOn = null;
            if (!payout.IsFinal)
                End(payout, PayoutStatus.Failed, "chain", null);
        }
    }

    /// <summary>FollowTransactions.Claim.</summary>
    public IReadOnlyList<ClaimedTransaction> ClaimTransactions(TransactionClaim claim)
    {
        List<StoredTransaction>? due = null;
        foreach (StoredTransaction transaction in _transactions)
        {
            if (transaction.State == TransactionState.Open && transaction.DueAt <= clock.Now)
                (due ??= []).Add(transaction);
        }
        if (due is null)
            return [];
        if (due.Count > claim.Limit)
        {
            due.Sort((a, b) => (a.DueAt, a.Id).CompareTo((b.DueAt, b.Id)));
            due.RemoveRange(claim.Limit, due.Count - claim.Limit);
            due.Sort((a, b) => a.Id.CompareTo(b.Id));
        }
        if (_order == 1)
            due.Reverse();
        else if (_order == 2)
            Shuffle(due);
        var claimed = new List<ClaimedTransaction>(due.Count);
        foreach (StoredTransaction transaction in due)
        {
            transaction.Token++;
            transaction.DueAt = clock.Now + (long)claim.Lease.TotalMilliseconds;
            clock.Mix(transaction.Id * 47 + transaction.Token);
            claimed.Add(
                new ClaimedTransaction(
                    transaction.Id,
                    transaction.Token,
                    transaction.Observations,
                    transaction.RiderIds,
                    transaction.ForAdapter
                )
                {
                    Asked = transaction.Asked,
                    NewestAge = TimeSpan.FromMilliseconds(clock.Now - transaction.Newest.StoredAt),
                    Refused = transaction.Newest.Refused,
                }
            );
        }
        return claimed;
    }

    /// <summary>FollowTransactions.Reschedule.</summary>
    public void Reschedule(IReadOnlyList<NextLook> looks)
    {
        foreach (NextLook look in looks)
        {
            if (TryTake(look.Transaction, out StoredTransaction transaction))
            {
                transaction.DueAt = clock.Now + (long)look.After.TotalMilliseconds;
                transaction.Observations++;
                transaction.LastSeen = look.Seen;
                transaction.Included = look.Included;
            }
        }
    }

    /// <summary>FinalizePayout.FromChain.</summary>
    public void Conclude(IReadOnlyList<Conclusion> conclusions)
    {
        foreach (Conclusion conclusion in conclusions)
        {
            if (!TryTake(conclusion.Transaction, out StoredTransaction transaction))
                continue;
            transaction.Observations++;
            switch (conclusion)
            {
                case Conclusion.Landed landed:
                    Land(transaction, landed);
                    break;
                case Conclusion.Dead dead:
                    Bury(transaction, dead);
                    break;
                default:
                    throw new LawBrokenException("no verdict");
            }
        }
    }

    private StoredTransaction Stored(NewTransaction opened)
    {
        List<StoredPayout> riders = opened.Riders.Select(r => Find(r.Id)).ToList();
        SignedTransaction signed = opened.Signed;
        return new StoredTransaction
        {
            Id = _transactions.Count + 1,
            Riders = riders,
            RiderIds = riders.ConvertAll(r => r.Id),
            Attempts = [new StoredSignature(signed, clock.Now)],
            ForAdapter = new OpenTransaction(
                signed.Sender,
                signed.Nonce,
                signed.LastValidBlockHeight,
                [new StoredAttempt(signed.TransactionId, signed.Bytes)],
                riders.ConvertAll(r => new TransferOrder(r.Number, r.Address, r.AmountMicro))
            ),
            DueAt = clock.Now + (long)opened.FirstLook.TotalMilliseconds,
            OpenedAt = clock.Now,
        };
    }

    private void Land(StoredTransaction transaction, Conclusion.Landed landed)
    {
        bool isOurs = transaction.Attempts.Exists(a =>
            IsOf(a, landed.Seen.TransactionId)
            && (a.Signed.Kind == AttemptKind.Payment || flaws.HasFlag(Flaw.CancelIsPayment))
        );
        if (!isOurs || landed.Seen.Transfers.Count != transaction.Riders.Count)
        {
            throw new LawBrokenException("landed with a foreign hash, or a rider left undecided");
        }
        Decide(transaction, TransactionState.Landed);
        for (int i = 0; i < transaction.Riders.Count; i++)
        {
            StoredPayout payout = transaction.Riders[i];
            if (landed.Seen.Transfers[i].Paid)
                Paid(payout, transaction, landed.Seen.TransactionId);
            else if (landed.Seen.Transfers[i].NeedsOperator is null)
                NotPaid(transaction, payout, failedRides: 1, after: 0);
            else
                ForAPerson(transaction, payout, (long)landed.ParkFor.TotalMilliseconds);
        }
    }

    private void Bury(StoredTransaction transaction, Conclusion.Dead dead)
    {
        Decide(transaction, TransactionState.Dead);
        bool isFilled = dead.Transaction.Asked == Ask.Fill;
        int failed = dead.Seen.Reason == NeverReason.Reverted || isFilled ? 1 : 0;
        foreach (StoredPayout payout in transaction.Riders)
            NotPaid(transaction, payout, failed, (long)dead.RetryAfter.TotalMilliseconds);
    }

    private void Paid(
        StoredPayout payout,
        StoredTransaction transaction,
        string hash,
        string by = "chain"
    )
    {
        payout.RidesOn = null;
        if (payout.IsCancelAsked)
            TooLate++;
        payout.IsCancelAsked = false;
        if (payout.PaidBy is not null && !flaws.HasFlag(Flaw.NoRideLaw))
            throw new LawBrokenException($"payout {payout.Number} was paid before");
        payout.PaidBy = transaction;
        if (payout.Status == PayoutStatus.Processing)
        {
            End(payout, PayoutStatus.Sent, by, hash);
        }
        else if (payout.RefundHeld)
        {
            payout.RefundHeld = false;
            payout.Conflict = true;
            payout.TxHash = hash;
            Settle(payout);
        }
    }

    private void ForAPerson(StoredTransaction transaction, StoredPayout payout, long after)
    {
        NotPaid(transaction, payout, failedRides: 0, after);
        if (payout.Status == PayoutStatus.Processing)
            payout.ParkReason = ParkReason.NeedsOperator;
    }

    private void NotPaid(
        StoredTransaction transaction,
        StoredPayout payout,
        int failedRides,
        long after
    )
    {
        GiveBack(payout, transaction);
        payout.RidesOn = null;
        bool isCalledOff = payout.IsCancelAsked;
        payout.IsCancelAsked = false;
        if (payout.Status == PayoutStatus.Processing && isCalledOff)
        {
            CalledOff++;
            payout.DueAt = clock.Now;
            End(payout, PayoutStatus.Cancelled, "operator", null);
        }
        else if (payout.Status == PayoutStatus.Processing)
        {
            payout.DueAt = clock.Now + after;
            payout.FailedRides += failedRides;
        }
        else if (payout.RefundHeld)
        {
            payout.RefundHeld = false;
            Release(payout);
        }
    }

    private void Decide(StoredTransaction transaction, TransactionState state)
    {
        transaction.State = state;
        Unfinished--;
        clock.Mix(transaction.Id * 53 + (int)state);
    }

    private bool TryTake(ClaimedTransaction claimed, out StoredTransaction transaction)
    {
        transaction = _transactions[(int)claimed.Id - 1];
        if (transaction.State != TransactionState.Open)
            return false;
        return transaction.Token == claimed.Token || Stale();
    }

    private void Shuffle(List<StoredTransaction> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int j = dice.Between(0, i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

using System.Runtime.InteropServices;
using Settlement.Chains;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>The schema's laws in memory, and nothing that the schema does not enforce. Each method is one commit.</summary>
public sealed class SimDatabase(Scheduler clock, Dice dice, Flaw flaws)
{
    private readonly List<StoredPayout> _payouts = new(24);
    private readonly List<StoredTransaction> _transactions = new(32);
    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);

    // PostgreSQL promises no order for UPDATE … RETURNING; each history has its own.
    private readonly int _order = dice.Between(0, 2);

    public IReadOnlyList<StoredPayout> Payouts => _payouts;
    public IReadOnlyList<StoredTransaction> Transactions => _transactions;
    public ulong? NextNonce { get; set; }
    public string? FrozenReason { get; private set; }
    public bool IsPaused { get; set; }

    /// <summary>Payouts without an end, and transactions without a verdict.</summary>
    public int Unfinished { get; private set; }

    /// <summary>Writes of somebody whose token had been taken over, which had an effect all the same.</summary>
    public int StaleWrites { get; private set; }

    /// <summary>Writes that the fence refused.</summary>
    public int FencedWrites { get; private set; }

    public bool IsStored(string hash) => _hashes.Contains(hash);

    public bool HasDuePayout()
    {
        foreach (StoredPayout payout in _payouts)
        {
            if (payout.DueAt <= clock.Now && !payout.IsFinal)
                return true;
        }
        return false;
    }

    public bool HasDueTransaction()
    {
        foreach (StoredTransaction transaction in _transactions)
        {
            if (transaction.DueAt <= clock.Now && transaction.State == TransactionState.Open)
                return true;
        }
        return false;
    }

    /// <summary>accept_payout(): null when the balance does not cover it.</summary>
    public StoredPayout? Accept(StoredAccount account, long amountMicro, string address)
    {
        if (account.PostedMicro - account.ReservedMicro < amountMicro)
            return null;
        account.ReservedMicro += amountMicro;
        long number = _payouts.Count + 1;
        var payout = new StoredPayout
        {
            Id = new Guid((int)number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            Number = number,
            Account = account,
            AmountMicro = amountMicro,
            Address = address,
            DueAt = clock.Now,
        };
        _payouts.Add(payout);
        Unfinished++;
        return payout;
    }

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
            payout.DueAt = clock.Now + (long)park.RetryAfter.TotalMilliseconds;
            payout.ParkReason = park.Reason;
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

    /// <summary>Wallets.Read.</summary>
    public WalletState ReadWallet()
    {
        int open = 0;
        foreach (StoredTransaction transaction in _transactions)
        {
            if (transaction.State == TransactionState.Open)
                open++;
        }
        return new WalletState(NextNonce, open, FrozenReason);
    }

    /// <summary>Wallets.Freeze.</summary>
    public void Freeze(string reason) => FrozenReason ??= reason;

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
            if (rides && !flaws.HasFlag(Flaw.NoRideLaw))
                return OpenOutcome.Fenced.Instance;
        }
        if (!_hashes.Add(opened.Signed.TransactionId))
            return OpenOutcome.Fenced.Instance;
        if (NextNonce is { } nonce)
            NextNonce = nonce + 1;
        StoredTransaction transaction = Stored(opened);
        _transactions.Add(transaction);
        Unfinished++;
        foreach (StoredPayout payout in transaction.Riders)
        {
            if (!flaws.HasFlag(Flaw.RidersStayDue))
                payout.DueAt = StoredPayout.Never;
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

    /// <summary>FinalizePayout.ByOperator; a null hash means failed.</summary>
    public bool ByOperator(StoredPayout payout, string? txHash, bool force)
    {
        bool live = payout.RidesOn is not null;
        if (payout.IsFinal || (live && !(force && txHash is null)))
            return false;
        payout.RefundHeld = live;
        End(payout, txHash is null ? PayoutStatus.Failed : PayoutStatus.Sent, "operator", txHash);
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

    /// <summary>Changes whenever something that a reader would want to see changes.</summary>
    public int Fingerprint()
    {
        var hash = new HashCode();
        foreach (StoredPayout payout in _payouts)
            hash.Add((payout.Status, payout.Token, payout.ParkReason, payout.RidesOn?.Id));
        foreach (StoredTransaction transaction in _transactions)
            hash.Add((transaction.State, transaction.Token, transaction.LastSeen));
        return hash.ToHashCode();
    }

    /// <summary>Everything that is not over, on one line.</summary>
    public string Describe()
    {
        IEnumerable<string> payouts = _payouts.Select(p =>
            $"{p.Number}:{p.Status}/{p.Token}{(p.RidesOn is { } t ? $"→{t.Id}" : "")}"
            + (p.ParkReason is { } reason ? $"({reason})" : "")
        );
        IEnumerable<string> transactions = _transactions
            .Where(t => t.State == TransactionState.Open)
            .Select(t => $"#{t.Id}/{t.Token} {t.LastSeen}");
        return $"{string.Join(' ', payouts)} | {string.Join("; ", transactions)}";
    }

    private static TransitionResult.Refused Refused(StoredPayout payout) =>
        new(RefusedBecause.Final, payout.Status, payout.TxHash, null);

    private StoredTransaction Stored(NewTransaction opened)
    {
        List<StoredPayout> riders = opened.Riders.Select(r => Find(r.Id)).ToList();
        SignedTransaction signed = opened.Signed;
        return new StoredTransaction
        {
            Id = _transactions.Count + 1,
            Riders = riders,
            RiderIds = riders.ConvertAll(r => r.Id),
            Signed = signed,
            ForAdapter = new OpenTransaction(
                signed.Sender,
                signed.Nonce,
                signed.LastValidBlockHeight,
                [new StoredAttempt(signed.TransactionId, signed.Bytes)],
                riders.ConvertAll(r => new TransferOrder(r.Number, r.Address, r.AmountMicro))
            ),
            DueAt = clock.Now + (long)opened.FirstLook.TotalMilliseconds,
        };
    }

    private void Land(StoredTransaction transaction, Conclusion.Landed landed)
    {
        if (
            !string.Equals(
                landed.Seen.TransactionId,
                transaction.Signed.TransactionId,
                StringComparison.Ordinal
            )
            || landed.Seen.Transfers.Count != transaction.Riders.Count
        )
        {
            throw new LawBrokenException("landed with a foreign hash, or a rider left undecided");
        }
        Decide(transaction, TransactionState.Landed);
        for (int i = 0; i < transaction.Riders.Count; i++)
        {
            StoredPayout payout = transaction.Riders[i];
            if (landed.Seen.Transfers[i].Paid)
                Paid(payout, transaction);
            else
                NotPaid(payout, failedRides: 1, after: 0);
        }
    }

    private void Bury(StoredTransaction transaction, Conclusion.Dead dead)
    {
        Decide(transaction, TransactionState.Dead);
        int failed = dead.Seen.Reason == NeverReason.Reverted ? 1 : 0;
        foreach (StoredPayout payout in transaction.Riders)
            NotPaid(payout, failed, (long)dead.RetryAfter.TotalMilliseconds);
    }

    private void Paid(StoredPayout payout, StoredTransaction transaction)
    {
        payout.RidesOn = null;
        if (payout.PaidBy is not null && !flaws.HasFlag(Flaw.NoRideLaw))
            throw new LawBrokenException($"payout {payout.Number} was paid before");
        payout.PaidBy = transaction;
        if (payout.Status == PayoutStatus.Processing)
        {
            End(payout, PayoutStatus.Sent, "chain", transaction.Signed.TransactionId);
        }
        else if (payout.RefundHeld)
        {
            payout.RefundHeld = false;
            payout.Conflict = true;
            payout.TxHash = transaction.Signed.TransactionId;
            Settle(payout);
        }
    }

    private void NotPaid(StoredPayout payout, int failedRides, long after)
    {
        payout.RidesOn = null;
        if (payout.Status == PayoutStatus.Processing)
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

    private void End(StoredPayout payout, PayoutStatus status, string settledBy, string? hash)
    {
        if (payout.IsFinal)
            throw new LawBrokenException($"payout {payout.Number} ended twice");
        payout.Status = status;
        payout.SettledBy = settledBy;
        payout.TxHash = hash;
        payout.ParkReason = null;
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

    private StoredPayout Find(Guid id)
    {
        // The number is in the id's first four bytes.
        ReadOnlySpan<Guid> span = new(in id);
        return _payouts[MemoryMarshal.Cast<Guid, int>(span)[0] - 1];
    }

    private bool Holds(StoredPayout payout, long token)
    {
        if (payout.Token == token)
            return true;
        return Stale();
    }

    private bool TryTake(ClaimedTransaction claimed, out StoredTransaction transaction)
    {
        transaction = _transactions[(int)claimed.Id - 1];
        if (transaction.State != TransactionState.Open)
            return false;
        return transaction.Token == claimed.Token || Stale();
    }

    private bool Stale()
    {
        if (flaws.HasFlag(Flaw.NoFence))
        {
            StaleWrites++;
            return true;
        }
        FencedWrites++;
        return false;
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

/// <summary>The schema would have refused this write as unlawful: the code under test must never ask for it.</summary>
public sealed class LawBrokenException(string law) : Exception(law);

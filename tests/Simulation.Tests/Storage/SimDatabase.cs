using System.Runtime.InteropServices;
using Settlement.Payouts.Settling;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Storage;

/// <summary>The schema's laws in memory, and nothing that the schema does not enforce. Each method is one commit.</summary>
public sealed partial class SimDatabase(Scheduler clock, Dice dice, Flaw flaws)
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

    /// <summary>Transactions that were stored with a rider on hold.</summary>
    public int HeldRides { get; private set; }

    public bool IsStored(string hash) => _hashes.Contains(hash);

    public bool HasDuePayout()
    {
        foreach (StoredPayout payout in _payouts)
        {
            if (payout.DueAt <= clock.Now && !payout.IsFinal && !IsHeldBack(payout))
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

    /// <summary>Wallets.Read.</summary>
    public WalletState ReadWallet()
    {
        int inFlight = 0;
        foreach (StoredTransaction transaction in _transactions)
        {
            if (transaction.State == TransactionState.Open && !transaction.Included)
                inFlight++;
        }
        return new WalletState(NextNonce, inFlight, FrozenReason);
    }

    /// <summary>Wallets.Freeze.</summary>
    public void Freeze(string reason) => FrozenReason ??= reason;

    /// <summary>An operator has looked. Refused over what nobody has accounted for (guard_thaw).</summary>
    public void Unfreeze()
    {
        if (_foreign.Count == 0)
            FrozenReason = null;
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
}

/// <summary>The schema would have refused this write as unlawful: the code under test must never ask for it.</summary>
public sealed class LawBrokenException(string law) : Exception(law);

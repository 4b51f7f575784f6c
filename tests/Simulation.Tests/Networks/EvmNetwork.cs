using System.Globalization;
using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>An EVM chain as far as one wallet sees it: pool, nonces, blocks, reorganisations, reverts, finality.</summary>
public sealed class EvmNetwork(Scheduler clock, Dice dice, Weather weather)
    : SimNetwork(clock, dice, weather)
{
    private readonly Dictionary<ulong, ChainTransaction> _pool = [];
    private readonly List<ChainTransaction> _mined = new(32);

    // The vault's bits, by payout number: who set them in the chain as it is now.
    private readonly Dictionary<long, ChainTransaction> _bits = [];
    private readonly double _inclusion = 0.2 + 0.8 * dice.Unit();
    private bool _ticking;

    public override NetworkId Name { get; } = new("polygon");

    /// <summary>Through a vault: a refused transfer is skipped, the others are paid.</summary>
    public required bool UsesVault { get; init; }

    /// <summary>The vault keeps a bit for each payout that it has paid, and pays none twice.</summary>
    public required bool HasBits { get; init; }

    /// <summary>How often a bit has kept a payout from being paid again.</summary>
    public int Skipped { get; private set; }

    public required ulong FirstNonce { get; init; }

    /// <summary>What a place in a block costs.</summary>
    public required FeeMarket Fees { get; init; }

    /// <summary>When somebody else spends a nonce of our wallet; never for most histories.</summary>
    public long ForeignAt { get; set; } = long.MaxValue;

    private ulong NextNonce => FirstNonce + (ulong)_mined.Count;

    /// <summary>The wallet's next nonce, as far as a node that shows a moment knows.</summary>
    public ulong NextNonceAt(long seen)
    {
        long head = HeadAt(seen);
        return FirstNonce + (ulong)_mined.Count(t => t.Height <= head);
    }

    /// <summary>Who took a nonce, as far as a node that sees up to a height knows.</summary>
    public ChainTransaction? ConsumerOf(ulong nonce, long height)
    {
        if (nonce < FirstNonce || nonce >= NextNonce)
            return null;
        ChainTransaction consumer = _mined[(int)(nonce - FirstNonce)];
        return consumer.Height <= height ? consumer : null;
    }

    /// <summary>Whether the vault has paid it, as far as a node that shows a moment knows.</summary>
    public bool IsPaid(long payout, long seen) =>
        _bits.TryGetValue(payout, out ChainTransaction? by) && by.Height <= HeadAt(seen);

    /// <summary>Plans the foreign transaction, if this history has one.</summary>
    public void PlanForeign()
    {
        if (ForeignAt != long.MaxValue)
            Clock.At(ForeignAt, Tick);
    }

    public override OwnTransactions ReadOwn(string? cursor, long seen)
    {
        long head = HeadAt(seen);
        ulong used = FirstNonce + (ulong)_mined.Count(t => t.Height <= head);
        ulong from = cursor is null
            ? FirstNonce
            : ulong.Parse(cursor, CultureInfo.InvariantCulture);
        if (used < from)
            return new OwnTransactions.Unknown("behind");
        return new OwnTransactions.Read(
            [
                .. Enumerable
                    .Range(0, (int)(used - from))
                    .Select(i => new OwnTransaction(TransactionId: null, from + (ulong)i)),
            ],
            used.ToString(CultureInfo.InvariantCulture)
        );
    }

    public override OwnTransactionFacts Explain(OwnTransaction transaction, long seen) =>
        ConsumerOf(transaction.Nonce!.Value, FinalizedAt(seen)) is { } consumer
            ? new OwnTransactionFacts.Signed(consumer.Hash, [], new Evidence("{}"))
            : new OwnTransactionFacts.Unknown("not final there");

    protected override BroadcastOutcome Take(ChainTransaction transaction)
    {
        ulong nonce = transaction.Nonce!.Value;
        if (transaction.IsIncluded || nonce < NextNonce)
            return new BroadcastOutcome.Refused(RefusalReason.NonceTooLow, "nonce too low");
        if (_pool.TryGetValue(nonce, out ChainTransaction? pending))
        {
            if (ReferenceEquals(pending, transaction))
                return BroadcastOutcome.Taken.Instance;
            if (transaction.MaxFee * 10 < pending.MaxFee * 11)
            {
                return new BroadcastOutcome.Refused(
                    RefusalReason.ReplacementUnderpriced,
                    "replacement transaction underpriced"
                );
            }
            pending.IsPending = false;
            _pool[nonce] = transaction;
            transaction.IsPending = true;
            Wake();
            return BroadcastOutcome.Taken.Instance;
        }
        if (IsFoul && nonce > NextNonce && Dice.Chance(Weather.RpcRefused))
            return new BroadcastOutcome.Refused(RefusalReason.NonceGap, "nonce too high");
        if (IsFoul && Dice.Chance(Weather.Drop * 0.5))
            return BroadcastOutcome.Taken.Instance;
        _pool.Add(nonce, transaction);
        transaction.IsPending = true;
        Wake();
        return BroadcastOutcome.Taken.Instance;
    }

    private void Wake()
    {
        if (_ticking)
            return;
        _ticking = true;
        long next = (Clock.Now / BlockMs + 1) * BlockMs;
        Clock.At(next, Tick);
    }

    private void Tick()
    {
        _ticking = false;
        if (IsFoul)
            Disturb();
        if (ForeignAt <= Clock.Now)
            TakeNonceAway();
        Mine();
        bool mayReorganise =
            IsFoul && _mined.Count > 0 && _mined[^1].Height > FinalizedAt(Clock.Now);
        if (MayStillLand() || mayReorganise)
            Wake();
    }

    // At the last price for good, what is too cheap waits for its replacement, which wakes us.
    private bool MayStillLand() =>
        _pool.TryGetValue(NextNonce, out ChainTransaction? next)
        && (Clock.Now < Fees.SettledAt || next.MaxFee >= Fees.At(Clock.Now));

    private void Disturb()
    {
        if (_pool.Count > 0 && Dice.Chance(Weather.Evict))
        {
            ulong nonce = Dice.Pick(_pool.Keys.Order().ToList());
            _pool.Remove(nonce, out ChainTransaction? evicted);
            evicted!.IsPending = false;
        }
        if (_mined.Count > 0 && Dice.Chance(Weather.Fork))
            Reorganise();
    }

    private void Reorganise()
    {
        long head = HeadAt(Clock.Now);
        long final = FinalizedAt(Clock.Now);
        long keep = Math.Max(final, head - Dice.Skewed(1, Math.Max(1, head - final)));
        while (_mined.Count > 0 && _mined[^1].Height > keep)
        {
            ChainTransaction dropped = _mined[^1];
            _mined.RemoveAt(_mined.Count - 1);
            dropped.IsIncluded = false;
            dropped.ForgottenAt = dropped.Height;
            ClearBits(dropped);
            Forks++;
            Clock.Mix((long)(dropped.Id >> 2));
            if (dropped.IsForeign)
                ForeignAt = Clock.Now;
            else if (Dice.Chance(0.7))
                Return(dropped);
        }
    }

    private void ClearBits(ChainTransaction dropped)
    {
        foreach (TransferOrder transfer in dropped.Transfers)
        {
            if (ReferenceEquals(_bits.GetValueOrDefault(transfer.PayoutNumber), dropped))
                _bits.Remove(transfer.PayoutNumber);
        }
    }

    /// <summary>A node that kept an attempt which it had replaced, or another node's pool, may bring back either of two.</summary>
    private void Return(ChainTransaction dropped)
    {
        ulong nonce = dropped.Nonce!.Value;
        List<ChainTransaction> known =
        [
            .. Signed.Where(t => t.Nonce == nonce && t.WasSent && !ReferenceEquals(t, dropped)),
        ];
        ChainTransaction back = known.Count > 0 && Dice.Chance(0.5) ? Dice.Pick(known) : dropped;
        if (_pool.TryAdd(nonce, back))
            back.IsPending = true;
    }

    private void TakeNonceAway()
    {
        ForeignAt = long.MaxValue;
        if (_pool.Remove(NextNonce, out ChainTransaction? displaced))
            displaced.IsPending = false;
        var foreign = new ChainTransaction
        {
            Id = NextNonce,
            Hash = "foreign",
            Bytes = [],
            Nonce = NextNonce,
            Transfers = [],
            IsForeign = true,
            IsIncluded = true,
            Height = HeadAt(Clock.Now),
        };
        _mined.Add(foreign);
    }

    private void Mine()
    {
        long head = HeadAt(Clock.Now);
        double inclusion = IsFoul ? _inclusion : 1;
        while (
            _pool.TryGetValue(NextNonce, out ChainTransaction? next)
            && next.MaxFee >= Fees.At(Clock.Now)
            && Dice.Chance(inclusion)
        )
        {
            _pool.Remove(NextNonce);
            next.IsPending = false;
            next.IsIncluded = true;
            next.Height = head;
            Execute(next);
            _mined.Add(next);
            Clock.Mix((long)(next.Id >> 3));
        }
    }

    private void Execute(ChainTransaction transaction)
    {
        bool fails = IsFoul && Dice.Chance(Weather.Revert);
        var paid = new bool[transaction.Transfers.Count];
        var before = new bool[paid.Length];
        for (int i = 0; i < paid.Length; i++)
        {
            before[i] = _bits.ContainsKey(transaction.Transfers[i].PayoutNumber);
            bool isRefused = IsBlocked(transaction.Transfers[i].Destination, Clock.Now);
            paid[i] = !fails && !before[i] && !isRefused;
            fails |= !paid[i] && !UsesVault;
        }
        transaction.Succeeded = !fails;
        transaction.Paid = fails ? new bool[paid.Length] : paid;
        transaction.PaidBefore = fails ? new bool[paid.Length] : before;
        SetBits(transaction);
    }

    private void SetBits(ChainTransaction transaction)
    {
        for (int i = 0; i < transaction.Paid.Length && UsesVault && HasBits; i++)
        {
            if (transaction.Paid[i])
                _bits[transaction.Transfers[i].PayoutNumber] = transaction;
            if (transaction.PaidBefore[i])
                Skipped++;
        }
    }
}

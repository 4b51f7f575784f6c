using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>An EVM chain as far as one wallet sees it: pool, nonces, blocks, reorganisations, reverts, finality.</summary>
public sealed class EvmNetwork(Scheduler clock, Dice dice, Weather weather)
    : SimNetwork(clock, dice, weather)
{
    private readonly Dictionary<ulong, ChainTransaction> _pool = [];
    private readonly List<ChainTransaction> _mined = new(32);
    private readonly double _inclusion = 0.2 + 0.8 * dice.Unit();
    private bool _ticking;

    public override NetworkId Name { get; } = new("polygon");

    /// <summary>Through a vault: a refused transfer is skipped, the others are paid.</summary>
    public required bool UsesVault { get; init; }

    public required ulong FirstNonce { get; init; }

    /// <summary>When somebody else spends a nonce of our wallet; never for most histories.</summary>
    public long ForeignAt { get; set; } = long.MaxValue;

    private ulong NextNonce => FirstNonce + (ulong)_mined.Count;

    /// <summary>Who took a nonce, as far as a node that sees up to a height knows.</summary>
    public ChainTransaction? ConsumerOf(ulong nonce, long height)
    {
        if (nonce < FirstNonce || nonce >= NextNonce)
            return null;
        ChainTransaction consumer = _mined[(int)(nonce - FirstNonce)];
        return consumer.Height <= height ? consumer : null;
    }

    /// <summary>Plans the foreign transaction, if this history has one.</summary>
    public void PlanForeign()
    {
        if (ForeignAt != long.MaxValue)
            Clock.At(ForeignAt, Tick);
    }

    protected override BroadcastOutcome Take(ChainTransaction transaction)
    {
        ulong nonce = transaction.Nonce!.Value;
        if (transaction.IsIncluded || nonce < NextNonce)
            return new BroadcastOutcome.Refused(RefusalReason.NonceTooLow, "nonce too low");
        if (_pool.TryGetValue(nonce, out ChainTransaction? pending))
        {
            return ReferenceEquals(pending, transaction)
                ? BroadcastOutcome.Taken.Instance
                : new BroadcastOutcome.Refused(
                    RefusalReason.ReplacementUnderpriced,
                    "replacement transaction underpriced"
                );
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
        if (!IsFoul || !Weather.Within(Weather.FeeSpike, Clock.Now))
            Mine();
        bool mayReorganise =
            IsFoul && _mined.Count > 0 && _mined[^1].Height > FinalizedAt(Clock.Now);
        if (_pool.ContainsKey(NextNonce) || mayReorganise)
            Wake();
    }

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
            Forks++;
            Clock.Mix((long)(dropped.Id >> 2));
            if (dropped.IsForeign)
                ForeignAt = Clock.Now;
            else if (Dice.Chance(0.7) && _pool.TryAdd(dropped.Nonce!.Value, dropped))
                dropped.IsPending = true;
        }
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
        while (_pool.TryGetValue(NextNonce, out ChainTransaction? next) && Dice.Chance(inclusion))
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
        for (int i = 0; i < paid.Length; i++)
        {
            paid[i] = !fails && !IsBlocked(transaction.Transfers[i].Destination, Clock.Now);
            fails |= !paid[i] && !UsesVault;
        }
        transaction.Succeeded = !fails;
        transaction.Paid = fails ? new bool[paid.Length] : paid;
    }
}

using Settlement.Chains;
using Settlement.Simulation.Tests.Runtime;

namespace Settlement.Simulation.Tests.Networks;

/// <summary>The truth about one network: its canonical chain, its nodes' views of it, and who may be paid.</summary>
public abstract class SimNetwork(Scheduler clock, Dice dice, Weather weather)
{
    private const long Genesis = 1_000;
    private readonly Dictionary<ulong, ChainTransaction> _signed = [];
    private readonly Dictionary<string, (long From, long To)> _blocked = new(
        StringComparer.Ordinal
    );

    protected Scheduler Clock { get; } = clock;
    protected Dice Dice { get; } = dice;
    protected Weather Weather { get; } = weather;

    public abstract NetworkId Name { get; }
    public required long BlockMs { get; init; }

    /// <summary>Blocks on top of a block that make it final.</summary>
    public required int Depth { get; init; }

    /// <summary>Each node's usual delay and a time in which it stands still.</summary>
    public required IReadOnlyList<SimNode> Nodes { get; init; }

    public IReadOnlyCollection<ChainTransaction> Signed => _signed.Values;
    public int Arrivals { get; private set; }
    public int Forks { get; protected set; }

    /// <summary>Told of every send before it has any effect.</summary>
    public Action<ChainTransaction>? Arriving { get; set; }

    protected bool IsFoul => Clock.Now < Weather.ClearsAt;

    public long HeadAt(long time) => Genesis + time / BlockMs;

    /// <summary>The finalized height; it stands still while finality stalls and never goes back.</summary>
    public long FinalizedAt(long time)
    {
        long seen = Weather.Within(Weather.FinalityStall, time) ? Weather.FinalityStall.From : time;
        return HeadAt(seen) - Depth;
    }

    public bool IsFinal(ChainTransaction transaction) =>
        transaction.IsIncluded && transaction.Height <= FinalizedAt(Clock.Now);

    public void Block(string address, long from, long to) => _blocked[address] = (from, to);

    public bool IsBlocked(string address, long time) =>
        _blocked.TryGetValue(address, out (long, long) window) && Weather.Within(window, time);

    /// <summary>Signs; the same contents give the same bytes and the same hash.</summary>
    /// <param name="nonce">EVM.</param>
    /// <param name="lastValid">Solana.</param>
    /// <param name="salt">EVM: wei a unit of gas. Solana: the block hash.</param>
    /// <param name="transfers">None: a cancel.</param>
    public ChainTransaction Sign(
        ulong? nonce,
        ulong? lastValid,
        long salt,
        IReadOnlyList<TransferOrder> transfers
    )
    {
        ulong id = 0xCBF29CE484222325;
        id = Fold(id, (long)(nonce ?? 0));
        id = Fold(id, (long)(lastValid ?? 0));
        id = Fold(id, salt);
        foreach (TransferOrder transfer in transfers)
            id = Fold(id, transfer.PayoutNumber);
        if (_signed.TryGetValue(id, out ChainTransaction? known))
            return known;
        var transaction = new ChainTransaction
        {
            Id = id,
            Hash = id.ToString("x16", null),
            Bytes = BitConverter.GetBytes(id),
            Nonce = nonce,
            LastValidBlockHeight = lastValid,
            Transfers = transfers,
            MaxFee = nonce is null ? 0 : salt,
            IsCancel = transfers.Count == 0,
        };
        _signed.Add(id, transaction);
        return transaction;
    }

    public ChainTransaction Decode(ReadOnlyMemory<byte> bytes) =>
        _signed[BitConverter.ToUInt64(bytes.Span)];

    /// <summary>Bytes reach a node.</summary>
    public BroadcastOutcome Receive(ChainTransaction transaction)
    {
        Arrivals++;
        Clock.Mix((long)(transaction.Id >> 1));
        Arriving?.Invoke(transaction);
        transaction.WasSent = true;
        return Take(transaction);
    }

    /// <summary>The wallet's own transactions as a node lists them that sees the chain of a time.</summary>
    public abstract OwnTransactions ReadOwn(string? cursor, long seen);

    /// <summary>What one of them is, as such a node knows it.</summary>
    public abstract OwnTransactionFacts Explain(OwnTransaction transaction, long seen);

    protected abstract BroadcastOutcome Take(ChainTransaction transaction);

    private static ulong Fold(ulong hash, long value)
    {
        unchecked
        {
            hash = (hash ^ (ulong)value) * 0x9E3779B97F4A7C15UL;
            return hash ^ (hash >> 32);
        }
    }
}

/// <summary>A node's habits.</summary>
/// <param name="DelayMs">How far it is behind, always.</param>
/// <param name="StandsStill">A time in which it sees nothing new.</param>
/// <param name="Lies">Whether it may deny what exists.</param>
public sealed record SimNode(long DelayMs, (long From, long To) StandsStill, bool Lies)
{
    private const long TurnMs = 700;

    /// <summary>How far behind its slowest backend is: each third of its answers is from that one, so that what was final is not final
    /// any more at the next call.</summary>
    public long SwingMs { get; init; }

    public long SwingsUntil { get; init; }

    /// <summary>The moment whose chain this node shows at a time.</summary>
    public long SeesUntil(long now)
    {
        long seen = Weather.Within(StandsStill, now) ? StandsStill.From : now;
        if (now < SwingsUntil && now / TurnMs % 3 == 0)
            seen -= SwingMs;
        return seen > DelayMs ? seen - DelayMs : 0;
    }
}

namespace Settlement.Simulation.Tests.Runtime;

/// <summary>Virtual time and everything that happens in it, on one thread, in one order.</summary>
/// <remarks>The code under test awaits tasks that only this loop completes, so its continuations run here, inline. What
/// would escape to another thread is posted back to the loop by this synchronization context.</remarks>
public sealed class Scheduler : SynchronizationContext
{
    // Key = milliseconds and a sequence number: what is due at the same time happens in the order of its planning.
    private const int SequenceBits = 24;
    private readonly PriorityQueue<ISimEvent, long> _queue = new(256);
    private long _sequence;

    /// <summary>Milliseconds since the start of the history.</summary>
    public long Now { get; private set; }

    public long Events { get; private set; }

    /// <summary>A fingerprint of everything that happened.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037UL;

    /// <summary>Adds a fact to the fingerprint.</summary>
    public void Mix(long fact)
    {
        unchecked
        {
            Hash = (Hash ^ (ulong)fact) * 1099511628211UL;
            Hash ^= Hash >> 29;
        }
    }

    public void At(long time, ISimEvent what)
    {
        long due = time > Now ? time : Now;
        _queue.Enqueue(what, (due << SequenceBits) | ++_sequence);
    }

    public void At(long time, Action what) => At(time, new Happening(what));

    /// <summary>The next thing in time; false when nothing is left.</summary>
    public bool TryNext(out ISimEvent what)
    {
        if (!_queue.TryDequeue(out what!, out long key))
            return false;
        Now = key >> SequenceBits;
        Events++;
        Mix(Now);
        return true;
    }

    public override void Post(SendOrPostCallback d, object? state) => At(Now, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    private sealed class Happening(Action what) : ISimEvent
    {
        public SimProcess? Process => null;
        public int Life => 0;

        public void Fire() => what();
    }
}

/// <summary>Something that happens at a time.</summary>
public interface ISimEvent
{
    /// <summary>The process to which it happens; null for the world outside.</summary>
    SimProcess? Process { get; }

    /// <summary>The life of the process to which it belongs: it never happens to a later one.</summary>
    int Life { get; }

    void Fire();
}

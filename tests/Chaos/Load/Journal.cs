using System.Collections.Concurrent;

namespace Settlement.Chaos.Load;

/// <summary>What the API has answered. Whatever it said yes to must be found in the database at the end.</summary>
internal sealed class Journal
{
    private readonly ConcurrentDictionary<string, Asked> _accepted = new(StringComparer.Ordinal);

    /// <summary>Accepted requests.</summary>
    public IReadOnlyCollection<Asked> Accepted => [.. _accepted.Values];

    public int Count => _accepted.Count;

    /// <summary>Payouts that were accepted last; some are on their way, and worth a fault of a person.</summary>
    public ConcurrentQueue<Guid> Recent { get; } = new();

    /// <summary>What a person or the user was told that it is done: payout, and the status that follows.</summary>
    public ConcurrentQueue<Word> Words { get; } = new();

    /// <summary>What was credited, and what was spent on invoices.</summary>
    public ConcurrentQueue<Earned> Earnings { get; } = new();

    /// <summary>Answers that no client should get.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>How often a person did what, and what was said to it.</summary>
    public ConcurrentDictionary<string, int> Actions { get; } = new(StringComparer.Ordinal);

    public int Replays => _replays;

    private int _replays;

    /// <summary>A request was accepted under its key: for the first time, or once more.</summary>
    public void Accept(Asked asked)
    {
        if (_accepted.TryAdd(asked.Key, asked))
        {
            Recent.Enqueue(asked.Id);
            while (Recent.Count > 30)
                Recent.TryDequeue(out _);
            return;
        }
        Interlocked.Increment(ref _replays);
        if (_accepted[asked.Key].Id != asked.Id)
            Surprises.Enqueue($"key {asked.Key} names {_accepted[asked.Key].Id} and {asked.Id}");
    }

    public void Tell(string action, int status) =>
        Actions.AddOrUpdate($"{action} {status}", 1, (_, count) => count + 1);
}

/// <summary>A payout that was accepted.</summary>
internal sealed record Asked(
    string Key,
    Guid Id,
    Guid User,
    string Network,
    string Address,
    long AmountMicro
);

/// <summary>A person's word that was taken: what becomes of the payout.</summary>
internal sealed record Word(Guid Id, string Status, string? TxHash = null);

/// <summary>What changed a user's balance beside payouts; a reward above zero, an invoice below.</summary>
internal sealed record Earned(Guid User, long AmountMicro);

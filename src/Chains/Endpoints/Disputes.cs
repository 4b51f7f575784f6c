using System.Collections.Concurrent;

namespace Settlement.Chains.Endpoints;

/// <summary>Transactions about which one endpoint says what no other says, and for how long.</summary>
/// <param name="alarmAfter">A dispute so old is an alarm.</param>
/// <param name="clock">Measures ages.</param>
public sealed class Disputes(TimeSpan alarmAfter, TimeProvider clock)
{
    // More open transactions than a network keeps.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Dispute> _open = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _open.Values.Count(IsAlive);

    /// <summary>How many have lasted so long that a person must look.</summary>
    public int Alarming =>
        _open.Values.Count(d => IsAlive(d) && clock.GetElapsedTime(d.Since) >= alarmAfter);

    /// <summary>A verdict of one endpoint is not shared by another.</summary>
    public void Found(OpenTransaction transaction)
    {
        long now = clock.GetTimestamp();
        if (_open.Count >= Most)
            Forget();
        if (_open.Count < Most)
        {
            _open.AddOrUpdate(
                IdOf(transaction),
                new Dispute(now, now),
                (_, known) => IsAlive(known) ? known with { Last = now } : new Dispute(now, now)
            );
        }
    }

    /// <summary>There is a verdict.</summary>
    public void Settled(OpenTransaction transaction) => _open.TryRemove(IdOf(transaction), out _);

    // Another worker may have written the verdict: what is no longer asked about is no longer disputed.
    private bool IsAlive(Dispute dispute) => clock.GetElapsedTime(dispute.Last) < alarmAfter;

    private void Forget()
    {
        foreach ((string id, Dispute dispute) in _open)
        {
            if (!IsAlive(dispute))
                _open.TryRemove(id, out _);
        }
    }

    // The oldest attempt stays the first one, whatever is added.
    private static string IdOf(OpenTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Attempts.Count > 0 ? transaction.Attempts[0].TransactionId : "";
    }

    private sealed record Dispute(long Since, long Last);
}

using System.Collections.Concurrent;
using Settlement.Payouts.Settling;
using Settlement.Webhooks.Sending;

namespace Settlement.Webhooks.Deliveries;

/// <summary>What one process sends to one endpoint: so many messages at a time, those about one subject one after the other.</summary>
internal sealed class Lane(
    WebhookSender sender,
    DeliveryMarks marks,
    CourierSettings settings,
    Action hasRoom
) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(settings.Concurrency);
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private volatile bool _isLeaving;
    private int _length;

    /// <summary>How many more messages it takes.</summary>
    public int Room => Math.Max(0, settings.LaneLength - Volatile.Read(ref _length));

    /// <summary>Starts to send messages about one subject.</summary>
    public void Start(List<ClaimedDelivery> subject)
    {
        Interlocked.Add(ref _length, subject.Count);
        Task run = RunAsync(subject);
        _running[subject[0].Id] = run;
        _ = ForgetAsync(subject[0].Id, run);
    }

    /// <summary>Begins nothing more: what is not sent yet is given back.</summary>
    public void Leave() => _isLeaving = true;

    /// <summary>Waits until nothing is under way.</summary>
    public Task EmptyAsync() => Task.WhenAll(_running.Values);

    public void Dispose() => _slots.Dispose();

    private async Task RunAsync(List<ClaimedDelivery> subject)
    {
        await _slots.WaitAsync();
        try
        {
            foreach (ClaimedDelivery delivery in subject)
            {
                SendResult result = _isLeaving
                    ? SendResult.Released
                    : await sender.SendAsync(delivery, CancellationToken.None);
                if (!result.IsReleased)
                    CrashPoints.Hit(CourierSettings.AfterSend);
                marks.Add(delivery, result);
                if (Interlocked.Decrement(ref _length) == settings.LaneLength / 2)
                    hasRoom();
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task ForgetAsync(long key, Task run)
    {
        await run;
        _running.TryRemove(KeyValuePair.Create(key, run));
    }
}

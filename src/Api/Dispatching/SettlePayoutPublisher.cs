using System.Threading.Channels;
using MassTransit;
using Settlement.Contracts;
using Settlement.Hosting.Messaging;

namespace Settlement.Api.Dispatching;

/// <summary>The only place that talks to the broker, off the path of every request.</summary>
internal sealed partial class SettlePayoutPublisher(
    PayoutDispatch dispatch,
    IBus bus,
    BrokerOptions broker,
    ILogger<SettlePayoutPublisher> log
) : BackgroundService
{
    private const int MaxInFlight = 64;

    private readonly PublishBreaker _breaker = new(TimeProvider.System);

    // A stalled broker holds a publish for up to half a minute whatever its token says: places are given back when it ends.
    private readonly SemaphoreSlim _places = new(MaxInFlight, MaxInFlight);

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<SettlePayout>(MaxInFlight);
        while (await dispatch.Waiting.WaitToReadAsync(stoppingToken))
        {
            // After a failure one message shows whether the broker is back.
            Fill(batch, _breaker.IsBroken ? 1 : MaxInFlight);
            if (!_breaker.LetsThrough)
                continue;
            bool[] published = await Task.WhenAll(
                batch.Select(m => PublishAsync(m, stoppingToken))
            );
            if (published.All(done => done))
            {
                if (_breaker.Succeeded())
                    Resumed(log);
            }
            else if (_breaker.Failed())
            {
                Interrupted(log);
            }
        }
    }

    private void Fill(List<SettlePayout> batch, int limit)
    {
        batch.Clear();
        ChannelReader<SettlePayout> waiting = dispatch.Waiting;
        while (batch.Count < limit && waiting.TryRead(out SettlePayout? message))
            batch.Add(message);
    }

    private async Task<bool> PublishAsync(SettlePayout message, CancellationToken ct)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, ct))
            return false;
        Task publish = Task.Run(() => bus.Publish(message, c => c.Mandatory = true, ct), ct);
        _ = publish.ContinueWith(
            done =>
            {
                _ = done.Exception;
                _places.Release();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        try
        {
            await publish.WaitAsync(broker.PublishTimeout, ct);
            return true;
        }
#pragma warning disable CA1031 // Whatever the broker or its client says, the row is there and the sweep finds it.
        catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotPublished(log, message.PayoutId, e.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The broker takes no messages. Payouts are accepted all the same; the worker's sweep finds them."
    )]
    private static partial void Interrupted(ILogger log);

    [LoggerMessage(LogLevel.Information, "The broker takes messages again.")]
    private static partial void Resumed(ILogger log);

    [LoggerMessage(LogLevel.Debug, "Payout {PayoutId} was not published: {Cause}.")]
    private static partial void NotPublished(ILogger log, Guid payoutId, string cause);
}

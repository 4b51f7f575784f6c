using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Settlement.Webhooks.Sending;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Writes results as they come, many at once when many come.</summary>
public sealed partial class DeliveryMarks
{
    private const int Most = 200;
    private const int MaxTries = 30;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(ClaimedDelivery Delivery, SendResult Outcome)> _results =
        Channel.CreateUnbounded<(ClaimedDelivery, SendResult)>(
            new UnboundedChannelOptions { SingleReader = true }
        );

    private readonly MarkDeliveries _mark;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeliveryMarks> _log;
    private readonly Task _writing;

    /// <summary>Begins to write what is added.</summary>
    public DeliveryMarks(MarkDeliveries mark, TimeProvider clock, ILogger<DeliveryMarks> log)
    {
        (_mark, _clock, _log) = (mark, clock, log);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Adds a result; it is written soon.</summary>
    public void Add(ClaimedDelivery delivery, SendResult result) =>
        _results.Writer.TryWrite((delivery, result));

    /// <summary>Writes what is left; nothing may be added any more.</summary>
    public Task CompleteAsync()
    {
        _results.Writer.TryComplete();
        return _writing;
    }

    private async Task WriteAsync()
    {
        while (await _results.Reader.WaitToReadAsync())
        {
            var some = new List<(ClaimedDelivery Delivery, SendResult Outcome)>();
            while (some.Count < Most && _results.Reader.TryRead(out var next))
                some.Add(next);
            foreach (var endpoint in some.GroupBy(r => r.Delivery.EndpointId))
                await WriteAsync(endpoint.Key, endpoint.ToList());
        }
    }

    private async Task WriteAsync(
        Guid endpointId,
        List<(ClaimedDelivery Delivery, SendResult Outcome)> results
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                string? off = await _mark.ExecuteAsync(endpointId, results, CancellationToken.None);
                if (off is not null)
                    SwitchedOff(_log, endpointId, off);
                return;
            }
#pragma warning disable CA1031 // Who writes for all must live: without marks every message would be sent for ever.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (attempt == 1)
                    NotWritten(_log, e, results.Count);
                // Their leases run out, and they are sent once more under the same ids.
                if (attempt == MaxTries || e is not NpgsqlException)
                    return;
            }
            await Task.Delay(s_pause, _clock);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "Webhook endpoint {EndpointId} is switched off: {Reason}. An operator can enable it again"
    )]
    private static partial void SwitchedOff(ILogger log, Guid endpointId, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "{Count} results of webhooks cannot be written; they are tried again, or the messages sent again"
    )]
    private static partial void NotWritten(ILogger log, Exception e, int count);
}

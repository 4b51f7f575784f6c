using System.Collections.Concurrent;
using Settlement.Payouts.Settling;
using Settlement.Webhooks.Sending;

namespace Settlement.Webhooks.Deliveries;

/// <summary>Sends what is due. Each endpoint has a lane of its own, so that none waits for another.</summary>
/// <remarks>At least once: a process that dies between sending and marking leaves the lease to run out, and another sends the
/// same message with the same id.</remarks>
public sealed class Courier(
    ClaimDeliveries claims,
    WebhookSender sender,
    DeliveryMarks marks,
    CourierSettings settings
) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, Lane> _lanes = new();

    /// <summary>Takes up what is due and starts sending it. Does not wait for answers.</summary>
    /// <param name="hasRoom">Called when an endpoint's lane has room again.</param>
    /// <param name="ct">Cancels the taking up, not the sending.</param>
    /// <returns>How many deliveries it took up.</returns>
    public async Task<int> RoundAsync(Action hasRoom, CancellationToken ct)
    {
        Dictionary<Guid, int> rooms = _lanes
            .Select(lane => (lane.Key, lane.Value.Room))
            .Where(lane => lane.Room < settings.LaneLength)
            .ToDictionary(lane => lane.Key, lane => lane.Room);
        IReadOnlyList<ClaimedDelivery> claimed = await claims.ExecuteAsync(
            new DeliveryClaim(settings.Owner, settings.Lease, settings.LaneLength, rooms),
            ct
        );
        foreach (var endpoint in claimed.GroupBy(delivery => delivery.EndpointId))
        {
            Lane lane = _lanes.GetOrAdd(
                endpoint.Key,
                _ => new Lane(sender, marks, settings, hasRoom)
            );
            foreach (var subject in endpoint.GroupBy(delivery => delivery.SubjectId))
                lane.Start(subject.ToList());
        }
        return claimed.Count;
    }

    /// <summary>Begins nothing more, waits for the answers that are under way, and writes them down.</summary>
    public async Task LeaveAsync()
    {
        foreach (Lane lane in _lanes.Values)
            lane.Leave();
        await EmptyAsync();
        await marks.CompleteAsync();
    }

    /// <summary>Waits until everything that was taken up has been sent.</summary>
    public Task EmptyAsync() => Task.WhenAll(_lanes.Values.Select(lane => lane.EmptyAsync()));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Lane lane in _lanes.Values)
            lane.Dispose();
    }
}

/// <summary>How one process sends.</summary>
/// <param name="Owner">For people: who holds a lease.</param>
/// <param name="Concurrency">How many messages to one endpoint at a time.</param>
/// <param name="Timeout">The longest that one of them takes.</param>
public sealed record CourierSettings(string Owner, int Concurrency, TimeSpan Timeout)
{
    /// <summary>A crash point: the endpoint has the message, and nobody has noted it. See <see cref="CrashPoints"/>.</summary>
    public const string AfterSend = "after-webhook-send";

    private const int WavesInALane = 4;

    /// <summary>How many messages of one endpoint are taken up at most.</summary>
    public int LaneLength => Concurrency * WavesInALane;

    /// <summary>Twice what a full lane needs when every answer takes as long as it may.</summary>
    public TimeSpan Lease => Timeout * WavesInALane * 2;
}

using Settlement.Api.Configuration;
using Settlement.Api.Endpoints;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Streaming;

/// <summary>Asks the database for changes, once for all streams of this process, and only while there are any.</summary>
/// <remarks>A listener joins first and then reads what it missed by itself, from a snapshot that is later than that of any round
/// which did not count it in; so between the two nothing is left out, and what comes twice is known by its place.</remarks>
internal sealed partial class PayoutFeed(
    PayoutChanges changes,
    PayoutQueries payouts,
    PayoutPresenter presenter,
    StreamOptions options,
    TimeProvider clock,
    ILogger<PayoutFeed> log
) : BackgroundService
{
    private const int Limit = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<FeedSubscription>> _listeners = [];
    private int _count;
    private ChangeCursor? _place;

    /// <summary>Counts a listener in.</summary>
    /// <returns>Null when this user, or all together, listen too often already.</returns>
    public FeedSubscription? Join(Guid userId)
    {
        lock (_gate)
        {
            if (_count >= options.Total)
                return null;
            if (!_listeners.TryGetValue(userId, out List<FeedSubscription>? own))
                own = [];
            if (own.Count >= options.PerUser)
                return null;
            var listener = new FeedSubscription(this, userId);
            own.Add(listener);
            _listeners[userId] = own;
            _count++;
            return listener;
        }
    }

    /// <summary>Takes a listener out.</summary>
    public void Leave(FeedSubscription listener)
    {
        lock (_gate)
        {
            if (
                !_listeners.TryGetValue(listener.UserId, out List<FeedSubscription>? own)
                || !own.Remove(listener)
            )
            {
                return;
            }
            if (own.Count == 0)
                _listeners.Remove(listener.UserId);
            _count--;
            // Nobody waits for what happens now, and whoever comes reads it by themselves.
            if (_count == 0)
                _place = null;
        }
    }

    /// <summary>Reads what a listener missed.</summary>
    /// <returns>Messages in order, and the place from which the feed goes on.</returns>
    public async Task<(IReadOnlyList<FeedMessage> Missed, ChangeCursor Next)> CatchUpAsync(
        FeedSubscription listener,
        ChangeCursor after,
        CancellationToken ct
    )
    {
        (IReadOnlyList<PayoutChange> missed, ChangeCursor next) = await changes.ReadAsync(
            [listener.UserId],
            after,
            Limit,
            ct
        );
        return ((await WriteAsync(missed, ct)).Select(m => m.Message).ToList(), next);
    }

    /// <summary>Where everything that is committed so far ends.</summary>
    public Task<ChangeCursor> FindEndAsync(CancellationToken ct) => changes.FindEndAsync(ct);

    /// <summary>Has the feed go on no later than from here.</summary>
    public void GoOnFrom(ChangeCursor place)
    {
        lock (_gate)
        {
            if (_place is null || _place.Value.IsAfter(place))
                _place = place;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await RunAsync(stoppingToken))
                {
                    // There was more than one read takes.
                }
            }
#pragma warning disable CA1031 // Whatever it was, the next round reads on from the same place.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                RoundFailed(log, e);
            }
        }
    }

    private async Task<bool> RunAsync(CancellationToken ct)
    {
        Guid[] users;
        ChangeCursor from;
        lock (_gate)
        {
            if (_place is not { } place)
                return false;
            from = place;
            users = [.. _listeners.Keys];
        }
        (IReadOnlyList<PayoutChange> found, ChangeCursor next) = await changes.ReadAsync(
            users,
            from,
            Limit,
            ct
        );
        IReadOnlyList<(Guid UserId, FeedMessage Message)> messages = await WriteAsync(found, ct);
        lock (_gate)
        {
            foreach ((Guid user, FeedMessage message) in messages)
            {
                foreach (FeedSubscription listener in _listeners.GetValueOrDefault(user, []))
                    listener.Offer(message);
            }
            // Somebody may have asked for an earlier place meanwhile, or all may have left.
            if (_place == from)
                _place = next;
        }
        return found.Count == Limit;
    }

    private async Task<IReadOnlyList<(Guid UserId, FeedMessage Message)>> WriteAsync(
        IReadOnlyList<PayoutChange> found,
        CancellationToken ct
    )
    {
        if (found.Count == 0)
            return [];
        IReadOnlyList<PayoutRow> rows = await payouts.FindManyAsync(
            found.Select(c => c.PayoutId).ToHashSet(),
            ct
        );
        var views = rows.ToDictionary(r => r.Id, presenter.View);
        return found.Select(c => (c.UserId, FeedMessage.Of(c, views[c.PayoutId]))).ToList();
    }

    [LoggerMessage(LogLevel.Warning, "Changes of payouts could not be read for streams.")]
    private static partial void RoundFailed(ILogger log, Exception e);
}

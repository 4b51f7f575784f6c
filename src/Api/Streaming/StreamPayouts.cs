using Settlement.Api.Configuration;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Streaming;

/// <summary>GET /v1/referrals/payouts/stream: a user's changes as they happen, as text/event-stream.</summary>
/// <remarks>https://html.spec.whatwg.org/multipage/server-sent-events.html</remarks>
internal sealed class StreamPayouts(
    PayoutFeed feed,
    UserGate gate,
    StreamOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime
)
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly ReadOnlyMemory<byte> s_retry = "retry: 3000\n\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_beat = ": still here\n\n"u8.ToArray();

    public async Task HandleAsync(HttpContext context, Guid userId)
    {
        using FeedSubscription? listener = feed.Join(userId);
        if (listener is null)
        {
            await RefuseAsync(context);
            return;
        }
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        // Proxies that buffer would keep events until there are many.
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        // A host that stops does not wait for streams.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lifetime.ApplicationStopping
        );
        try
        {
            await SendAsync(response, s_retry, ends.Token);
            ChangeCursor place = await BeginAsync(context, listener, ends.Token);
            await FollowAsync(context, listener, place, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has gone, or we go; the client comes back and reads on.
        }
    }

    private async Task<ChangeCursor> BeginAsync(
        HttpContext context,
        FeedSubscription listener,
        CancellationToken ct
    )
    {
        ChangeCursor end = await feed.FindEndAsync(ct);
        bool comesBack = context.Request.Headers.TryGetValue(LastEventId, out var given);
        bool isKnown = ChangeCursor.TryParse(given, out ChangeCursor place) && !place.IsAfter(end);
        if (!isKnown)
        {
            // What cannot have come from us, or from before the database was restored, leads nowhere.
            feed.GoOnFrom(end);
            var note = FeedMessage.Note(end, comesBack ? "reset" : "ready");
            await SendAsync(context.Response, note.Bytes, ct);
            return end;
        }
        IReadOnlyList<FeedMessage> missed;
        do
        {
            (missed, place) = await feed.CatchUpAsync(listener, place, ct);
            foreach (FeedMessage message in missed)
                await SendAsync(context.Response, message.Bytes, ct);
        } while (missed.Count > 0);
        feed.GoOnFrom(place);
        await SendAsync(context.Response, FeedMessage.Note(place, "ready").Bytes, ct);
        return place;
    }

    private async Task FollowAsync(
        HttpContext context,
        FeedSubscription listener,
        ChangeCursor place,
        CancellationToken ct
    )
    {
        using var beat = new PeriodicTimer(options.BeatEvery, clock);
        Task<bool> next = listener.Messages.WaitToReadAsync(ct).AsTask();
        Task<bool> tick = beat.WaitForNextTickAsync(ct).AsTask();
        while (true)
        {
            if (await Task.WhenAny(next, tick) == tick)
            {
                await tick;
                if (!await gate.IsSignedInAsync(context, listener.UserId))
                    return;
                await SendAsync(context.Response, s_beat, ct);
                tick = beat.WaitForNextTickAsync(ct).AsTask();
                continue;
            }
            if (!await next)
                return;
            while (listener.Messages.TryRead(out FeedMessage? message))
            {
                if (!message.Place.IsAfter(place))
                    continue;
                place = message.Place;
                await SendAsync(context.Response, message.Bytes, ct);
            }
            next = listener.Messages.WaitToReadAsync(ct).AsTask();
        }
    }

    private Task RefuseAsync(HttpContext context)
    {
        int seconds = (int)Math.Ceiling(options.BeatEvery.TotalSeconds);
        context.Response.Headers.RetryAfter = $"{seconds}";
        return context.ErrorAsync(
            ErrorCatalogue.RateLimited,
            ErrorCatalogue.RateLimited.Body(
                "Too many streams are open; close one and wait as long as retry_after says. Nothing was changed."
            ) with
            {
                RetryAfter = seconds,
            }
        );
    }

    private static async Task SendAsync(
        HttpResponse response,
        ReadOnlyMemory<byte> bytes,
        CancellationToken ct
    )
    {
        await response.Body.WriteAsync(bytes, ct);
        await response.Body.FlushAsync(ct);
    }
}

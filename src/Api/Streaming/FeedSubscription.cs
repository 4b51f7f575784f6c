using System.Threading.Channels;

namespace Settlement.Api.Streaming;

/// <summary>One open stream's share of the feed.</summary>
internal sealed class FeedSubscription(PayoutFeed feed, Guid userId) : IDisposable
{
    // A client that is further behind is cut off; it comes back and reads on from where it was.
    private const int Capacity = 256;

    private readonly Channel<FeedMessage> _messages = Channel.CreateBounded<FeedMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );

    public Guid UserId => userId;

    public ChannelReader<FeedMessage> Messages => _messages.Reader;

    /// <summary>Hands a message over, or ends the stream of a client that does not read.</summary>
    public void Offer(FeedMessage message)
    {
        if (!_messages.Writer.TryWrite(message))
            _messages.Writer.TryComplete();
    }

    public void Dispose() => feed.Leave(this);
}

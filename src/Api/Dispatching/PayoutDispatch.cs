using System.Threading.Channels;
using Settlement.Contracts;

namespace Settlement.Api.Dispatching;

/// <summary>Hands accepted payouts to the publisher without waiting for anything. What does not fit is dropped: the worker's
/// sweep finds every payout by its row.</summary>
internal sealed class PayoutDispatch
{
    private const int Capacity = 4_096;

    private readonly Channel<SettlePayout> _channel = Channel.CreateBounded<SettlePayout>(
        new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );

    public ChannelReader<SettlePayout> Waiting => _channel.Reader;

    /// <summary>To be called after the commit.</summary>
    public void Hint(Guid payoutId, string network) =>
        _channel.Writer.TryWrite(new SettlePayout(payoutId, network));
}

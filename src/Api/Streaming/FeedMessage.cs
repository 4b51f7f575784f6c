using System.Text;
using System.Text.Json;
using Settlement.Api.Endpoints;
using Settlement.Api.Http;
using Settlement.Payouts.Queries;

namespace Settlement.Api.Streaming;

/// <summary>A change as it goes over the wire, the same for every stream of its user.</summary>
/// <param name="Place">From where a client that was cut off reads on.</param>
/// <param name="Bytes">An event of text/event-stream.</param>
internal sealed record FeedMessage(ChangeCursor Place, ReadOnlyMemory<byte> Bytes)
{
    public static FeedMessage Of(PayoutChange change, PayoutView payout)
    {
        var view = new ChangeView(change.Action, change.At, payout);
        return Write(
            change.Place,
            "payout",
            JsonSerializer.Serialize(view, ApiJson.Default.ChangeView)
        );
    }

    /// <summary>Tells a client where it is: what comes now is after this.</summary>
    /// <param name="place">Where.</param>
    /// <param name="name">ready, or reset: changes may have been missed, so look at the list.</param>
    public static FeedMessage Note(ChangeCursor place, string name) => Write(place, name, "{}");

    // JSON of ours has no line breaks, so it is one line of data.
    private static FeedMessage Write(ChangeCursor place, string name, string data) =>
        new(place, Encoding.UTF8.GetBytes($"id: {place}\nevent: {name}\ndata: {data}\n\n"));
}

/// <summary>A change of a payout, as its user sees it.</summary>
/// <param name="Action">requested, processing, parked, sent, failed, cancelled, refund_released, conflict, or what operators do.</param>
/// <param name="At">When. RFC 3339, UTC.</param>
/// <param name="Payout">The payout as it stands when this is sent.</param>
public sealed record ChangeView(string Action, DateTimeOffset At, PayoutView Payout);

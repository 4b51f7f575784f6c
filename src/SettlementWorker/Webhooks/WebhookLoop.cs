using Settlement.Chains;
using Settlement.Webhooks;
using Settlement.Webhooks.Deliveries;
using Settlement.Worker.Rounds;

namespace Settlement.Worker.Webhooks;

/// <summary>Tells other systems what has happened. Every worker may run it: of those that come together one fans out, and each
/// delivery is leased to one.</summary>
public sealed class WebhookLoop(
    FanOut fanOut,
    Courier courier,
    RoundFactory rounds,
    WebhookOptions options
) : BackgroundService
{
    // Not a network: what the log names when a round fails.
    private static readonly NetworkId s_place = new("webhooks");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wakeUp = new WakeUp();
        await rounds
            .Loop("telling other systems", s_place, () => options.PollEvery)
            .RunAsync(
                async ct =>
                {
                    int noted = await fanOut.ExecuteAsync(ct);
                    int taken = await courier.RoundAsync(wakeUp.Call, ct);
                    return Math.Max(noted, taken);
                },
                FanOut.Limit,
                wakeUp,
                stoppingToken
            );
        await courier.LeaveAsync();
    }
}

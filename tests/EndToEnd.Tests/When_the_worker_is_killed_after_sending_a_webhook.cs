using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

/// <summary>SIGKILL while the receiver has the message and nobody has noted it.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class When_the_worker_is_killed_after_sending_a_webhook(SettlementSystem system)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task K17_K18_Should_send_it_again_under_the_same_id_and_tell_all_the_rest()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await system.EnsureWorkersAsync(0);
        using ApiClient user = await system.AUserWithAsync(50_000_000);
        (string endpoint, string secret) = await system.Operator.ListenAsync(receiver.Url);
        ProductProcess doomed = system.StartWorker(crashAt: "after-webhook-send");
        Guid id = await user.RequestPayoutAsync(
            "polygon",
            DevNetworks.FreshAddress("polygon"),
            12_345_678
        );

        await doomed.WaitForDeathAsync(s_patience);
        await system.EnsureWorkersAsync(1);
        await user.FollowAsync(id, s_patience);
        await Waiting.UntilAsync(
            "everything is told and noted",
            s_patience,
            async () =>
            {
                JsonArray all = await system.Operator.DeliveriesAsync(endpoint);
                return all.Any(d => (string)d!["type"]! == "payout.sent")
                    && all.All(d => (string)d!["status"]! == "delivered");
            }
        );
        await system.Operator.StopListeningAsync(endpoint);

        WebhookMessage[] told = receiver.Messages.Where(m => m.Payout == id).ToArray();
        told.ShouldAllBe(m => m.IsSignedWith(secret));
        told.GroupBy(m => m.Id).ShouldAllBe(m => m.Select(x => x.Body).Distinct().Count() == 1);
        told.GroupBy(m => m.Id).Count(m => m.Count() > 1).ShouldBeGreaterThan(0);
        told.OrderBy(m => m.Sequence)
            .Select(m => $"{m.Sequence} {m.Type}")
            .Distinct()
            .ShouldBe([
                "1 payout.requested",
                "2 payout.processing",
                "3 payout.broadcast",
                "4 payout.sent",
            ]);
    }
}

using Npgsql;
using Settlement.TestKit;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;
using Settlement.Webhooks.Sending;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>Messages arrive at a real receiver: signed, at least once, and nobody waits for another.</summary>
public sealed class DeliverySpecs : IAsyncLifetime
{
    private readonly AWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_payouts_life_arrives_signed_and_in_its_order()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, string secret) = await _world.ListenAsync(receiver.Url("/x?tenant=7"));
        GivenPayout payout = await _world.Given.SentAsync();

        await _world.TellAsync();

        receiver
            .Messages.Select(m => $"{m.Sequence} {m.Type}")
            .ShouldBe([
                "1 payout.requested",
                "2 payout.processing",
                "3 payout.broadcast",
                "4 payout.sent",
            ]);
        foreach (Received message in receiver.Messages)
        {
            (
                await SignatureSpecs.SaysNodeAsync(secret, message.Headers, message.Body)
            ).ShouldBeTrue();
            message.Headers["content-type"].ShouldBe("application/json");
            message.Path.ShouldBe("/x");
            ((Guid)message.Json["data"]!["payout"]!["id"]!).ShouldBe(payout.Id);
        }
        receiver.Messages.Select(m => m.Id).ShouldBeUnique();
        (await _world.SentToAsync(endpoint)).ShouldAllBe(d =>
            d.Status == "delivered" && d.Attempts == 1 && d.ResponseStatus == 200
        );
    }

    [Fact]
    public async Task A_worker_that_dies_before_it_notes_leaves_the_message_to_another()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, string secret) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        // It reaches the receiver, and no database to write the result to.
        await using NpgsqlDataSource nowhere = NpgsqlDataSource.Create(
            "Host=127.0.0.1;Port=1;Database=none;Username=none;Timeout=1"
        );
        AWorker dead = _world.Worker(nowhere);
        (await dead.RoundAsync()).ShouldBe(1);
        await receiver.HasAsync(1);

        // Until its lease is over nobody else touches it.
        await using (AWorker early = _world.Worker())
            (await early.RoundAsync()).ShouldBe(0);
        await _world.LetTimePassAsync();
        await _world.TellAsync();

        receiver.Messages.Count.ShouldBe(2);
        receiver.Messages.Select(m => m.Id).Distinct().ShouldHaveSingleItem();
        receiver.Messages.Select(m => m.Body).Distinct().ShouldHaveSingleItem();
        (
            await SignatureSpecs.SaysNodeAsync(
                secret,
                receiver.Messages[1].Headers,
                receiver.Messages[1].Body
            )
        ).ShouldBeTrue();
        Delivery delivery = (await _world.SentToAsync(endpoint)).ShouldHaveSingleItem();
        (delivery.Status, delivery.Attempts).ShouldBe(("delivered", 1));
    }

    [Fact]
    public async Task A_worker_that_wakes_up_after_its_lease_writes_nothing()
    {
        await using AReceiver receiver = await AReceiver.StartAsync(503);
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        ClaimedDelivery stale = await ClaimAsync();
        await _world.LetTimePassAsync();
        await _world.TellAsync();

        await new MarkDeliveries(_world.Database.App, _world.Options).ExecuteAsync(
            endpoint,
            [(stale, new SendResult { Status = 200 })],
            default
        );

        Delivery delivery = (await _world.SentToAsync(endpoint)).ShouldHaveSingleItem();
        (delivery.Status, delivery.Attempts, delivery.ResponseStatus).ShouldBe(("pending", 1, 503));
    }

    [Fact]
    public async Task A_result_that_is_written_twice_counts_once()
    {
        (Guid endpoint, _) = await _world.ListenAsync("https://hooks.acme.com/");
        await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        ClaimedDelivery claimed = await ClaimAsync();
        var marks = new MarkDeliveries(_world.Database.App, _world.Options);

        foreach (int _ in Enumerable.Range(0, 2))
        {
            await marks.ExecuteAsync(
                endpoint,
                [(claimed, new SendResult { Status = 503, Error = "HTTP 503" })],
                default
            );
        }

        Delivery delivery = (await _world.SentToAsync(endpoint)).ShouldHaveSingleItem();
        (delivery.Status, delivery.Attempts).ShouldBe(("pending", 1));
    }

    [Fact]
    public async Task Workers_side_by_side_send_each_message_once()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        await _world.ListenAsync(receiver.Url());
        foreach (int _ in Enumerable.Range(0, 30))
            await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        AWorker[] workers = Enumerable.Range(0, 4).Select(_ => _world.Worker()).ToArray();

        int[] taken = await Task.WhenAll(workers.Select(w => w.RoundAsync()));
        foreach (AWorker worker in workers)
        {
            await worker.EmptyAsync();
            await worker.DisposeAsync();
        }

        taken.Sum().ShouldBe(30);
        receiver.Messages.Count.ShouldBe(30);
        receiver.Messages.Select(m => m.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task A_slow_endpoint_makes_nobody_else_wait()
    {
        var open = new TaskCompletionSource();
        await using AReceiver slow = await AReceiver.StartAsync((_, _) => open.Task);
        await using AReceiver quick = await AReceiver.StartAsync();
        await _world.ListenAsync(slow.Url());
        await _world.ListenAsync(quick.Url());
        foreach (int _ in Enumerable.Range(0, 50))
            await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        AWorker worker = _world.Worker();

        await worker.RoundAsync();
        await quick.HasAsync(50);
        foreach (int _ in Enumerable.Range(0, 50))
            await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        while (quick.Messages.Count < 100)
            await worker.RoundAsync();

        // Of the slow one no more than its lane holds is taken up.
        slow.Messages.Count.ShouldBe(_world.Options.Concurrency);
        (
            await _world.ReadAsync<long>(
                "SELECT count(*) FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id WHERE e.url = @Url AND lease_token > 0",
                new { Url = slow.Url() }
            )
        ).ShouldBe(_world.Options.Concurrency * 4);
        open.SetResult();
        await worker.DisposeAsync();
    }

    [Fact]
    public async Task A_process_that_stops_gives_back_what_it_has_not_begun()
    {
        var open = new TaskCompletionSource();
        await using AReceiver receiver = await AReceiver.StartAsync((_, _) => open.Task);
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        _world.Options = _world.Options with { Concurrency = 1 };
        foreach (int _ in Enumerable.Range(0, 3))
            await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        AWorker worker = _world.Worker();
        await worker.RoundAsync();
        await receiver.HasAsync(1);

        Task leaving = worker.DisposeAsync().AsTask();
        open.SetResult();
        await leaving;

        receiver.Messages.Count.ShouldBe(1);
        IReadOnlyList<Delivery> deliveries = await _world.SentToAsync(endpoint);
        deliveries.Count(d => d.Status == "delivered").ShouldBe(1);
        deliveries.Count(d => d is { Status: "pending", Attempts: 0 }).ShouldBe(2);
        await using AWorker next = _world.Worker();
        (await next.RoundAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, string first) = await _world.ListenAsync(receiver.Url());
        string second = await _world.RotateAsync(endpoint, TimeSpan.FromHours(24));

        await _world.Given.RequestedAsync();
        await _world.TellAsync();
        await _world.ExecuteAsync("UPDATE webhook_endpoints SET previous_until = now()");
        await _world.Given.RequestedAsync();
        await _world.TellAsync();
        string third = await _world.RotateAsync(endpoint, TimeSpan.Zero);
        await _world.Given.RequestedAsync();
        await _world.TellAsync();

        bool[][] verified = await Task.WhenAll(
            receiver.Messages.Select(async m =>
                new[]
                {
                    await SignatureSpecs.SaysNodeAsync(first, m.Headers, m.Body),
                    await SignatureSpecs.SaysNodeAsync(second, m.Headers, m.Body),
                    await SignatureSpecs.SaysNodeAsync(third, m.Headers, m.Body),
                }
            )
        );
        receiver.Messages.Select(m => m.Signatures.Count).ShouldBe([2, 1, 1]);
        verified[0].ShouldBe([true, true, false]);
        verified[1].ShouldBe([false, true, false]);
        verified[2].ShouldBe([false, false, true]);
    }

    [Fact]
    public async Task A_disabled_endpoint_is_left_alone_and_goes_on_when_it_is_enabled()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();
        await _world.FanOut.ExecuteAsync(default);
        await SwitchAsync(endpoint, on: false);

        await _world.TellAsync();
        int while_off = receiver.Messages.Count;
        await SwitchAsync(endpoint, on: true);
        await _world.TellAsync();

        while_off.ShouldBe(0);
        receiver.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_test_is_a_message_like_any_other()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, string secret) = await _world.ListenAsync(receiver.Url(), "payout.sent");

        Guid? sent = await _world.Orders.TestAsync(endpoint, AWorld.Operator, null, default);
        await _world.TellAsync();

        Received message = receiver.Messages.ShouldHaveSingleItem();
        message.Id.ShouldBe(MessageId.Of(sent!.Value));
        message.Type.ShouldBe(WebhookTypes.Test);
        (await SignatureSpecs.SaysNodeAsync(secret, message.Headers, message.Body)).ShouldBeTrue();
        ((Guid)message.Json["data"]!["endpoint_id"]!).ShouldBe(endpoint);
    }

    [Fact]
    public async Task A_message_can_be_sent_once_more_under_its_own_id()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        (Guid endpoint, _) = await _world.ListenAsync(receiver.Url());
        await _world.Given.RequestedAsync();
        await _world.TellAsync();
        Delivery delivery = (await _world.SentToAsync(endpoint)).Single();

        Guid? again = await _world.Orders.AgainAsync(
            endpoint,
            delivery.EventId,
            AWorld.Operator,
            null,
            default
        );
        await _world.TellAsync();

        again.ShouldBe(delivery.EventId);
        receiver.Messages.Select(m => m.Id).Distinct().ShouldHaveSingleItem();
        receiver.Messages.Count.ShouldBe(2);
        (await _world.SentToAsync(endpoint)).Single().Attempts.ShouldBe(2);
    }

    private Task<EndpointOutcome> SwitchAsync(Guid endpoint, bool on) =>
        _world.Endpoints.ChangeAsync(
            endpoint,
            new EndpointChange { Enabled = on },
            AWorld.Operator,
            default
        );

    private async Task<ClaimedDelivery> ClaimAsync()
    {
        var claim = new DeliveryClaim(
            "stale",
            TimeSpan.FromMinutes(2),
            10,
            new Dictionary<Guid, int>()
        );
        return (
            await new ClaimDeliveries(_world.Database.App).ExecuteAsync(claim, default)
        ).Single();
    }
}

using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Settlement.Contracts;
using Settlement.Hosting.Messaging;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>With a real broker. The sweep is off, so that only messages can settle anything.</summary>
[Trait("needs", "rabbitmq")]
public sealed class BrokerSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly WorkerOptions s_withoutSweep = AWorker.Quick with
    {
        SweepEvery = TimeSpan.FromDays(1),
    };

    private static readonly string s_broker =
        Environment.GetEnvironmentVariable("SETTLEMENT_TEST_RABBITMQ")
        ?? throw new InvalidOperationException(
            "Set SETTLEMENT_TEST_RABBITMQ to amqp://user:password@host:port/, or run ./test, which starts a broker."
        );

    private readonly Given _given = new(database);

    [Fact]
    public async Task A_message_settles_a_payout()
    {
        FakeChain chain = AChain.Expiring();
        await using AHost host = await StartAsync(s_broker, chain);
        await host.IsReadyAsync();
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 12);

        await PublishAsync(chain, payouts);

        foreach (Payout payout in payouts)
            await _given.IsSentAsync(payout);
        chain.BroadcastsById.Count.ShouldBeLessThan(12);
    }

    [Fact]
    public async Task P1_F7_Every_message_twice_pays_nobody_twice()
    {
        FakeChain chain = AChain.Numbered();
        await using AHost one = await StartAsync(s_broker, chain);
        await using AHost two = await StartAsync(s_broker, chain);
        await one.IsReadyAsync();
        await two.IsReadyAsync();
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 6);

        await PublishAsync(chain, [.. payouts, .. payouts]);

        foreach (Payout payout in payouts)
            await _given.IsSentAsync(payout);
        chain.Payments.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public async Task What_was_published_before_any_worker_was_up_is_settled_by_the_first()
    {
        FakeChain chain = AChain.Expiring();
        Payout payout = await _given.PayoutAsync(chain);
        await PublishAsync(chain, [payout]);

        await using AHost host = await StartAsync(s_broker, chain);

        await _given.IsSentAsync(payout);
    }

    [Fact]
    public async Task D5_A_message_of_a_payout_that_does_not_exist_is_dropped()
    {
        FakeChain chain = AChain.Expiring();
        await using AHost host = await StartAsync(s_broker, chain);
        await host.IsReadyAsync();
        Payout payout = await _given.PayoutAsync(chain);

        await PublishAsync(chain, [new Payout(Guid.NewGuid(), 0, Guid.NewGuid()), payout]);

        await _given.IsSentAsync(payout);
    }

    [Fact]
    public async Task A_broker_that_appears_later_is_used_from_then_on()
    {
        await using var door = new BrokerDoor(new Uri(s_broker));
        FakeChain chain = AChain.Expiring();
        await using AHost host = await StartAsync(door.Url, chain);
        await host.IsReadyAsync();

        door.Open();
        Payout payout = await _given.PayoutAsync(chain);
        await PublishAsync(chain, [payout]);

        await _given.IsSentAsync(payout, withinSeconds: 90);
    }

    [Fact]
    public async Task A_database_that_fails_under_a_delivery_is_logged_once_and_the_message_is_gone()
    {
        FakeChain chain = AChain.Expiring();
        chain.Preflight = _ => throw new InvalidOperationException("a bug");
        await using AHost host = await StartAsync(s_broker, chain);
        await host.IsReadyAsync();
        IReadOnlyList<Payout> payouts = await _given.PayoutsAsync(chain, 2);

        await PublishAsync(chain, [payouts[0]]);
        await host.Logs.HasAsync("settling what messages name fails");
        chain.Preflight = _ => null;
        await PublishAsync(chain, [payouts[1]]);
        await _given.IsSentAsync(payouts[1]);

        // Its lease has not ended; the sweep would find it then.
        (await _given.RowAsync(payouts[0])).Status.ShouldBe("processing");
        host.Logs.Count("settling what messages name works again").ShouldBe(1);
    }

    private Task<AHost> StartAsync(string broker, FakeChain chain) =>
        AHost.StartAsync(database.AppConnectionString, broker, s_withoutSweep, chain);

    /// <summary>As the API publishes.</summary>
    private static async Task PublishAsync(FakeChain chain, IReadOnlyList<Payout> payouts)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["RabbitMq:Url"] = s_broker }
        );
        builder.Services.AddSettlementMessaging(builder.Configuration, [chain.Network.Name]);
        using IHost api = builder.Build();
        await api.StartAsync();
        IBus bus = api.Services.GetRequiredService<IBus>();
        foreach (Payout payout in payouts)
        {
            await bus.Publish(
                    new SettlePayout(payout.Id, chain.Network.Name),
                    c => c.Mandatory = true
                )
                .WaitAsync(TimeSpan.FromSeconds(20));
        }
        await api.StopAsync();
    }
}

using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class When_the_broker_is_stopped(SettlementSystem system)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task F4_Should_accept_at_once_and_pay_without_it()
    {
        await system.EnsureWorkersAsync(1);
        using ApiClient user = await system.AUserWithAsync(100_000_000);
        await Repository.ServersAsync("kill", "rabbitmq");
        try
        {
            var orders = new List<(string Network, string Address, Guid Id)>();
            var slowest = TimeSpan.Zero;
            foreach (string network in DevNetworks.Names.Concat(DevNetworks.Names))
            {
                string address = DevNetworks.FreshAddress(network);
                var taken = Stopwatch.StartNew();
                orders.Add(
                    (network, address, await user.RequestPayoutAsync(network, address, 3_000_000))
                );
                slowest = taken.Elapsed > slowest ? taken.Elapsed : slowest;
            }

            foreach (var order in orders)
            {
                JsonNode payout = await user.FollowAsync(order.Id, s_patience);
                ((string?)payout["status"]).ShouldBe("sent");
                (await DevNetworks.BalanceAsync(order.Network, order.Address)).ShouldBe(
                    (BigInteger)3_000_000
                );
            }
            // No request waits for the broker: a publish to a dead one takes seconds.
            slowest.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }
        finally
        {
            await Repository.ServersAsync("restart", "rabbitmq");
        }
    }
}

using System.Numerics;
using System.Text.Json.Nodes;
using Settlement.EndToEnd.Tests.Networks;
using Settlement.EndToEnd.Tests.Product;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests;

[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class APayoutIsSentSpecs(SettlementSystem system)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> NetworkNames => [.. DevNetworks.Names];

    [Theory]
    [MemberData(nameof(NetworkNames))]
    public async Task A_requested_payout_arrives_to_the_unit(string network)
    {
        await system.EnsureWorkersAsync(1);
        using ApiClient user = await system.AUserWithAsync(50_000_000);
        string address = DevNetworks.FreshAddress(network);

        Guid id = await user.RequestPayoutAsync(network, address, 12_345_678);
        JsonNode payout = await user.FollowAsync(id, s_patience);

        ((string?)payout["status"]).ShouldBe("sent");
        ((string?)payout["tx_hash"]).ShouldNotBeNullOrEmpty();
        (await DevNetworks.BalanceAsync(network, address)).ShouldBe((BigInteger)12_345_678);
        (await user.AvailableMicroAsync()).ShouldBe(50_000_000 - 12_345_678);
    }

    [Theory]
    [InlineData("ethereum")]
    [InlineData("polygon")]
    public async Task V19_A_blacklisted_destination_fails_with_its_reason_and_the_money_comes_back(
        string network
    )
    {
        await system.EnsureWorkersAsync(1);
        using ApiClient user = await system.AUserWithAsync(20_000_000);
        string address = DevNetworks.FreshAddress(network);
        await DevNetworks.BlacklistAsync(network, address);

        Guid id = await user.RequestPayoutAsync(network, address, 15_000_000);
        JsonNode payout = await user.FollowAsync(id, s_patience);

        ((string?)payout["status"]).ShouldBe("failed");
        ((string?)payout["failure"]!["code"]).ShouldBe("destination_blocked");
        ((string?)payout["note"]).ShouldNotBeNullOrEmpty();
        (await DevNetworks.BalanceAsync(network, address)).ShouldBe(BigInteger.Zero);
        (await user.AvailableMicroAsync()).ShouldBe(20_000_000);
    }

    [Fact]
    public async Task Three_workers_pay_many_payouts_once_each()
    {
        const int Each = 40;
        await system.EnsureWorkersAsync(3);
        using ApiClient user = await system.AUserWithAsync(1_000_000_000);
        var orders = new List<(string Network, string Address, long Amount, Guid Id)>();

        for (int i = 0; i < Each; i++)
        {
            foreach (string network in DevNetworks.Names)
            {
                string address = DevNetworks.FreshAddress(network);
                long amount = 1_000_000 + i;
                orders.Add(
                    (
                        network,
                        address,
                        amount,
                        await user.RequestPayoutAsync(network, address, amount)
                    )
                );
            }
        }

        foreach (var order in orders)
        {
            JsonNode payout = await user.FollowAsync(order.Id, TimeSpan.FromSeconds(120));
            ((string?)payout["status"]).ShouldBe("sent");
            (await DevNetworks.BalanceAsync(order.Network, order.Address)).ShouldBe(
                (BigInteger)order.Amount
            );
        }
        await system.EnsureWorkersAsync(1);
    }
}
